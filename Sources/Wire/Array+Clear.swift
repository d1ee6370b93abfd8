extension Array {
    /// Empties a buffer that is used again, and costs nothing if it is empty, as most are.
    @inlinable
    package mutating func clear() {
        if !isEmpty { removeAll(keepingCapacity: true) }
    }
}
