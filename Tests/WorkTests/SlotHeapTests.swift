import Testing
import Wire
import Work

/// The heap under every order and every timer of the job queue.
@Suite struct SlotHeapTests {
    private struct Key: Comparable {
        let major: UInt64
        let slot: UInt32

        static func < (left: Key, right: Key) -> Bool {
            (left.major, left.slot) < (right.major, right.slot)
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `What comes out is the smallest, whatever was taken from the middle`(_ seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        var (heap, places, model) = (SlotHeap(), HeapPlaces(), [Key]())
        for slot in 0..<2_000 as Range<UInt32> {
            let key = Key(major: UInt64.random(in: 0...50, using: &chance), slot: slot)
            heap.insert(.init(major: key.major, minor: UInt64(slot), slot: slot), &places)
            model.append(key)
            switch Int.random(in: 0...3, using: &chance) {
            case 0:
                guard let gone = model.randomElement(using: &chance) else { continue }
                heap.remove(gone.slot, &places)
                model.removeAll { $0 == gone }
                #expect(!places.contains(gone.slot))
            case 1:
                let least = model.min()
                #expect(heap.popFirst(&places)?.slot == least?.slot)
                model.removeAll { $0 == least }
            default: break
            }
            #expect(heap.count == model.count)
            #expect(heap.first?.slot == model.min()?.slot)
        }
        while let next = heap.popFirst(&places) {
            #expect(next.slot == model.min()?.slot)
            model.removeAll { $0.slot == next.slot }
        }
        #expect(model.isEmpty)
    }

    @Test func `All that is due is found, and nothing else`() {
        var chance = SeededGenerator(seed: 9)
        var (heap, places) = (SlotHeap(), HeapPlaces())
        var due: [UInt32] = []
        for slot in 0..<1_000 as Range<UInt32> {
            let key = UInt64.random(in: 0...99, using: &chance)
            heap.insert(.init(major: key, minor: UInt64(slot), slot: slot), &places)
            if key <= 20 { due.append(slot) }
        }
        #expect(heap.slots(upTo: 20, limit: 1_000).sorted() == due)
        #expect(heap.slots(upTo: 20, limit: 7).count == 7)
        #expect(SlotHeap().slots(upTo: .max, limit: 7).isEmpty)
    }

    /// Ten levels of four hold a million and more.
    @Test func `No step moves more than one node a level`() {
        var chance = SeededGenerator(seed: 10)
        var (heap, places) = (SlotHeap(), HeapPlaces())
        var most: UInt64 = 0
        func measure(_ step: (inout SlotHeap, inout HeapPlaces) -> Void) {
            let before = places.moves
            step(&heap, &places)
            most = max(most, places.moves - before)
        }
        for slot in 0..<200_000 as Range<UInt32> {
            // The worst for an insertion: always the smallest.
            measure { $0.insert(.init(major: UInt64(200_000 - slot), minor: 0, slot: slot), &$1) }
        }
        for slot in (0..<200_000 as Range<UInt32>).shuffled(using: &chance) {
            measure { $0.remove(slot, &$1) }
        }
        #expect(heap.isEmpty && most <= 11)
    }
}
