import Simulator
import Testing

/// A register: a write replaces its value, a read tells it.
private enum Register: SequentialObject {
    enum Action {
        case write(Int)
        case read(Int)
    }

    static let initial = 0

    static func apply(_ action: Action, to state: Int) -> Int? {
        switch action {
        case .write(let value): value
        case .read(let value): value == state ? state : nil
        }
    }
}

@Suite struct LinearizabilityTests {
    private typealias Checker = LinearizabilityChecker<Register>

    private func check(
        _ calls: [(Register.Action, UInt64, UInt64?)], limit: Int = 1000
    ) -> Linearizability {
        Checker.check(calls.map { Call($0.0, start: $0.1, end: $0.2) }, limit: limit)
    }

    @Test func `Nothing at all can be put in order`() {
        #expect(check([]) == .holds)
    }

    @Test func `Calls one after the other must each see the last write`() {
        #expect(check([(.write(1), 0, 1), (.read(1), 2, 3)]) == .holds)
        #expect(check([(.write(1), 0, 1), (.read(0), 2, 3)]) == .broken)
    }

    @Test func `A read beside a write may see the value before it or after it`() {
        #expect(check([(.write(1), 0, 10), (.read(0), 1, 2)]) == .holds)
        #expect(check([(.write(1), 0, 10), (.read(1), 1, 2)]) == .holds)
        #expect(check([(.write(1), 0, 10), (.read(2), 1, 2)]) == .broken)
    }

    @Test func `Once a read saw a new value no later read sees the old one`() {
        #expect(check([(.write(1), 0, 10), (.read(1), 1, 2), (.read(0), 3, 4)]) == .broken)
        #expect(check([(.write(1), 0, 10), (.read(0), 1, 2), (.read(1), 3, 4)]) == .holds)
        // Reads that overlap may be put either way.
        #expect(check([(.write(1), 0, 10), (.read(1), 1, 4), (.read(0), 2, 3)]) == .holds)
    }

    @Test func `Two readers must agree on the order of two writes`() {
        let writes: [(Register.Action, UInt64, UInt64?)] = [(.write(1), 0, 20), (.write(2), 0, 20)]
        let agreeing = [(Register.Action.read(1), UInt64(1), UInt64?(2)), (.read(2), 3, 4)]
        #expect(check(writes + agreeing) == .holds)
        #expect(check(writes + agreeing + [(.read(1), 5, 6)]) == .broken)
    }

    @Test func `A call without an answer may happen late or never`() {
        #expect(check([(.write(1), 0, nil), (.read(0), 1, 2), (.read(0), 3, 4)]) == .holds)
        #expect(check([(.write(1), 0, nil), (.read(0), 1, 2), (.read(1), 3, 4)]) == .holds)
        #expect(check([(.write(1), 0, nil), (.read(1), 1, 2), (.read(0), 3, 4)]) == .broken)
        // Not before it was asked for.
        #expect(check([(.read(1), 0, 1), (.write(1), 2, nil)]) == .broken)
    }

    @Test func `Nothing is taken for known about calls at the same moment`() {
        #expect(check([(.write(1), 0, 5), (.read(0), 5, 6)]) == .holds)
        #expect(check([(.write(1), 0, 5), (.read(0), 6, 7)]) == .broken)
    }

    @Test func `A tangled history is decided, or given up in time`() {
        var calls: [(Register.Action, UInt64, UInt64?)] = []
        for value in 1...10 { calls.append((.write(value), 0, 1000)) }
        for value in 1...10 {
            calls.append((.read(11 - value), UInt64(value) * 2, UInt64(value) * 2 + 1))
        }
        #expect(check(calls, limit: 100_000) == .holds)
        #expect(check(calls, limit: 10) == .undecided)
    }

    @Test func `A long history needs one step for each call`() {
        var calls: [(Register.Action, UInt64, UInt64?)] = []
        for value in 1...100 {
            calls.append((.write(value), UInt64(value) * 4, UInt64(value) * 4 + 1))
            calls.append((.read(value), UInt64(value) * 4 + 2, UInt64(value) * 4 + 3))
        }
        #expect(check(calls, limit: 200) == .holds)
    }
}
