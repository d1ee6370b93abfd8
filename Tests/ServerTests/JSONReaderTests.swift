import Foundation
import Server
import Testing

@Suite struct JSONReaderTests {
    @Test(arguments: [
        ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\":1,}", 7), ("{'a':1}", 1), ("{\"a\" 1}", 5),
        ("01", 1), ("-", 1), ("1.", 2), ("1e", 2), (".5", 0), ("+1", 0), ("NaN", 0),
        ("tru", 0), ("nul", 0), ("[1 2]", 3), ("1 2", 2), ("// x\n1", 0), ("\"abc", 4),
        ("\"a\nb\"", 2), (#""\x""#, 2), (#""\u12""#, 5), (#""\ud800""#, 7), (#""\udc00x""#, 7),
        (#""\ud800\u0041""#, 13), ("{\"a\":1,\"a\":2}", 13), ("\u{feff}{}", 0),
    ])
    func refusesWhatIsNotJSONAndSaysWhere(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONReader.read(Array(text.utf8)) }
        #expect(error?.offset == offset, "\(text): \(String(describing: error))")
    }

    @Test(arguments: [
        [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
        [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xe2, 0x82, 0x22],
        [0x22, 0x5c, 0x6e, 0x80, 0x22],
    ] as [[UInt8]])
    func refusesStringsThatAreNotUTF8(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONReader.read(bytes) }
        #expect(error?.reason == "a string is not valid UTF-8")
    }

    @Test func readsEveryKindOfValue() throws {
        let text = #" { "a" : [ null , true , false , -12 , 0, 1.25 ] , "b" : { } , "c" : [ ] } "#
        let value = try JSONReader.read(Array(text.utf8))
        #expect(value == .object([
            JSONValue.Member(name: "a", value: .array([
                .null, .bool(true), .bool(false), .integer(-12), .integer(0), .number,
            ])),
            JSONValue.Member(name: "b", value: .object([])),
            JSONValue.Member(name: "c", value: .array([])),
        ]))
    }

    @Test func readsEscapesAndPairsOfSurrogates() throws {
        let text = #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀e\u0301""#
        let expected = "\"\\/\u{8}\u{c}\n\r\té😀é😀e\u{301}"
        #expect(try JSONReader.read(Array(text.utf8)) == .string(expected))
    }

    @Test func keepsWholeNumbersExactly() throws {
        #expect(try JSONReader.read(Array("9223372036854775807".utf8)) == .integer(.max))
        #expect(try JSONReader.read(Array("9223372036854775808".utf8)) == .number)
        #expect(try JSONReader.read(Array("2.0".utf8)) == .integer(2))
        #expect(try JSONReader.read(Array("-1.5e1".utf8)) == .integer(-15))
        #expect(try JSONReader.read(Array("2.5".utf8)) == .number)
        #expect(try JSONReader.read(Array("1e300".utf8)) == .number)
        #expect(try JSONReader.read(Array("1e999".utf8)) == .number)
        let beyond = try JSONReader.read(Array("9007199254740993.0".utf8))
        #expect(beyond == .integer(9_007_199_254_740_993))
        #expect(try JSONReader.read(Array("9223372036854775807.00".utf8)) == .integer(.max))
        #expect(try JSONReader.read(Array("9.223372036854775808e18".utf8)) == .number)
        #expect(try JSONReader.read(Array("12e-1".utf8)) == .number)
        #expect(try JSONReader.read(Array("-0.0e99999999999".utf8)) == .integer(0))
        #expect(try JSONReader.read(Array("120e-1".utf8)) == .integer(12))
        #expect(try JSONReader.read(Array("1e99999999999".utf8)) == .number)
    }

    @Test func takesThirtyTwoLevelsAndNotOneMore() throws {
        func nested(_ depth: Int) -> [UInt8] {
            [UInt8](repeating: 0x5b, count: depth) + [UInt8](repeating: 0x5d, count: depth)
        }
        _ = try JSONReader.read(nested(JSONReader.depthMax))
        #expect(throws: JSONError.self) { try JSONReader.read(nested(JSONReader.depthMax + 1)) }
        #expect(throws: JSONError.self) { try JSONReader.read(nested(1_000_000)) }
    }

    @Test func findsADuplicateAmongManyNamesQuickly() {
        let members = (0..<100_000).map { "\"m\($0)\":0" }
        let text = "{" + (members + ["\"m7\":1"]).joined(separator: ",") + "}"
        let error = #expect(throws: JSONError.self) { try JSONReader.read(Array(text.utf8)) }
        #expect(error?.reason == "'m7' occurs twice")
    }

    /// Whatever bytes come in, it ends, and takes nothing that Foundation's reader refuses.
    @Test func neverTakesMoreThanAnotherReader() {
        var random = SystemRandomNumberGenerator()
        let seed = #"{"title":"a\u00e9","n":[1,-2.5e1,{"x":null}],"t":true}"#
        for _ in 0..<20_000 {
            var bytes = Array(seed.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            guard (try? JSONReader.read(bytes)) != nil else { continue }
            let other = try? JSONSerialization.jsonObject(
                with: Data(bytes), options: .fragmentsAllowed)
            #expect(other != nil, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
