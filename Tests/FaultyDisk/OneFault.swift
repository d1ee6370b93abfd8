package import Synchronization

/// What came of a program on whose disk one operation failed.
package struct OneFault {
    package let operation: FaultyDisk.Operation
    /// Nil if the program went on to its end.
    package let error: (any Error)?
    package let disk: FaultyDisk

    /// Runs the program on a new disk; nil if it has no such operation.
    package init?(
        at number: Int, _ fault: FaultyDisk.Fault, in program: (FaultyDisk) throws -> Void
    ) {
        let struck = Struck()
        let disk = FaultyDisk(plan: { operation in
            guard operation.kind != .read, operation.number == number else { return nil }
            struck.operation.withLock { $0 = operation }
            return fault
        })
        var failure: (any Error)?
        do { try program(disk) } catch { failure = error }
        guard let operation = struck.operation.withLock(\.self) else { return nil }
        self.operation = operation
        self.error = failure
        self.disk = disk
    }
}

/// Where a plan notes which operation it let fail.
package final class Struck: Sendable {
    package let operation = Mutex<FaultyDisk.Operation?>(nil)

    package init() {}
}
