/// A token that holds, and whose it is.
package struct Credential: Hashable, Sendable {
    package let token: TokenRecord
    package let user: UserRecord

    package init(token: TokenRecord, user: UserRecord) {
        (self.token, self.user) = (token, user)
    }

    /// What it allows: what the token was made for, and its user's role has.
    package var scopes: Scopes { token.scopes.intersection(user.role.scopes) }

    /// Whose the idempotency keys of its requests are: its user's, whichever token he shows.
    package var principal: String { "@\(user.id.rawValue)" }

    /// Whether it allows the command. Everybody may care for his own tokens, and, when he has
    /// signed in himself, for his own name and password.
    package func allows(_ command: Command) -> Bool {
        scopes.isSuperset(of: command.scopes) || isOwnBusiness(command)
    }

    private func isOwnBusiness(_ command: Command) -> Bool {
        guard case .people(let command) = command else { return false }
        switch command {
        case .createToken(let new):
            return new.user == user.id && scopes.isSuperset(of: new.scopes) && new.kind == .api
        case .updateUser(let id, _, let patch):
            return id == user.id && token.kind == .session && patch.role == nil
                && patch.isDisabled == nil
        case .createUser, .revokeToken, .spendToken: return false
        }
    }
}

extension ItemTable {
    /// nil unless the token is there, has not expired, and its user may do anything at all.
    package func credential(_ id: TokenID, at time: Timestamp) -> Credential? {
        guard let token = tokens[id], !token.isExpired(at: time), token.kind != .signIn,
            let user = users[token.user], !user.isDisabled
        else { return nil }
        return Credential(token: token, user: user)
    }
}

extension WorkState {
    /// Looks at the token again that a door has looked at before: it may be gone since.
    func authorize(_ request: Request, _ context: inout Context) -> Refusal? {
        guard let id = request.credential else { return nil }
        guard let credential = items.credential(id, at: context.time) else { return .unauthorized }
        context.credential = credential
        context.actor = credential.user.name
        if credential.allows(request.command) { return nil }
        if case .people(.revokeToken(let token)) = request.command,
            items.tokens[token]?.user == credential.user.id
        {
            return nil
        }
        return .forbidden
    }
}

extension Command {
    /// What a token must be for to allow it.
    package var scopes: Scopes {
        switch self {
        case .createTask, .createNumbered, .updateTask, .deleteTask, .moveTask, .restoreTask,
            .importTasks, .items:
            .tasks
        case .registerNode, .raiseMachineVersion, .limitState, .people: .admin
        case .jobs(let command): command.scopes
        }
    }
}

extension JobCommand {
    package var scopes: Scopes {
        switch self {
        case .put: .enqueue
        case .reserve, .reserveJob, .touch, .complete, .fail, .release, .bury, .delete, .undo,
            .kick, .kickJobs, .closeSession, .closeSessions:
            .work
        case .kickAll, .purge, .pause, .configure, .deleteQueue, .expire, .proceed: .admin
        }
    }
}
