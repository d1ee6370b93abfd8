import Node
import Raft
import Replica

extension JSONWriter {
    mutating func view(_ view: NodeView, of node: UInt64) {
        object {
            $0.member("node", node)
            $0.member("role", NodeStatus.Role(view.role).rawValue)
            $0.member("term", view.term)
            $0.member("leader", optional: view.leader?.rawValue)
            $0.member("vote", optional: view.vote?.rawValue)
            $0.member("silence_ms", optional: view.silence)
            $0.name("timer")
            if let timer = view.timer { $0.timer(timer) } else { $0.null() }
            $0.member("first", view.first)
            $0.member("last", view.last)
            $0.member("commit", view.commit)
            $0.member("applied", view.applied)
            $0.member("durable", view.durable)
            $0.member("state_hash", hex: view.stateHash)
            $0.member("base_index", view.stores.base)
            $0.name("store")
            $0.store(StoreStatus(view.stores), isBase: false, commit: view.commit)
            $0.member("pending", view.pending)
            $0.member("impediment", optional: view.impediment)
            $0.member("sent", view.sent)
            $0.member("received", view.received)
            $0.viewLists(view)
        }
    }

    private mutating func timer(_ timer: NodeView.Timer) {
        object {
            $0.member("elapsed_ms", timer.elapsed)
            $0.member("timeout_ms", timer.timeout)
        }
    }

    private mutating func viewLists(_ view: NodeView) {
        name("followers")
        array(view.followers) { $0.follower($1) }
        name("ballot")
        array(view.ballot) { writer, ballot in
            writer.object {
                $0.member("node", ballot.node.rawValue)
                $0.member("granted", ballot.isGranted)
            }
        }
        name("tail")
        array(view.tail) { $0.slot($1) }
        name("faults")
        array(view.faults) { writer, fault in
            writer.object {
                $0.member("to", fault.to.rawValue)
                $0.member("cut", fault.isCut)
                $0.member("delay_ms", fault.delay)
            }
        }
        name("flights")
        array(view.flights) { $0.flight($1) }
        name("happenings")
        array(view.happenings) { $0.happening($1) }
    }

    private mutating func follower(_ follower: NodeView.Follower) {
        object {
            $0.member("node", follower.node.rawValue)
            $0.member("match", follower.match)
            $0.member("next", follower.next)
            $0.member("probed", follower.isProbed)
            $0.member("inflight", follower.inflight)
        }
    }

    private mutating func slot(_ slot: NodeView.Slot) {
        object {
            $0.member("index", slot.index)
            $0.member("term", slot.term)
            $0.member("kind", optional: slot.kind.map { "\($0)" })
            $0.member("size", slot.size)
        }
    }

    private mutating func flight(_ flight: NodeView.Flight) {
        object {
            $0.member("to", flight.to.rawValue)
            $0.member("kind", "\(flight.kind)")
            $0.member("term", flight.term)
            $0.member("entries", flight.entries)
            $0.member("count", flight.count)
            $0.member("age_ms", flight.age)
            switch flight.fate {
            case .sent: $0.member("lost", false)
            case .lost: $0.member("lost", true)
            case .delayed(let delay):
                $0.member("lost", false)
                $0.member("delay_ms", delay)
            }
        }
    }

    private mutating func happening(_ happening: NodeView.Happening) {
        object {
            $0.member("kind", "\(happening.kind)")
            $0.member("term", happening.term)
            $0.member("node", optional: happening.node?.rawValue)
            $0.member("silence_ms", optional: happening.silence)
            $0.member("text", optional: happening.text)
            $0.member("age_ms", happening.age)
        }
    }
}

extension StoreStatus {
    fileprivate init(_ stores: NodeView.Stores) {
        self.init(
            kind: Kind(code: stores.kind), state: State(code: stores.state), index: stores.index,
            error: nil)
    }
}
