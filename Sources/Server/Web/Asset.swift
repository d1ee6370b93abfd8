import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// A file of the page, ready to be sent: as it is, and packed for browsers that take it so.
struct Asset: Sendable {
    enum Kind: String, Sendable {
        case html = "text/html; charset=utf-8"
        case script = "text/javascript; charset=utf-8"
        case style = "text/css; charset=utf-8"
        case picture = "image/svg+xml"
        case json = "application/json"
    }

    /// One form of the file; each has a tag of its own (RFC 9110, section 8.8.3.3).
    private struct Form: Sendable {
        var headers: HTTPFields
        let tag: String
        let content: ByteBuffer
    }

    private let plain: Form
    private let packed: Form

    /// Nothing from elsewhere, nothing inline, in nobody's frame.
    private static let policy =
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

    /// - Parameter isForAll: everybody gets the same, so it is packed once and well; otherwise it
    ///   is put together for who asks, and nobody in between may keep it.
    init(_ kind: Kind, _ file: [UInt8], isForAll: Bool = true) {
        let bytes = kind == .script ? Self.withoutComments(file) : file
        // The tag follows from the content, so every node of one version gives the same.
        let hash = String(Hash64.hash(bytes), radix: 16)
        let tag = "\"\(hash)\""
        let headers: HTTPFields = [
            .contentType: kind.rawValue,
            .eTag: tag,
            .vary: "Accept-Encoding",
            .cacheControl: isForAll ? "no-cache" : "private, no-cache",
            .contentSecurityPolicy: Self.policy,
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer",
        ]
        plain = Form(headers: headers, tag: tag, content: ByteBuffer(bytes: bytes))
        var form = Form(
            headers: headers, tag: "\"\(hash)-gzip\"",
            content: ByteBuffer(bytes: Gzip.packed(bytes, isQuick: !isForAll)))
        form.headers[.eTag] = form.tag
        form.headers[.contentEncoding] = "gzip"
        packed = form
    }

    /// A seventh of our scripts is comments, which no browser needs. None of their texts spans
    /// lines, so a line that begins like a comment is one.
    private static func withoutComments(_ script: [UInt8]) -> [UInt8] {
        let (space, slash) = (UInt8(ascii: " "), UInt8(ascii: "/"))
        let lines = script.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .filter { !$0.drop { $0 == space }.starts(with: [slash, slash]) }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    var tag: String { plain.tag }

    /// What a script or a page says.
    var text: String { String(buffer: plain.content) }

    /// - Parameter isLasting: its address says which version it is, so it need never be asked for
    ///   again.
    func response(_ request: HTTPFields, isLasting: Bool = false) -> Response {
        let form = request[.acceptEncoding].map(Gzip.isAccepted) == true ? packed : plain
        var headers = form.headers
        if isLasting { headers[.cacheControl] = "public, max-age=31536000, immutable" }
        if EntityTag.matches(request, form.tag) {
            var response = Answer.empty(.notModified)
            response.headers.append(contentsOf: headers)
            return response
        }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: form.content))
    }
}
