/// Wall time: milliseconds since 1970-01-01T00:00:00Z, between the years 1 and 9999. Written by
/// hand because the state machine may not ask Foundation, a locale or a time zone for anything.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static let zero = Timestamp(milliseconds: 0)
    /// The end of the year 9999: what databases and texts can hold.
    package static let latest = Timestamp(milliseconds: 253_402_300_799_999)
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// RFC 3339: `2026-11-21T04:33:23.123Z`.
    package var text: String { format(separator: "T", zone: "Z") }

    /// As SQL's DATETIME(3) writes it: `2026-11-21 04:33:23.123`.
    package var sql: String { format(separator: " ", zone: "") }

    /// Reads either form back; nil for anything else.
    package init?(text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 23 || (bytes.count == 24 && bytes[23] == UInt8(ascii: "Z")),
            let date = CalendarDate(digits: bytes[..<10]),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            bytes[19] == UInt8(ascii: "."),
            let hour = decimal(bytes[11..<13]), let minute = decimal(bytes[14..<16]),
            let second = decimal(bytes[17..<19]), let fraction = decimal(bytes[20..<23]),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let seconds = Int64(date.days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        milliseconds = seconds * 1000 + Int64(fraction)
    }

    private func format(separator: String, zone: String) -> String {
        let (days, ofDay) = milliseconds.floored(by: 86_400_000)
        let date = CalendarDate(days: Int(days))
        var text = date.digits
        text.append(contentsOf: separator.utf8)
        text.append(Int(ofDay / 3_600_000), width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(Int(ofDay / 60_000 % 60), width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(Int(ofDay / 1000 % 60), width: 2)
        text.append(UInt8(ascii: "."))
        text.append(Int(ofDay % 1000), width: 3)
        text.append(contentsOf: zone.utf8)
        return String(decoding: text, as: UTF8.self)
    }
}

/// A day of the Gregorian calendar, without a time zone: when something is due.
package struct CalendarDate: Hashable, Comparable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// nil unless the day exists, in the years 1 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= Self.length(ofMonth: month, in: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// `2026-11-21` and nothing else.
    package init?(text: some StringProtocol) {
        self.init(digits: Array(text.utf8)[...])
    }

    init?(digits bytes: ArraySlice<UInt8>) {
        let at = bytes.startIndex
        guard bytes.count == 10, bytes[at + 4] == UInt8(ascii: "-"),
            bytes[at + 7] == UInt8(ascii: "-"),
            let year = decimal(bytes[at..<at + 4]), let month = decimal(bytes[at + 5..<at + 7]),
            let day = decimal(bytes[at + 8..<at + 10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var text: String { String(decoding: digits, as: UTF8.self) }

    /// The bytes of its text, with room for a time.
    fileprivate var digits: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(24)
        digits.append(year, width: 4)
        digits.append(UInt8(ascii: "-"))
        digits.append(month, width: 2)
        digits.append(UInt8(ascii: "-"))
        digits.append(day, width: 2)
        return digits
    }

    package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// Days since 1970-01-01. Years are counted from March, so that the leap day comes last
    /// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    package var days: Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.floored(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package init(days: Int) {
        let (era, dayOfEra) = (days + 719_468).floored(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension FixedWidthInteger {
    /// Quotient rounded down and a remainder that is never negative.
    fileprivate func floored(by divisor: Self) -> (Self, Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
}

extension [UInt8] {
    /// Every stored row has a time: texts that are put together from many would be dear.
    fileprivate mutating func append(_ value: Int, width: Int) {
        var scale = 1
        for _ in 1..<width { scale *= 10 }
        guard value >= 0, value / scale < 10 else {
            append(contentsOf: String(value).utf8)
            return
        }
        while scale > 0 {
            append(UInt8(ascii: "0") + UInt8(value / scale % 10))
            scale /= 10
        }
    }
}
