import Crypto
import CryptoExtras
import FoundationEssentials
import NIOPosix
import Synchronization

/// Hashes passwords by scrypt (RFC 7914), away from event loops, at most two at a time: each takes
/// 32 MiB and about a tenth of a second, which is the point of it.
final class PasswordHasher: Sendable {
    private static let waitingMax = 32
    private let threads = NIOThreadPool(numberOfThreads: 2)
    private let waiting = Mutex(0)

    init() { threads.start() }

    deinit { threads.shutdownGracefully { _ in } }

    func hash(_ password: String) async throws(Problem) -> String {
        try await run { PasswordHash.make(password) }
    }

    /// Takes as long where there is no user of that name, or one without a password.
    func matches(_ password: String, _ stored: String?) async throws(Problem) -> Bool {
        try await run {
            guard let stored, let hash = PasswordHash(stored) else {
                _ = PasswordHash.make(password)
                return false
            }
            return hash.matches(password)
        }
    }

    private func run<Result: Sendable>(
        _ body: @escaping @Sendable () -> Result
    ) async throws(Problem) -> Result {
        let isFull = waiting.withLock { waiting in
            waiting += 1
            return waiting > Self.waitingMax
        }
        defer { waiting.withLock { $0 -= 1 } }
        if isFull { throw .overloaded("too many sign in at once; try again shortly") }
        do {
            return try await threads.runIfActive(body)
        } catch {
            throw .stopping
        }
    }
}

/// `scrypt$15$8$1$salt$hash`: the costs stay with each hash, so they can rise later.
struct PasswordHash {
    private let rounds: Int
    private let blockSize: Int
    private let parallelism: Int
    private let salt: Data
    private let hash: Data

    static let lengths = 8...1_024

    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let power = Int(parts[1]),
            let blockSize = Int(parts[2]), let parallelism = Int(parts[3]),
            (10...20).contains(power), (1...16).contains(blockSize),
            (1...4).contains(parallelism), let salt = Data(base64Encoded: String(parts[4])),
            let hash = Data(base64Encoded: String(parts[5])), hash.count == 32
        else { return nil }
        (rounds, self.blockSize, self.parallelism) = (1 << power, blockSize, parallelism)
        (self.salt, self.hash) = (salt, hash)
    }

    static func make(_ password: String) -> String {
        let salt = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) })
        let hash = derive(password, salt, rounds: 1 << 15, blockSize: 8, parallelism: 1)
        return "scrypt$15$8$1$\(salt.base64EncodedString())$\(hash.base64EncodedString())"
    }

    func matches(_ password: String) -> Bool {
        let found = Self.derive(
            password, salt, rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        return zip(found, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(
        _ password: String, _ salt: Data, rounds: Int, blockSize: Int, parallelism: Int
    ) -> Data {
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: Data(password.utf8), salt: salt, outputByteCount: 32, rounds: rounds,
                blockSize: blockSize, parallelism: parallelism)
            return key.withUnsafeBytes { Data($0) }
        } catch {
            // The costs are checked before, so only memory can be missing.
            preconditionFailure("scrypt failed: \(error)")
        }
    }
}
