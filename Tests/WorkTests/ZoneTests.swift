import Testing
import Work

/// Whose days a query speaks of.
@Suite struct ZoneTests {
    /// Midnight of 23 November 2026 in UTC.
    private static let midnight = Timestamp(milliseconds: 1_795_392_000_000)

    private func zone(_ text: String) throws -> ZoneOffset {
        try #require(ZoneOffset(text: text))
    }

    @Test(arguments: [
        ("Z", 0), ("+00:00", 0), ("-00:00", 0), ("+02:00", 120), ("-03:30", -210), ("+05:45", 345),
        ("+14:00", 840), ("-12:00", -720), ("+23:59", 1439), ("-23:59", -1439),
    ])
    func `An offset is read as RFC 3339 writes it`(text: String, minutes: Int) throws {
        #expect(try zone(text).minutes == minutes)
    }

    @Test(arguments: [
        "", "z", "0", "02:00", " 02:00", "+2:00", "+0200", "+02", "+24:00", "+02:60", "+02:00 ",
        "−02:00", "+０2:00", "UTC", "Z+02:00", "+-2:00",
    ])
    func `What is no offset is none`(text: String) {
        #expect(ZoneOffset(text: text) == nil)
    }

    @Test(arguments: [
        (0, "Z", 23), (-1, "Z", 22), (0, "-00:01", 22), (59_999, "-00:01", 22),
        (60_000, "-00:01", 23), (-1, "+00:01", 23), (-60_001, "+00:01", 22), (-60_000, "+00:01", 23),
        (36_000_000 - 1, "+14:00", 23), (36_000_000, "+14:00", 24),
    ] as [(Int64, String, Int)])
    func `A day ends at the reader's midnight`(past: Int64, text: String, day: Int) throws {
        let now = Timestamp(milliseconds: Self.midnight.milliseconds + past)
        let today = CalendarDate.today(now, in: try zone(text))
        #expect(today == CalendarDate(year: 2026, month: 11, day: day))
    }

    @Test func `No zone leads out of the calendar`() throws {
        for text in ["-23:59", "Z", "+23:59"] {
            for now in [Timestamp(milliseconds: .min), .zero, .latest, .init(milliseconds: .max)] {
                let today = CalendarDate.today(now, in: try zone(text))
                #expect((1970...9999).contains(today.year))
            }
        }
    }

    private func matches(
        _ text: String, _ zone: String, due: Int = 23, created: Timestamp = midnight
    ) throws -> Bool {
        var fields = TaskFields(title: "x")
        fields.due = CalendarDate(year: 2026, month: 11, day: due)
        let task = TaskRecord(
            id: TaskID(1), fields: fields, rank: 1, createdBy: 1, author: nil, version: 1,
            created: created, updated: created, deletedAt: nil, changedIndex: 1)
        var query = try TaskQuery(parsing: text)
        query.zone = try self.zone(zone)
        return query.matches(task, at: Self.midnight) { _ in BoardRecord.first.fields }
    }

    @Test(arguments: [
        ("due:today", "Z", true), ("due:today", "-00:01", false), ("due:tomorrow", "-00:01", true),
        ("due:overdue", "+00:00", false), ("due<1d", "Z", true), ("due<1d", "-00:01", false),
        ("due<=2026-11-23", "-00:01", true), ("due:2026-11-23", "+14:00", true),
        ("due>today", "-05:00", true), ("due>today", "+05:00", false),
    ])
    func `What is due goes by the reader's day`(
        text: String, zone: String, isFound: Bool
    ) throws {
        #expect(try matches(text, zone) == isFound)
    }

    @Test(arguments: [
        ("created:today", "Z", true), ("created:today", "-00:01", true),
        ("created:2026-11-23", "Z", true), ("created:2026-11-23", "-00:01", false),
        ("created:2026-11-22", "-00:01", true), ("updated<2026-11-23", "-00:01", true),
        ("updated>=2026-11-23", "+02:00", true), ("created:yesterday", "+02:00", false),
        ("created<=1h", "-05:00", true), ("created>1h", "-05:00", false),
    ])
    func `Times are taken for the reader's days, and ages are the same everywhere`(
        text: String, zone: String, isFound: Bool
    ) throws {
        #expect(try matches(text, zone) == isFound)
    }

    @Test func `The zone is no part of the text, nor of a place`() throws {
        var query = try TaskQuery(parsing: "due<7d sort:due")
        let text = query.description
        query.zone = try zone("+02:00")
        #expect(query.description == text)
    }
}
