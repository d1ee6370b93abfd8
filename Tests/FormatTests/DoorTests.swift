import Console
import Foundation
import Testing

/// Files that people write, read by libraries that are too large for the fuzzer: mutations of good
/// ones are taken, or refused with what is wrong and where; none of them stops the program.
@Suite struct DoorTests {
    private static let rounds = 1500

    @Test func `Mutated configuration files are read, or refused by their lines`() {
        let text = """
            cluster: taskraft
            node: {id: 1, name: "n\\u00e9"}
            initial_members: "1=10.0.0.11:8280,2=10.0.0.12:8280"
            listen:
              http: 10.0.0.11:8080 # a comment
              peer: &here '[::1]:8280'
            advertise:
              http: *here
            insecure: true
            log: {level: info, format: text}

            """
        var mutator = Mutator(seed: 43, inputs: [Array(text.utf8)])
        var (good, refused) = (0, 0)
        for _ in 0..<Self.rounds {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            let file = ConfigurationFile(text: text, path: "t.yaml")
            if file.problems.isEmpty { good += 1 } else { refused += 1 }
            #expect(file.isReadable || !file.problems.isEmpty)
            let lines = text.unicodeScalars.count { $0.properties.isWhitespace } + 2
            for problem in file.problems {
                guard case .file(_, let line, let column) = problem.origin else {
                    Issue.record("\(problem) has no place")
                    continue
                }
                #expect((1...lines).contains(line) && column >= 1, "\(problem) in \(text)")
                #expect(!problem.what.isEmpty && !problem.remedy.isEmpty)
            }
        }
        #expect(good > 0 && refused > 0)
    }

    @Test(arguments: [
        (
            ImportFile.Format.csv,
            "title,due,labels,priority\r\n\"a,b\",2026-12-01,x;y,3\r\n"
                + "\"two, \"\"three\"\"\",,é,\r\nlast,,,0\n"
        ),
        (
            .json,
            #"[{"title":"a\u00e9","due":"2026-12-01","labels":["x"],"priority":3,"id":7},"#
                + #"{"title":"b","assignee":null,"status":"done"}]"#
        ),
    ])
    func `Mutated imports are read, or refused by their rows`(
        _ format: ImportFile.Format, _ text: String
    ) {
        var mutator = Mutator(seed: 47, inputs: [Array(text.utf8)])
        var (good, refused) = (0, 0)
        for _ in 0..<Self.rounds {
            let data = Data(mutator.next())
            do throws(ImportFile.Problems) {
                let file = try ImportFile(data, format: format)
                good += 1
                #expect(file.rows.allSatisfy { $0.number > 0 && !$0.place.isEmpty })
            } catch {
                refused += 1
                #expect(!error.problems.isEmpty)
                #expect(error.problems.allSatisfy { !$0.place.isEmpty && !$0.what.isEmpty })
            }
        }
        #expect(good > 0 && refused > 0)
    }
}
