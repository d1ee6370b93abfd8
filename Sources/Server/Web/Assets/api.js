// The HTTP API: one request, one typed refusal, and retries that cannot apply twice.

/// The server answers within about two seconds; longer silence is an unknown outcome.
const patience = 8_000;

/// Who signs changes, how long the cluster remembers a key, and whether asking it for a read is vain.
export const settings = { author: () => null, idempotencyWindow: 3_600_000, quorumIsLost: () => false };

export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail || body.title || `The server answered ${status}.`);
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

async function request(method, path, { body, version, key, signal } = {}) {
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (version) headers["If-Match"] = `"${version}"`;
  if (key) headers["Idempotency-Key"] = `"${key}"`;
  const timeout = AbortSignal.timeout(patience);
  let response, text;
  try {
    response = await fetch(path, {
      method, headers, cache: "no-store", body: body && JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch {
    throw new Problem(0, { detail: "This node does not answer." });
  }
  let answer = {};
  try { answer = JSON.parse(text || "{}"); } catch { /* a proxy's page, not ours */ }
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

/// Without a quorum there is only this node's own copy. It is marked, so that the page can say so.
async function read(path, parameters) {
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

export const listTasks = (parameters) => read("/v1/tasks", parameters);
export const readTask = (id) => read(`/v1/tasks/${id}`, {});
export const taskHistory = (id, cursor) => read(`/v1/tasks/${id}/history`, { cursor });
export const createTask = (options) => request("POST", "/v1/tasks", options);
export const updateTask = (id, options) => request("PATCH", `/v1/tasks/${id}`, options);
export const deleteTask = (id, options) => request("DELETE", `/v1/tasks/${id}`, options);

const queuePath = (queue) => `/v1/queues/${encodeURIComponent(queue)}`;

export const listQueues = () => read("/v1/queues", {});
export const listJobs = (queue, parameters) => read(`${queuePath(queue)}/jobs`, parameters);
export const readJob = (id) => read(`/v1/jobs/${id}`, {});
export const putJob = (queue, options) => request("POST", `${queuePath(queue)}/jobs`, options);
export const changeQueue = (queue, action, body = {}) =>
  request("POST", `${queuePath(queue)}/${action}`, { body, key: newKey() });
export const kickJob = (id) => request("POST", `/v1/jobs/${id}/kick`, { body: {}, key: newKey() });
export const deleteJob = (id) => request("DELETE", `/v1/jobs/${id}`, { key: newKey() });

/// Signed once, before the first try: a key belongs to one payload.
export function signed(body) {
  const author = settings.author();
  return author ? { ...body, author } : body;
}

/// Repeats `attempt` while the cluster cannot answer, but not an uncertain one so long that the
/// cluster forgets its key: a repeat could then apply twice.
export async function untilAnswered(attempt, signal, waiting, uncertainSince = null) {
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
