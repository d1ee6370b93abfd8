import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// A file of the page, ready to be sent.
struct Asset: Sendable {
    enum Kind: String, Sendable {
        case html = "text/html; charset=utf-8"
        case script = "text/javascript; charset=utf-8"
        case style = "text/css; charset=utf-8"
        case picture = "image/svg+xml"
        case json = "application/json"
    }

    private let headers: HTTPFields
    let tag: String
    private let content: ByteBuffer

    /// Nothing from elsewhere, nothing inline, in nobody's frame.
    private static let policy =
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

    init(_ kind: Kind, _ file: [UInt8]) {
        let bytes = kind == .script ? Self.withoutComments(file) : file
        // The tag follows from the content, so every node of one version gives the same.
        tag = "\"" + String(Hash64.hash(bytes), radix: 16) + "\""
        content = ByteBuffer(bytes: bytes)
        headers = [
            .contentType: kind.rawValue,
            .eTag: tag,
            .cacheControl: "no-cache",
            .contentSecurityPolicy: Self.policy,
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer",
        ]
    }

    /// A seventh of our scripts is comments, which no browser needs. None of their texts spans
    /// lines, so a line that begins like a comment is one.
    private static func withoutComments(_ script: [UInt8]) -> [UInt8] {
        let (space, slash) = (UInt8(ascii: " "), UInt8(ascii: "/"))
        let lines = script.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .filter { !$0.drop { $0 == space }.starts(with: [slash, slash]) }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// What a script or a page says.
    var text: String { String(buffer: content) }

    /// - Parameter isLasting: its address says which version it is, so it need never be asked for
    ///   again.
    func response(_ request: HTTPFields, isLasting: Bool = false) -> Response {
        var headers = headers
        if isLasting { headers[.cacheControl] = "public, max-age=31536000, immutable" }
        if EntityTag.matches(request, tag) {
            var response = Answer.empty(.notModified)
            response.headers.append(contentsOf: headers)
            return response
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: content))
    }
}
