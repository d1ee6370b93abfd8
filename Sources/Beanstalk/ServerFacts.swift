package import Work

/// What `stats` says of the program and the machine it runs on, as of now.
package struct ServerFacts: Sendable {
    package var version: String
    /// 16 hexadecimal digits, the first of them a letter: some clients take a text that begins
    /// with a digit for a number.
    package var id: String
    package var hostname: String
    /// The system's version, and the kind of processor.
    package var system: String
    package var platform: String
    package var process: Int
    /// In seconds.
    package var uptime: UInt64
    /// Time of a processor, in microseconds.
    package var userTime: UInt64
    package var systemTime: UInt64
    package var wallTime: Timestamp
    package var binlog: Binlog

    /// There is none; it is what programs expect to be told.
    package struct Binlog: Sendable {
        package var oldest: UInt64 = 0
        package var current: UInt64 = 0
        package var migrated: UInt64 = 0
        package var written: UInt64 = 0
        package var sizeMax: UInt64 = 10_485_760

        package init() {}
    }

    package init(
        version: String, id: String, hostname: String, system: String, platform: String,
        process: Int, uptime: UInt64 = 0, userTime: UInt64 = 0, systemTime: UInt64 = 0,
        wallTime: Timestamp, binlog: Binlog = Binlog()
    ) {
        self.version = version
        self.id = id
        self.hostname = hostname
        self.system = system
        self.platform = platform
        self.process = process
        self.uptime = uptime
        self.userTime = userTime
        self.systemTime = systemTime
        self.wallTime = wallTime
        self.binlog = binlog
    }

    /// An ID of the server from anything random.
    package static func id(from random: UInt64) -> String {
        String((10 + random % 6) << 60 | random >> 4, radix: 16)
    }
}
