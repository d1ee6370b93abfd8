import ArgumentParser
import Simulator

/// What makes a run what it is, besides its seed.
struct WorldOptions: ParsableArguments {
    @Option(help: "Voters: 1, 3, 5 or 7. Drawn from the seed if not given.")
    var nodes: Int?

    @Option(help: "Families of faults, with commas: all, none, network, disk, clock, crash, base, membership. Some faults need two.")
    var faults = "all"

    @Option(help: "Of the faults that the seed draws, only these, by number: 3,5-9 or none.")
    var onlyFaults: String?

    @Option(help: "Simulated seconds with faults.")
    var seconds: UInt64 = 60

    @Option(help: "Operations of clients.")
    var operations = 1000

    @Option(help: "Put in this bug, one of those that `mutant --list` names.")
    var mutation: String?

    func validate() throws { _ = try simulation() }

    func simulation() throws -> Simulation.Options {
        if let nodes, ![1, 3, 5, 7].contains(nodes) {
            throw ValidationError("--nodes is 1, 3, 5 or 7.")
        }
        if seconds < 1 || seconds > 3600 || operations < 1 {
            throw ValidationError("At least 1 operation, and 1 to 3600 seconds.")
        }
        return Simulation.Options(
            nodes: nodes, families: try families(), onlyFaults: try numbers(), seconds: seconds,
            operations: operations, mutation: try knownMutation())
    }

    private func families() throws -> FaultFamilies {
        var families: FaultFamilies = []
        for name in faults.split(separator: ",", omittingEmptySubsequences: false) {
            guard let known = FaultFamilies.named.first(where: { $0.name == name }) else {
                throw ValidationError("--faults knows no \"\(name)\".")
            }
            families.formUnion(known.family)
        }
        return families
    }

    private func numbers() throws -> [Int]? {
        guard let onlyFaults else { return nil }
        guard let numbers = NumberList(onlyFaults)?.numbers else {
            throw ValidationError("--only-faults is a list such as 3,5-9, or none.")
        }
        return numbers
    }

    private func knownMutation() throws -> Mutation? {
        guard let mutation else { return nil }
        guard let known = Mutation(rawValue: mutation) else {
            throw ValidationError("--mutation knows no \"\(mutation)\".")
        }
        return known
    }
}

extension Simulation.Options {
    /// The arguments that say the same: a space and a word for each, none for what goes without
    /// saying.
    var arguments: String {
        let usual = Simulation.Options()
        var text = ""
        if let nodes { text += " --nodes \(nodes)" }
        if families != usual.families { text += " --faults \(familyNames)" }
        if let onlyFaults { text += " --only-faults \(NumberList(onlyFaults))" }
        if seconds != usual.seconds { text += " --seconds \(seconds)" }
        if operations != usual.operations { text += " --operations \(operations)" }
        if let mutation { text += " --mutation \(mutation.rawValue)" }
        return text
    }

    private var familyNames: String {
        let names = FaultFamilies.named.filter { _, family in
            !family.isEmpty && family != .all && families.contains(family)
        }
        return names.isEmpty ? "none" : names.map(\.name).joined(separator: ",")
    }
}
