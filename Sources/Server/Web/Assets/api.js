// The HTTP API: one request, one typed refusal, and retries that cannot apply twice.

/// The server answers within about two seconds; a silent one is treated as an unknown outcome.
const patience = 8_000;
const network = "This node cannot be reached.";

let author = () => null;
let idempotencyWindow = 3_600_000;

export const setAuthor = (read) => { author = read; };
export const setIdempotencyWindow = (seconds) => { idempotencyWindow = seconds * 1_000; };

export class Problem extends Error {
    constructor(status, body = {}) {
        super(body.detail || body.title || `The server answered ${status}.`);
        this.status = status;
        this.code = body.code ?? "";
        this.errors = body.errors ?? [];
        this.current = body.current ?? null;
        this.retryAfter = body.retry_after ?? 1;
    }

    /// Nothing is wrong with the request: the cluster cannot answer it now.
    get isTransient() { return [0, 429, 502, 503, 504].includes(this.status); }
    /// It may have been applied. Only a repeat under the same key can tell.
    get isUncertain() { return [0, 502, 504].includes(this.status); }
}

/// `randomUUID` is missing on plain HTTP off loopback, so the bytes are drawn by hand.
export function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function request(method, path, { body, headers = {}, signal } = {}) {
    const signals = [AbortSignal.timeout(patience), ...(signal ? [signal] : [])];
    let response, text;
    try {
        response = await fetch(path, {
            method,
            cache: "no-store",
            headers: body ? { "Content-Type": "application/json", ...headers } : headers,
            body: body && JSON.stringify(body),
            signal: AbortSignal.any(signals),
        });
        text = await response.text();
    } catch {
        throw new Problem(0, { detail: network });
    }
    let answer = {};
    try { answer = text ? JSON.parse(text) : {}; } catch { /* a proxy's page, not ours */ }
    if (!response.ok) throw new Problem(response.status, answer);
    return answer;
}

const entityTag = (version) => `"${version}"`;
const signed = (body) => (author() ? { ...body, author: author() } : body);

export function listTasks({ status, cursor, limit, stale }) {
    const query = new URLSearchParams({ limit });
    if (status) query.set("status", status);
    if (cursor) query.set("cursor", cursor);
    if (stale) query.set("consistency", "stale");
    return request("GET", `/v1/tasks?${query}`);
}

export function taskHistory(id, { cursor, stale } = {}) {
    const query = new URLSearchParams();
    if (cursor) query.set("cursor", cursor);
    if (stale) query.set("consistency", "stale");
    return request("GET", `/v1/tasks/${id}/history?${query}`);
}

/// Reads prefer the truth. Without a quorum there is only this node's copy, and it is
/// marked as such, so that the page can say so.
export async function orStale(read) {
    try {
        return { ...await read(false), stale: false };
    } catch (problem) {
        if (problem.status !== 503 && problem.status !== 504) throw problem;
        return { ...await read(true), stale: true };
    }
}

/// The body goes out as it was signed at first: a key belongs to one payload.
export const createTask = (body, key, signal) => request("POST", "/v1/tasks", {
    body, signal, headers: { "Idempotency-Key": `"${key}"` },
});

export const updateTask = (id, version, body, key, signal) => request("PATCH", `/v1/tasks/${id}`, {
    body, signal, headers: { "If-Match": entityTag(version), "Idempotency-Key": `"${key}"` },
});

export const deleteTask = (id, version, signal) => request("DELETE", `/v1/tasks/${id}`, {
    signal, headers: { "If-Match": entityTag(version) },
});

export { signed };

/// Repeats `attempt` while the cluster cannot answer. It stops when an earlier try may have
/// been applied and the server is about to forget its key: a repeat could then apply twice.
export async function untilAnswered(attempt, { waiting, signal }) {
    let uncertainSince = null;
    for (let tries = 1; ; tries += 1) {
        try {
            return await attempt();
        } catch (problem) {
            if (!problem.isTransient || signal.aborted) throw problem;
            if (problem.isUncertain) uncertainSince ??= Date.now();
            if (uncertainSince && Date.now() - uncertainSince > idempotencyWindow * 0.9) {
                throw new Problem(504, {
                    code: "key_expired", detail: "It is not known whether this was saved. Check the list first.",
                });
            }
            waiting(problem, uncertainSince !== null);
            const delay = Math.min(problem.retryAfter * 1_000 * 1.3 ** tries, 4_000);
            await pause(delay * (0.75 + Math.random() / 2), signal);
        }
        if (signal.aborted) throw new Problem(0, { detail: "Cancelled." });
    }
}

function pause(milliseconds, signal) {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
    });
}
