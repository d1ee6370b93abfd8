// What the page of the cluster asks of its node beside the stream. `api.js` has the patience for
// changes that must not be lost; a lever is pulled once.

import { Problem, settings } from "./api.js";

export { Problem };

export async function send(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (settings.csrf && method !== "GET") headers["X-CSRF-Token"] = settings.csrf;
  const response = await fetch(path, {
    method, cache: "no-store", headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(40_000),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

/// The stream of views. EventSource comes back by itself after a loss, but not after an error
/// status, and it does not notice a node that stands still.
export function watchCluster(heard) {
  const silenceMax = 3_000;
  let source, last;
  function connect() {
    source?.close();
    last = performance.now();
    source = new EventSource("/v1/cluster/events");
    for (const name of ["view", "cluster", "levers"]) {
      source.addEventListener(name, ({ data }) => {
        last = performance.now();
        heard(name, JSON.parse(data));
      });
    }
  }
  connect();
  setInterval(() => {
    if (source.readyState === EventSource.CLOSED || performance.now() - last > silenceMax) connect();
  }, 1_000);
}
