import Wire

/// Numbers that rise, each as its distance from the one before: a byte or two for most.
enum RisingNumbers {
    static func write(_ numbers: [UInt64], to writer: inout ByteWriter) {
        writer.writeVarint(UInt64(numbers.count))
        var last: UInt64 = 0
        for number in numbers {
            writer.writeVarint(number &- last)
            last = number
        }
    }

    /// They rise, or one could be looked for where it is not.
    static func read(
        from reader: inout ByteReader, limit: Int
    ) throws(WireError) -> [UInt64] {
        let count = try reader.readCount(limit: limit)
        var numbers: [UInt64] = []
        numbers.reserveCapacity(min(count, reader.remaining))
        for _ in 0..<count {
            let step = try reader.readVarint()
            guard let last = numbers.last else {
                numbers.append(step)
                continue
            }
            let (number, overflows) = last.addingReportingOverflow(step)
            if step == 0 || overflows { throw .invalidValue }
            numbers.append(number)
        }
        return numbers
    }
}
