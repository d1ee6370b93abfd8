// The HTTP API: one request, one typed refusal, and retries that cannot apply twice.

/// The server answers within about two seconds; longer silence is an unknown outcome.
const patience = 8_000;

/// Who signs changes, what proves that this page sends them and when that is known, how long the
/// cluster remembers a key, whether asking it for a read is vain, and what to do where somebody has
/// to sign in first, or may not do what he tried.
export const settings = {
  author: () => null, csrf: null, ready: Promise.resolve(), idempotencyWindow: 3_600_000,
  quorumIsLost: () => false, signedOut() {}, forbidden() {},
};

/// A detail of the API is half a sentence; what stands alone on a page is a whole one.
export function sentence(text) {
  const [first = "", ...rest] = text;
  return first.toUpperCase() + rest.join("") + (/[.!?…][)"”’]?$/.test(text) ? "" : ".");
}

/// To a program the API explains tokens; people sign in.
const isSignedOut = 401;

export class Problem extends Error {
  constructor(status, body = {}) {
    super(status === isSignedOut ? "You have been signed out."
      : sentence(body.detail || body.title || `The server answered ${status}`));
    this.status = status;
    this.code = body.code;
    this.errors = body.errors ?? [];
    this.current = body.current;
    this.retryAfter = body.retry_after ?? 1;
  }

  /// The request is fine; the cluster cannot answer now.
  get isTransient() { return [0, 429, 502, 503, 504].includes(this.status); }
  /// It may have been applied; only a repeat under the same key can tell.
  get isUncertain() { return [0, 502, 504].includes(this.status); }
}

/// `randomUUID` is missing on plain HTTP off loopback, so the bytes are drawn by hand.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/// `text` is a body that is no JSON, `type` what it is. The answer's `at` is the log index it was
/// read or applied at; if it is `replayed`, an earlier try was applied before, nobody knows where.
export async function request(method, path, { body, text, type, version, key, signal } = {}) {
  const headers = {};
  if (body || text !== undefined) headers["Content-Type"] = type ?? "application/json";
  if (version) headers["If-Match"] = `"${version}"`;
  if (key) headers["Idempotency-Key"] = `"${key}"`;
  if (method !== "GET") await settings.ready;
  if (settings.csrf && method !== "GET") headers["X-CSRF-Token"] = settings.csrf;
  const timeout = AbortSignal.timeout(text === undefined ? patience : 10 * patience);
  let response, received;
  try {
    response = await fetch(path, {
      method, headers, cache: "no-store", body: text ?? (body && JSON.stringify(body)),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    received = await response.text();
  } catch {
    throw new Problem(0, { detail: "This node does not answer." });
  }
  let answer = {};
  try { answer = JSON.parse(received || "{}"); } catch { /* a proxy's page, not ours */ }
  if (response.status === isSignedOut) settings.signedOut();
  if (response.status === 403 && method !== "GET") settings.forbidden();
  if (!response.ok) throw new Problem(response.status, answer);
  const replayed = response.headers.get("Idempotency-Replayed") === "true";
  return { ...answer, at: Number(response.headers.get("Taskraft-Index")), replayed };
}

/// Without a quorum there is only this node's own copy. It is marked, so that the page can say so.
export async function read(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value));
  if (!settings.quorumIsLost()) {
    try {
      return { ...await request("GET", `${path}?${query}`), stale: false };
    } catch (problem) {
      if (problem.status !== 503 && problem.status !== 504) throw problem;
    }
  }
  query.set("consistency", "stale");
  return { ...await request("GET", `${path}?${query}`), stale: true };
}

/// Signed once, before the first try: a key belongs to one payload.
export function signed(body) {
  const author = settings.author();
  return author ? { ...body, author } : body;
}

/// Repeats `attempt` while the cluster cannot answer, but not an uncertain one so long that the
/// cluster forgets its key: a repeat could then apply twice.
export async function untilAnswered(attempt, signal, waiting = () => {}, uncertainSince = null) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (problem) {
      if (!problem.isTransient || signal.aborted) throw problem;
      if (problem.isUncertain) uncertainSince ??= Date.now();
      if (uncertainSince && Date.now() - uncertainSince > settings.idempotencyWindow * 0.9) {
        throw new Problem(410, { detail: "It is not known whether this was saved. Look at the list first." });
      }
      waiting(problem);
      const delay = Math.min(problem.retryAfter * 1_000 * 1.3 ** tries, 4_000);
      await pause(delay * (0.75 + Math.random() / 2), signal);
      if (signal.aborted) throw problem;
    }
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", resolve, { once: true });
  });
}
