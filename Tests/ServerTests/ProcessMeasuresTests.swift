import Server
import Testing

/// What `/proc/self/stat` says, as Linux writes it (proc_pid_stat(5)).
@Suite struct ProcessMeasuresTests {
    private let units = ProcessMeasures.Units(ticks: 100, pageBytes: 4_096, bootTime: 1_700_000_000)

    private func line(_ name: String) -> String {
        "4711 (\(name)) S 1 4711 4711 0 -1 4194560 5000 0 3 0 250 125 0 0 20 0 12 0 5050 "
            + "1200000000 2500 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0\n"
    }

    @Test(arguments: ["taskraft", "a b) S 9 (c", ""])
    func `Times and memory are read, whatever the program is called`(name: String) throws {
        let found = try #require(ProcessMeasures(stat: line(name), units))
        #expect(found.processorSeconds == 3.75)
        #expect(found.residentBytes == 10_240_000)
        #expect(found.threads == 12)
        #expect(found.startTime == 1_700_000_050.5)
    }

    @Test(arguments: ["", "4711", "4711 (x) S 1 2", "4711 (x) S 1 4711 4711 0 -1 4 5 0 3 0 a b"])
    func `What is something else gives nothing`(stat: String) {
        #expect(ProcessMeasures(stat: stat, units) == nil)
    }
}
