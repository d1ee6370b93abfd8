import Testing
import Wire
import Work

/// Times and dates without Foundation.
@Suite struct TimestampTests {
    /// Days since 1970-01-01, by counting every day of every year.
    @Test func `Every day of the calendar has its number, in order`() {
        var days = -719_162
        for year in 1...9999 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (place, length) in lengths.enumerated()
            where year % 37 == 0 || year > 1890 && year < 2110 {
                for day in 1...length {
                    let date = CalendarDate(year: year, month: place + 1, day: day)
                    let number = days + lengths[..<place].reduce(0, +) + day - 1
                    if date?.days != number { Issue.record("\(year)-\(place + 1)-\(day)") }
                    let moment = Timestamp(milliseconds: Int64(number) * 86_400_000)
                    if moment.text.prefix(10) != date?.text ?? "" { Issue.record("\(moment.text)") }
                }
                #expect(CalendarDate(year: year, month: place + 1, day: length + 1) == nil)
            }
            days += isLeap ? 366 : 365
        }
        #expect(CalendarDate(year: 9999, month: 12, day: 31)?.days == days - 1)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_792_557_203_123, "2026-10-21T04:33:23.123Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)]) func `Known moments have their text`(
            _ moment: Int64, _ text: String
        )
    {
        #expect(Timestamp(milliseconds: moment).text == text)
        #expect(Timestamp(text: text)?.milliseconds == moment)
        let sql = Timestamp(milliseconds: moment).sql
        #expect(sql == String(text.dropLast()).replacing("T", with: " "))
        #expect(Timestamp(text: sql)?.milliseconds == moment)
    }

    @Test func `Random moments come back`() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            let moment = Timestamp(
                milliseconds: .random(
                    in: -62_135_596_800_000...253_402_300_799_999, using: &generator))
            #expect(Timestamp(text: moment.text) == moment)
        }
    }

    @Test(arguments: [
        "", "2026", "2026-11-21", "2026-11-21T04:33:23Z",
        "2026-11-21T24:00:00.000Z", "2026-11-21T23:60:00.000Z", "2026-11-21T23:59:60.000Z",
        "2026-02-29T00:00:00.000Z", "0000-01-01T00:00:00.000Z", "2026-11-21t04:33:23.123Z",
        "2026-11-21T04:33:23,123Z", "2026-11-21T04:33:23.123z", "+026-11-21T04:33:23.123Z",
        "2026-11-21T04:33:23.12३Z", "2026-11-21T04:33:23.123ZZ", "2026-11-21T 4:33:23.123Z",
    ]) func `Other texts are no time`(_ text: String) {
        #expect(Timestamp(text: text) == nil)
    }

    @Test(arguments: ["2028-02-29", "0001-01-01", "9999-12-31", "2000-02-29"])
    func `A date is written one way`(_ text: String) {
        #expect(CalendarDate(text: text)?.text == text)
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-01",
        "2026-01-00",
        "0000-01-01", "10000-01-01", "26-01-01", "2026-1-1", "2026/01/01", "2026-01-01 ",
        " 2026-01-01",
        "２０２６-01-01", "-001-01-01",
    ]) func `Other texts are no date`(_ text: String) {
        #expect(CalendarDate(text: text) == nil)
    }

    @Test func `Dates are ordered as days are`() {
        var generator = SeededGenerator(seed: 12)
        func date() -> CalendarDate? {
            CalendarDate(
                year: .random(in: 1...9999, using: &generator),
                month: .random(in: 1...12, using: &generator),
                day: .random(in: 1...28, using: &generator))
        }
        for _ in 0..<2000 {
            guard let one = date(), let other = date() else { continue }
            #expect((one < other) == (one.days < other.days))
        }
    }
}
