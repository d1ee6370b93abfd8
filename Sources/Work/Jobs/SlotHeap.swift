/// A heap of slots, smallest key first, from which any slot can be taken: where each one is, is
/// kept in `HeapPlaces`. Insertion and removal cost O(log n); keys are unique, so the order in
/// which slots come out does not depend on how they came in.
package struct SlotHeap: Sendable {
    package struct Node: Sendable {
        package var major: UInt64
        package var minor: UInt64
        package var slot: UInt32

        package init(major: UInt64, minor: UInt64, slot: UInt32) {
            self.major = major
            self.minor = minor
            self.slot = slot
        }

        static func < (left: Node, right: Node) -> Bool {
            left.major == right.major ? left.minor < right.minor : left.major < right.major
        }
    }

    /// Four children a node: half the levels of a binary heap, and siblings lie side by side.
    private static let width = 4
    private var nodes: [Node] = []

    package init() {}

    package var count: Int { nodes.count }
    package var isEmpty: Bool { nodes.isEmpty }
    package var first: Node? { nodes.first }

    package mutating func insert(_ node: Node, _ places: inout HeapPlaces) {
        nodes.append(node)
        rise(node, from: nodes.count - 1, &places)
    }

    /// Takes out a slot that is in this heap.
    package mutating func remove(_ slot: UInt32, _ places: inout HeapPlaces) {
        let place = places[slot]
        precondition(place < nodes.count && nodes[place].slot == slot, "The slot is in the heap.")
        places.clear(slot)
        let last = nodes.removeLast()
        guard place < nodes.count else { return }
        if place > 0, last < nodes[(place - 1) / Self.width] {
            rise(last, from: place, &places)
        } else {
            sink(last, from: place, &places)
        }
    }

    package mutating func popFirst(_ places: inout HeapPlaces) -> Node? {
        guard let first else { return nil }
        remove(first.slot, &places)
        return first
    }

    private mutating func rise(_ node: Node, from start: Int, _ places: inout HeapPlaces) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / Self.width
            guard node < nodes[parent] else { break }
            put(nodes[parent], at: place, &places)
            place = parent
        }
        put(node, at: place, &places)
    }

    private mutating func sink(_ node: Node, from start: Int, _ places: inout HeapPlaces) {
        var place = start
        while let child = leastChild(of: place), nodes[child] < node {
            put(nodes[child], at: place, &places)
            place = child
        }
        put(node, at: place, &places)
    }

    private func leastChild(of place: Int) -> Int? {
        let first = place * Self.width + 1
        guard first < nodes.count else { return nil }
        var least = first
        for child in first + 1..<min(first + Self.width, nodes.count)
        where nodes[child] < nodes[least] {
            least = child
        }
        return least
    }

    private mutating func put(_ node: Node, at place: Int, _ places: inout HeapPlaces) {
        nodes[place] = node
        places.note(node.slot, at: place)
    }

    /// Slots whose major key is at most `bound`, so many at most, in no particular order.
    package func slots(upTo bound: UInt64, limit: Int) -> [UInt32] {
        var found: [UInt32] = []
        var waiting = [0]
        while found.count < limit, let place = waiting.popLast() {
            guard place < nodes.count, nodes[place].major <= bound else { continue }
            found.append(nodes[place].slot)
            for child in 1...Self.width { waiting.append(place * Self.width + child) }
        }
        return found
    }
}

/// Where each slot is in the one heap that holds it. Several heaps may share the places of one
/// slab, as long as no slot is in two of them.
package struct HeapPlaces: Sendable {
    private static let nowhere = UInt32.max
    private var places: [UInt32] = []
    /// How often a slot was given a place: what the heaps did so far.
    package private(set) var moves: UInt64 = 0

    package init() {}

    package subscript(slot: UInt32) -> Int { Int(places[Int(slot)]) }

    package func contains(_ slot: UInt32) -> Bool {
        Int(slot) < places.count && places[Int(slot)] != Self.nowhere
    }

    fileprivate mutating func note(_ slot: UInt32, at place: Int) {
        while places.count <= Int(slot) { places.append(Self.nowhere) }
        places[Int(slot)] = UInt32(place)
        moves += 1
    }

    fileprivate mutating func clear(_ slot: UInt32) { places[Int(slot)] = Self.nowhere }
}
