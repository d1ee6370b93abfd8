import HTTPTypes
import Server
import Testing

/// What pages come with, before their scripts ask for more.
@Suite struct FirstCardsTests {
    private let front = TestFront()

    private func page(
        _ path: String = "/", _ headers: [String: String] = [:]
    ) async throws -> String {
        let page = try await front.send(.get, path, headers)
        #expect(page.status == 200)
        #expect(page.header("Content-Type") == "text/html; charset=utf-8")
        return page.text
    }

    private func cards(_ page: String) -> Int { page.matches(of: #/<li class="card"/#).count }

    @Test func eachColumnHasItsCardsByRank() async throws {
        for title in ["One", "Two"] { try await front.create(title) }
        _ = try await front.send(
            .post, "/v1/tasks",
            json: #"{"title":"Three","status":"done","assignee":"ann","priority":1}"#)
        let page = try await page()
        #expect(cards(page) == 3)
        let columns = page.split(separator: "<section").dropFirst()
        #expect(columns.count == 3)
        let todo = try #require(columns.first)
        let (one, two) = (todo.firstRange(of: ">One<"), todo.firstRange(of: ">Two<"))
        #expect(try #require(one).lowerBound < #require(two).lowerBound)
        #expect(todo.contains(#"<span class="count">2</span>"#))
        let done = try #require(columns.last)
        #expect(done.contains("Three") && done.contains("Urgent") && done.contains(">A</span>ann"))
        #expect(page.contains(#"<body data-view="board">"#))
        #expect(!page.contains(#"id="board" class="board" hidden"#))
    }

    @Test func theListHasWhereEachTaskStands() async throws {
        for title in ["One", "Two"] { try await front.create(title) }
        let page = try await page("/?view=list&sort=-title")
        let (one, two) = (page.firstRange(of: ">One<"), page.firstRange(of: ">Two<"))
        #expect(try #require(two).lowerBound < #require(one).lowerBound)
        #expect(page.matches(of: #/<span class="place">To do</#).count == 2)
        #expect(cards(try await self.page("/?board=all")) == 2)
    }

    @Test func whatPeopleWriteIsTextAlone() async throws {
        _ = try await front.send(
            .post, "/v1/tasks",
            json: #"{"title":"</a><script>x</script>","labels":["\"><i>"],"assignee":"<b>"}"#)
        let page = try await page()
        #expect(page.contains("&lt;/a&gt;&lt;script&gt;x&lt;/script&gt;"))
        for markup in ["<script>x", "<i>", "<b>"] { #expect(!page.contains(markup)) }
    }

    /// Then the script of the page asks, as it always can.
    @Test(arguments: [
        "/?q=milk", "/?as_of=3", "/?board=99", "/?board=x", "/?sort=nothing&view=list",
        "/?unknown=1", "/?board=%ff",
    ])
    func whatItCannotKnowIsLeftToTheScript(path: String) async throws {
        try await front.create("One")
        #expect(cards(try await page(path)) == 0)
    }

    @Test func moreThanAScreenfulIsLeftToTheScript() async throws {
        for number in 0..<130 { try await front.create("Task \(number)") }
        let page = try await page()
        #expect(cards(page) == 100)
        #expect(!page.contains("class=\"count\""), "how many there are is not known yet")
    }

    @Test func onlyWhoMayReadSeesAnything() async throws {
        try await front.create("One")
        try await front.makeAdmin()
        #expect(cards(try await page()) == 0)
        let session = try await front.signIn()
        let own = try await front.send(.get, "/", session)
        #expect(cards(own.text) == 1)
        #expect(own.header("Cache-Control") == "no-store", "nobody sees it who has signed out")
        let worker = try await front.token(session, #"{"name":"w","scopes":["work"]}"#)
        #expect(cards(try await page("/", worker)) == 0)
        #expect(cards(try await page("/", ["Authorization": "Bearer no such token"])) == 0)
    }

    @Test func whoAsksTooMuchGetsThePageAlone() async throws {
        let front = TestFront(requestsPerMinute: 2)
        try await front.create("One")
        try await front.makeAdmin()
        let session = try await front.signIn()
        for shown in [1, 1, 0] {
            #expect(cards(try await front.send(.get, "/", session).text) == shown)
        }
    }

    @Test func aTaskIsOnItsOwnPage() async throws {
        _ = try await front.send(
            .post, "/v1/tasks",
            json: #"{"title":"<One>","description":"a\n<b>","labels":["home"]}"#)
        let text = try await page("/tasks/1")
        for part in ["<title>&lt;One&gt; · Taskraft", ">a\n&lt;b&gt;</p>", ">home</span>"] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!(try await page("/tasks/2")).contains("data-early"))
        try await front.makeAdmin()
        #expect(!(try await page("/tasks/1")).contains("One"))
    }

    @Test func queuesAreOnTheirPage() async throws {
        for _ in 0..<3 {
            _ = try await front.send(.post, "/v1/queues/mail/jobs", json: #"{"body":"x"}"#)
        }
        let text = try await page("/queues")
        let row = #"<th scope="row"><span class="link">mail</span></th><td>3</td><td>0</td>"#
        #expect(text.contains(row))
        #expect(!text.contains(#"aria-label="All queues" hidden"#))
        try await front.makeAdmin()
        #expect(!(try await page("/queues")).contains(">mail<"))
    }

    @Test func aPageThatIsTheSameIsNotSentAgain() async throws {
        try await front.create("One")
        let first = try await front.send(.get, "/")
        #expect(first.header("Cache-Control") == "private, no-cache", "it is one person's")
        let tag = try #require(first.header("ETag"))
        #expect(try await front.send(.get, "/", ["If-None-Match": tag]).status == 304)
        try await front.create("Two")
        #expect(try await front.send(.get, "/", ["If-None-Match": tag]).status == 200)
    }
}
