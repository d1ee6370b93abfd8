/// An object as if one client after the other used it.
package protocol SequentialObject {
    associatedtype State: Hashable
    associatedtype Action

    static var initial: State { get }
    /// The state after the action; nil if the action could not have had its result here.
    static func apply(_ action: Action, to state: State) -> State?
}

/// An action with its result, and when it was asked for and answered.
package struct Call<Action> {
    package var action: Action
    package var start: UInt64
    /// nil: never answered. It may have happened at any time since, or not at all.
    package var end: UInt64?
    /// Calls with a low guess are tried first. What holds does not depend on it, only how soon
    /// that is found: the search for an order is as long as the guesses are wrong.
    package var guess: UInt64

    package init(_ action: Action, start: UInt64, end: UInt64?, guess: UInt64 = .max) {
        self.action = action
        self.start = start
        self.end = end
        self.guess = guess
    }
}

package enum Linearizability: Hashable, Sendable {
    case holds
    case broken
    /// The search was given up after so many steps as were allowed.
    case undecided
}

/// Whether a history can be put into one order that respects time and explains every result:
/// the search of Wing and Gong ("Testing and verifying concurrent objects", 1993), which forgets
/// no dead end twice (Lowe, "Testing for linearizability", 2017).
package struct LinearizabilityChecker<Object: SequentialObject> {
    /// A call or its answer, in the order of time, in a list that both can be lifted out of.
    private struct Event {
        let call: Int
        let isAnswer: Bool
        var previous: Int
        var next: Int
    }

    /// What was put in order, and the state that follows.
    private struct Configuration: Hashable {
        var taken: [UInt64]
        var state: Object.State
    }

    private let calls: [Call<Object.Action>]
    /// The first place is the head of the list.
    private var events = [Event(call: -1, isAnswer: false, previous: -1, next: -1)]
    private var answers: [Int]
    private var open = 0

    private init(_ calls: [Call<Object.Action>]) {
        self.calls = calls
        answers = [Int](repeating: -1, count: calls.count)
        var moments: [(time: UInt64, isAnswer: Bool, call: Int)] = []
        for (place, call) in calls.enumerated() {
            moments.append((call.start, false, place))
            if let end = call.end { moments.append((end, true, place)) }
        }
        // At equal times calls come first: nothing is known of their order then.
        moments.sort {
            ($0.time, $0.isAnswer ? 1 : 0, $0.call) < ($1.time, $1.isAnswer ? 1 : 0, $1.call)
        }
        for moment in moments { append(moment.call, isAnswer: moment.isAnswer) }
    }

    private mutating func append(_ call: Int, isAnswer: Bool) {
        let place = events.count
        events[place - 1].next = place
        events.append(Event(call: call, isAnswer: isAnswer, previous: place - 1, next: -1))
        if isAnswer {
            answers[call] = place
            open += 1
        }
    }

    /// `limit`: how many configurations to look at before giving up.
    package static func check(
        _ calls: [Call<Object.Action>], limit: Int = 1_000_000
    ) -> Linearizability {
        var checker = LinearizabilityChecker(calls)
        return checker.search(limit)
    }

    private mutating func search(_ limit: Int) -> Linearizability {
        var now = Configuration(
            taken: [UInt64](repeating: 0, count: (calls.count + 63) / 64), state: Object.initial)
        var seen: Set<Configuration> = []
        var path: [(event: Int, before: Object.State, untried: [Int])] = []
        var untried = candidates
        while open > 0 {
            guard let place = untried.popLast() else {
                // Nothing leads on from here: go back.
                guard let last = path.popLast() else { return .broken }
                now.state = last.before
                now.taken[events[last.event].call / 64] &= ~(1 << UInt64(events[last.event].call % 64))
                putBack(last.event)
                untried = last.untried
                continue
            }
            guard let next = step(events[place].call, from: now), seen.insert(next).inserted
            else { continue }
            if seen.count > limit { return .undecided }
            path.append((place, now.state, untried))
            now = next
            lift(place)
            untried = candidates
        }
        return .holds
    }

    /// The calls that may be next: those that were asked for before anything else was answered.
    /// The last is tried first: the one with the lowest guess, or that was answered soonest. Who
    /// never was stands at the beginning: most of those need no place at all.
    private var candidates: [Int] {
        var found: [Int] = []
        var place = events[0].next
        while place >= 0, !events[place].isAnswer {
            found.append(place)
            place = events[place].next
        }
        return found.sorted { rank(of: $0) > rank(of: $1) }
    }

    private func rank(of place: Int) -> (guess: UInt64, answer: Int) {
        let call = events[place].call
        return (calls[call].guess, answers[call] >= 0 ? answers[call] : .max)
    }

    private func step(_ call: Int, from now: Configuration) -> Configuration? {
        guard let state = Object.apply(calls[call].action, to: now.state) else { return nil }
        var next = now
        next.state = state
        next.taken[call / 64] |= 1 << UInt64(call % 64)
        return next
    }

    private mutating func lift(_ place: Int) {
        unlink(place)
        let answer = answers[events[place].call]
        if answer >= 0 {
            unlink(answer)
            open -= 1
        }
    }

    private mutating func putBack(_ place: Int) {
        let answer = answers[events[place].call]
        if answer >= 0 {
            link(answer)
            open += 1
        }
        link(place)
    }

    private mutating func unlink(_ place: Int) {
        let event = events[place]
        events[event.previous].next = event.next
        if event.next >= 0 { events[event.next].previous = event.previous }
    }

    private mutating func link(_ place: Int) {
        let event = events[place]
        events[event.previous].next = place
        if event.next >= 0 { events[event.next].previous = place }
    }
}
