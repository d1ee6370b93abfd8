/// Leadership transfer (dissertation, section 3.10).
extension Consensus {
    /// Stops taking proposals, waits until the target has the whole log, and lets it campaign. Given
    /// up after an election timeout. A target that cannot lead is refused at once.
    mutating func startTransfer(to target: NodeID, _ now: Instant, _ effects: inout Effects) {
        guard role == .leader else { return }
        guard target != id, configuration.isVoter(target) else {
            effects.traces.append(.transferAborted(target))
            return
        }
        transfer = (target, now + timing.electionTimeout)
        continueTransfer(&effects)
    }

    mutating func continueTransfer(_ effects: inout Effects) {
        guard let transfer, let peer = peers.first(where: { $0.id == transfer.target }),
            peer.progress.match == log.last.index
        else { return }
        send(Message(term: term, body: .timeoutNow), to: transfer.target, &effects)
    }

    /// The most advanced voter of those that can be reached: whom to hand leadership to. Not one
    /// that is about to be no voter any more.
    public func transferCandidate(where isReachable: (NodeID) -> Bool) -> NodeID? {
        var best: (id: NodeID, match: LogIndex)?
        for peer in peers
        where configuration.voters.contains(peer.id) && peer.progress.state == .replicate
            && isReachable(peer.id)
        {
            if best.map({ peer.progress.match > $0.match }) ?? true {
                best = (peer.id, peer.progress.match)
            }
        }
        return best?.id
    }
}
