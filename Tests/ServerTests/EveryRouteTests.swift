import HTTPTypes
import Server
import Testing

/// Every operation that the API's description names, asked rightly once and wrongly in every way
/// that the description lets one think of. A route without a sample fails.
@Suite(.timeLimit(.minutes(5))) struct EveryRouteTests {
    private static let operations = Contract.shared.document.operations
    private static let names = operations.map(\.id)

    private func operation(_ name: String) throws -> APIDocument.Operation {
        try #require(Self.operations.first { $0.id == name })
    }

    @Test func `There is a sample of every operation, and of nothing else`() async throws {
        let world = try await SampleWorld()
        #expect(Set(world.samples.keys) == Set(Self.names))
    }

    /// Otherwise what is wrong with the others would prove nothing.
    @Test(arguments: names)
    func `The sample is right`(name: String) async throws {
        let world = try await SampleWorld()
        let operation = try operation(name)
        let sample = try #require(world.samples[name])
        // A stream does not end: its head tells as much.
        let isStream = sample.path.hasSuffix("/events")
        let answer = try await world.send(isStream ? "HEAD" : operation.method, sample)
        // Who has no password yet cannot sign in by one.
        let expected = name == "signIn" ? 401...401 : 200...299
        #expect(expected.contains(answer.status), "\(answer.text)")
    }

    @Test(arguments: names)
    func `What is wrong is told so, and changes nothing`(name: String) async throws {
        let world = try await SampleWorld()
        let sample = try #require(world.samples[name])
        let before = world.content
        let wrong = BadRequests(try operation(name), sample).all
        #expect(wrong.count >= 2)
        for bad in wrong {
            let answer = try await world.send(
                bad.method, bad.sample, authority: bad.authority, isKnown: bad.isKnown)
            let problems = try Self.problems(answer, bad)
            #expect(problems.isEmpty, "\(bad.what): \(problems) \(answer.text.prefix(300))")
        }
        #expect(world.content == before)
    }

    @Test(arguments: Set(operations.map(\.path)).sorted())
    func `A method that is not offered is told which are`(path: String) async throws {
        let world = try await SampleWorld()
        let offered = Self.operations.filter { $0.path == path }
        let sample = try #require(world.samples[offered[0].id])
        let before = world.content
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
        where !offered.contains(where: { $0.method == method }) {
            let answer = try await world.send(method, Sample(path: sample.path))
            #expect(answer.status == 405, "\(method)")
            let allowed = answer.header("Allow")?.split(separator: ", ").map(String.init) ?? []
            #expect(Set(allowed).subtracting(["HEAD"]) == Set(offered.map(\.method)))
            #expect(try answer.json["code"] == .string("method_not_allowed"))
        }
        #expect(world.content == before)
    }

    private static func problems(_ answer: TestFront.Answer, _ bad: BadRequest) throws -> [String] {
        var found: [String] = []
        if answer.status != bad.status { found.append("\(answer.status), not \(bad.status)") }
        guard answer.header("Content-Type") == "application/problem+json" else {
            return found + ["it is no problem"]
        }
        let problem = try answer.json
        let code = problem["code"].text ?? ""
        if !bad.codes.contains(code) { found.append("\(code) is none of \(bad.codes)") }
        if problem["type"] != .string("/docs/errors#" + code) { found.append("another type") }
        if problem["status"] != .integer(Int64(bad.status)) { found.append("another status") }
        if problem["detail"].text?.isEmpty ?? true { found.append("no detail") }
        if let pointer = bad.pointer {
            let named = problem["errors"].elements.compactMap { $0["pointer"].text }
            let isNamed = named.contains { $0 == pointer || $0.hasPrefix(pointer + "/") }
            if !isNamed { found.append("\(named) and not \(pointer)") }
        }
        return found
    }
}

extension SampleWorld {
    func send(
        _ method: String, _ sample: Sample, authority: String = "127.0.0.1:8082",
        isKnown: Bool = true
    ) async throws -> TestFront.Answer {
        let method = try #require(HTTPRequest.Method(method))
        var headers = sample.headers
        if isKnown, headers["Authorization"] == nil {
            headers["Authorization"] = "Bearer \(secret)"
        }
        // Whoever is not known comes from this machine, which is not enough where there are users.
        let members = sample.body?.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",")
        guard let text = sample.text ?? members.map({ "{\($0)}" }) else {
            return try await front.send(method, sample.path, headers, authority: authority)
        }
        return try await front.send(
            method, sample.path, headers, json: text, authority: authority)
    }
}
