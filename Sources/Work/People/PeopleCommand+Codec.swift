import Wire

extension PeopleCommand {
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .createUser(let user):
            writer.writeByte(1)
            user.encode(into: &writer)
        case .updateUser(let id, let expected, let patch):
            writer.writeByte(2)
            writer.writeVarint(id.rawValue)
            writer.writeOptional(expected) { $0.writeVarint($1) }
            patch.encode(into: &writer)
        case .createToken(let token):
            writer.writeByte(3)
            token.encode(into: &writer)
        case .revokeToken(let id):
            writer.writeByte(4)
            writer.writeVarint(id.rawValue)
        case .spendToken(let secretHash, let session):
            writer.writeByte(5)
            writer.writeBytes(secretHash)
            writer.writeString(session.name)
            writer.writeBytes(session.secretHash)
            writer.writeSigned(session.expires.milliseconds)
        }
    }

    init(from reader: inout ByteReader) throws(WireError) {
        switch try reader.readByte() {
        case 1: self = .createUser(try NewUser(from: &reader))
        case 2:
            let id = UserID(try reader.readVarint())
            let expected = try reader.readVersion()
            self = .updateUser(id, expected: expected, try UserPatch(from: &reader))
        case 3: self = .createToken(try NewToken(from: &reader))
        case 4: self = .revokeToken(TokenID(try reader.readVarint()))
        case 5:
            let spent = try reader.readSecretHash()
            let name = try reader.readName()
            let secretHash = try reader.readSecretHash()
            let session = NewSession(
                name: name, secretHash: secretHash,
                expires: Timestamp(milliseconds: try reader.readSigned()))
            self = .spendToken(secretHash: spent, session: session)
        case let other: throw .unknownTag(other)
        }
    }
}

extension NewUser {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeFolded(name)
        writer.writeOptional(email) { $0.writeFolded($1) }
        writer.writeByte(role.rawValue)
        writer.writeOptional(passwordHash) { $0.writeString($1) }
    }

    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        name = try reader.readFolded()
        email = try reader.readOptional { reader throws(WireError) in try reader.readFolded() }
        role = try reader.readRole()
        passwordHash = try reader.readPasswordHash()
    }
}

extension UserPatch {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeOptional(name) { $0.writeFolded($1) }
        writer.writeOptional(email) { $0.writeOptional($1) { $0.writeFolded($1) } }
        writer.writeOptional(role) { $0.writeByte($1.rawValue) }
        writer.writeOptional(isDisabled) { $0.writeBool($1) }
        writer.writeOptional(passwordHash) { $0.writeOptional($1) { $0.writeString($1) } }
    }

    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        name = try reader.readOptional { reader throws(WireError) in try reader.readFolded() }
        if try reader.readBool() {
            email = .some(
                try reader.readOptional { reader throws(WireError) in try reader.readFolded() })
        }
        role = try reader.readOptional { reader throws(WireError) in try reader.readRole() }
        isDisabled = try reader.readOptional { reader throws(WireError) in try reader.readBool() }
        if try reader.readBool() { passwordHash = .some(try reader.readPasswordHash()) }
    }
}

extension NewToken {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeVarint(user.rawValue)
        writer.writeString(name)
        writer.writeBytes(secretHash)
        writer.writeByte(scopes.rawValue)
        writer.writeByte(kind.rawValue)
        writer.writeOptional(expires) { $0.writeSigned($1.milliseconds) }
    }

    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        user = UserID(try reader.readVarint())
        name = try reader.readName()
        secretHash = try reader.readSecretHash()
        scopes = Scopes(rawValue: try reader.readByte())
        let raw = try reader.readByte()
        guard let kind = TokenRecord.Kind(rawValue: raw), scopes.isSubset(of: .all) else {
            throw .invalidValue
        }
        self.kind = kind
        expires = try reader.readOptional { reader throws(WireError) in
            Timestamp(milliseconds: try reader.readSigned())
        }
    }
}

extension ByteWriter {
    fileprivate mutating func writeFolded(_ text: FoldedText) {
        writeString(text.text)
        writeString(text.key)
    }
}

extension ByteReader {
    fileprivate mutating func readFolded() throws(WireError) -> FoldedText {
        // Lower case is at most three times as long.
        let text = try readLine(limit: Limits.emailCharacters * 4)
        return FoldedText(text, key: try readLine(limit: Limits.emailCharacters * 12))
    }

    fileprivate mutating func readRole() throws(WireError) -> UserRole {
        let raw = try readByte()
        guard let role = UserRole(rawValue: raw) else { throw .unknownTag(raw) }
        return role
    }

    fileprivate mutating func readPasswordHash() throws(WireError) -> String? {
        try readOptional { reader throws(WireError) in
            try reader.readLine(limit: Limits.passwordHashBytes)
        }
    }

    fileprivate mutating func readSecretHash() throws(WireError) -> [UInt8] {
        let bytes = Array(try readBytes(limit: Limits.secretHashBytes))
        guard bytes.count == Limits.secretHashBytes else { throw .invalidValue }
        return bytes
    }
}
