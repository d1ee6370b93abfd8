import HTTPTypes
import Server
import Testing

@Suite struct AssetTests {
    private let front = TestFront()

    @Test(arguments: ["/", "/queues", "/cluster", "/settings", "/signin", "/tasks/1", "/docs", "/docs/errors"])
    func aPageComesWithAStrictPolicy(path: String) async throws {
        let page = try await front.send(.get, path)
        #expect(page.status == 200)
        #expect(page.header("Content-Type") == "text/html; charset=utf-8")
        let policy =
            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        #expect(page.header("Content-Security-Policy") == policy)
        #expect(page.header("X-Content-Type-Options") == "nosniff")
        #expect(page.header("Referrer-Policy") == "no-referrer")
        #expect(page.header("Cache-Control") == (path == "/" ? "private, no-cache" : "no-cache"))
        #expect(page.text.hasPrefix("<!doctype html>"))
    }

    /// Every file that the page or another file asks for is served, with the type it needs.
    @Test func everyFileThatIsAskedForIsThere() async throws {
        var wanted: Set<String> = []
        for page in ["/", "/queues", "/cluster", "/settings", "/signin", "/tasks/1", "/docs"] {
            wanted.formUnion(references(in: try await front.send(.get, page).text))
        }
        var served: Set<String> = []
        #expect(wanted.count > 3)
        while let path = wanted.popFirst() {
            let file = try await front.send(.get, path)
            #expect(file.status == 200, "\(path)")
            #expect(!file.body.isEmpty)
            let type = file.header("Content-Type") ?? ""
            #expect(type.hasPrefix(Self.type(of: path)), "\(path): \(type)")
            served.insert(path)
            wanted.formUnion(references(in: file.text).subtracting(served))
        }
    }

    /// Whoever reads a page knows all modules at once; what is loaded when it is needed is not
    /// among them.
    @Test(arguments: ["/", "/queues", "/cluster", "/settings", "/signin", "/tasks/1"])
    func aPageNamesItsModulesBeforehand(path: String) async throws {
        let page = try await front.send(.get, path).text
        let named = page.matches(of: #/rel="modulepreload" href="\/assets\/[0-9a-f]+(\/.*?)">/#)
            .map { "/assets\($0.1)" }
        let own = page.matches(of: #/type="module" src="\/assets\/[0-9a-f]+(\/.*?)"/#)
            .map { "/assets\($0.1)" }
        var reached = Set(own)
        var waiting = own
        while let script = waiting.popLast() {
            let text = try await front.send(.get, script).text
            for each in text.matches(of: #/(?:from|import) "\./([a-z]+\.js)"/#)
            where reached.insert("/assets/\(each.1)").inserted {
                waiting.append("/assets/\(each.1)")
            }
        }
        #expect(own.count == 1 && reached.count > 3)
        #expect(Set(named) == reached.subtracting(own) && Set(named).count == named.count)
    }

    @Test func aPageAsksForItsStylesInOneFile() async throws {
        let page = try await front.send(.get, "/").text
        let sheets = page.matches(of: #/rel="stylesheet" href="(.*?)"/#).map { String($0.1) }
        #expect(sheets.count == 1)
        let one = try await front.send(.get, try #require(sheets.first))
        #expect(one.header("Cache-Control") == "public, max-age=31536000, immutable")
        var parts = ""
        for name in ["base", "shell", "dialog", "board"] {
            parts += try await front.send(.get, "/assets/\(name).css").text
        }
        #expect(one.text == parts)
        // A page of another version may want others together.
        #expect(try await front.send(.get, "/assets/0/tour+base.css").status == 200)
        for none in ["base+none.css", "base+base.css", "+.css", "base+shell+dialog+board.js"] {
            #expect(try await front.send(.get, "/assets/\(none)").status == 404, "\(none)")
        }
    }

    @Test func aScriptComesWithoutItsComments() async throws {
        let script = try await front.send(.get, "/assets/home.js").text
        let lines = script.split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(lines.first?.hasPrefix("import ") == true)
        #expect(!lines.contains { $0.hasPrefix("//") })
        #expect(try await front.send(.get, "/assets/base.css").text.contains("/*"))
    }

    @Test func aFileIsSentAgainOnlyIfItChanged() async throws {
        let first = try await front.send(.get, "/assets/favicon.svg")
        let tag = try #require(first.header("ETag"))
        let again = try await front.send(.get, "/assets/favicon.svg", ["If-None-Match": tag])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(again.header("ETag") == tag)
        #expect(try await front.send(.get, "/").header("ETag") != tag)
    }

    @Test func aFileIsSentPackedToWhoTakesItSo() async throws {
        let path = "/assets/home.js"
        let plain = try await front.send(.get, path)
        #expect(plain.header("Content-Encoding") == nil)
        #expect(plain.header("Vary") == "Accept-Encoding")
        let asked = ["Accept-Encoding": "deflate, gzip;q=0.5, br"]
        let packed = try await front.send(.get, path, asked)
        #expect(packed.header("Content-Encoding") == "gzip")
        #expect(packed.header("Content-Type") == plain.header("Content-Type"))
        #expect(packed.body.starts(with: [0x1f, 0x8b]) && packed.body.count < plain.body.count / 2)
        let tag = try #require(packed.header("ETag"))
        #expect(tag != plain.header("ETag"))
        let again = asked.merging(["If-None-Match": tag]) { $1 }
        #expect(try await front.send(.get, path, again).status == 304)
        for refused in ["gzip;q=0", "gzip; q=0.0", "br", "", "x-gzipped"] {
            let answer = try await front.send(.get, path, ["Accept-Encoding": refused])
            #expect(answer.body == plain.body, "\(refused)")
        }
    }

    /// A page says which version its files are of; that version never becomes another one.
    @Test func aFileOfThePagesVersionIsNeverAskedForAgain() async throws {
        let page = try await front.send(.get, "/")
        #expect(page.header("Cache-Control") == "private, no-cache")
        let found = try #require(page.text.firstMatch(of: #/"(\/assets\/[0-9a-f]+\/)home\.js"/#))
        let folder = String(found.1)
        let file = try await front.send(.get, folder + "home.js")
        #expect(file.header("Cache-Control") == "public, max-age=31536000, immutable")
        #expect(file.body == (try await front.send(.get, "/assets/home.js")).body)
        // Of another version, or of none, it may be another file tomorrow.
        for other in ["/assets/home.js", "/assets/0/home.js"] {
            #expect(try await front.send(.get, other).header("Cache-Control") == "no-cache")
        }
        for none in [folder + "none.js", "/assets/x/home.js", "/assets//home.js", folder] {
            #expect(try await front.send(.get, none).status == 404, "\(none)")
        }
    }

    private static func type(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "js": "text/javascript"
        case "css": "text/css"
        case "svg": "image/svg+xml"
        default: "unknown"
        }
    }

    private func references(in text: String) -> Set<String> {
        let absolute = text.matches(of: #/["'](/assets/(?:[0-9a-f]+/)?[a-z0-9.+-]+)["']/#)
            .map { String($0.1) }
        let relative = text.matches(of: #/(?:from |import |import\(|new URL\()"\./([a-z0-9.-]+)"/#)
            .map { "/assets/\($0.1)" }
        return Set(absolute + relative)
    }
}
