import HTTPTypes
import Hummingbird
import NIOCore
import Node

extension Responder {
    /// `GET /metrics`
    func metrics(_ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        guard let measures = await node.measures() else { throw .stopping }
        var page = Exposition()
        page.build(version: meter.version)
        page.node(measures)
        page.http(meter)
        page.streams(tasks: node.events.followers, cluster: node.views.watchers)
        if let process = ProcessMeasures.current() { page.process(process) }
        return Response(
            status: .ok,
            headers: [.contentType: Exposition.mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.text)))
    }

    /// Counts a request that is answered.
    func count(_ method: HTTPRequest.Method, _ response: Response, since began: NIODeadline) {
        let span = NIODeadline.now() - began
        meter.answered(
            method, response.status.code, bytes: response.body.contentLength,
            in: UInt64(clamping: span.nanoseconds))
    }
}
