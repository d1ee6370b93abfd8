import HTTPTypes

extension HTTPField.Name {
    // Each name is a token (RFC 9110, section 5.6.2), so none of the initialisers fails.
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
    static let csrfToken = HTTPField.Name("X-CSRF-Token")!
    static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto")!
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed")!
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
    static let link = HTTPField.Name("Link")!
    static let rateLimit = HTTPField.Name("RateLimit")!
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let taskraftIndex = HTTPField.Name("Taskraft-Index")!
    static let taskraftLeader = HTTPField.Name("Taskraft-Leader")!
    static let taskraftServedBy = HTTPField.Name("Taskraft-Served-By")!
    static let taskraftTerm = HTTPField.Name("Taskraft-Term")!
    static let traceparent = HTTPField.Name("traceparent")!
    static let acceptPatch = HTTPField.Name("Accept-Patch")!
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
