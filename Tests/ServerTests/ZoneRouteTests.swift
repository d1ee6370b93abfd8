import HTTPTypes
import Server
import Testing

/// "Today" is the reader's, wherever a filter is taken. Here it is 04:33 of 21 November 2026 in UTC.
@Suite struct ZoneRouteTests {
    private let front = TestFront()

    private func fill() async throws {
        for day in 20...22 {
            _ = try await front.send(
                .post, "/v1/tasks", json: #"{"title":"d\#(day)","due":"2026-11-\#(day)"}"#)
        }
    }

    @Test(arguments: [
        ("", "d21"), ("&zone=Z", "d21"), ("&zone=%2B02:00", "d21"), ("&zone=-04:33", "d21"),
        ("&zone=-04:34", "d20"), ("&zone=%2B19:26", "d21"), ("&zone=%2B19:27", "d22"),
    ])
    func `Lists and files go by the reader's day`(zone: String, title: String) async throws {
        try await fill()
        let list = try await front.send(.get, "/v1/tasks?q=due:today\(zone)").json["items"]
        #expect(list.elements.map { $0["title"].text } == [title])
        let file = try await front.send(.get, "/v1/export.json?q=due:today\(zone)").json
        #expect(file.elements.map { $0["title"].text } == [title])
        let calendar = try await front.send(.get, "/v1/calendar.ics?q=due:today\(zone)")
        #expect(calendar.text.contains("SUMMARY:\(title)\r\n"))
    }

    @Test func `A change of many goes by the reader's day`() async throws {
        try await fill()
        let answer = try await front.send(
            .post, "/v1/tasks:bulk?zone=-05:00", json: #"{"filter":"due<today","delete":true}"#)
        #expect(try answer.json["changed"] == .integer(0))
        let here = try await front.send(
            .post, "/v1/tasks:bulk", json: #"{"filter":"due<today","delete":true}"#)
        #expect(try here.json["steps"][0]["id"] == .integer(1))
    }

    @Test func `The next page is of the same day, and its place is good in every zone`()
        async throws
    {
        try await fill()
        let first = try await front.send(.get, "/v1/tasks?q=due%3C2d&zone=-05:00&limit=1")
        #expect(first.header("Link")?.contains("&zone=%2d05%3a00") == true)
        let cursor = try #require(try first.json["next_cursor"].text)
        for (zone, last) in [("-05:00", true), ("%2B20:00", false)] {
            let next = try await front.send(
                .get, "/v1/tasks?q=due%3C2d&zone=\(zone)&limit=1&cursor=\(cursor)")
            #expect(try next.json["items"][0]["title"] == .string("d21"))
            #expect((next.header("Link") == nil) == last)
        }
    }

    @Test(arguments: ["", "z", "+02:00", "%2B2:00", "%2B24:00", "%2B02:60", "%2B0200", "UTC", "2"])
    func `What is no offset is refused`(zone: String) async throws {
        for path in ["/v1/tasks", "/v1/export.csv", "/v1/export.json", "/v1/calendar.ics"] {
            let answer = try await front.send(.get, "\(path)?zone=\(zone)")
            #expect(answer.status == 400, "\(path)")
            #expect(try answer.json["code"] == .string("bad_request"))
        }
        let bulk = try await front.send(
            .post, "/v1/tasks:bulk?zone=\(zone)", json: #"{"filter":"","delete":true}"#)
        #expect(bulk.status == 400)
    }
}
