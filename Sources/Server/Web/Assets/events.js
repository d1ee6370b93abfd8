// The live stream, once per browser: a shared worker holds it for all tabs, because a browser opens
// only six connections to one server. Where there are no shared workers, the tab holds its own.

/// What the stream brings. Beside these, handlers have `opened` and `lost`.
const names = ["task", "comment", "board", "view", "cluster", "reset"];
/// The state of the cluster comes every two seconds: three missed are a loss.
const silenceMax = 7_000;

/// `tell(name, value)` is called for each event. EventSource reconnects after an ordinary loss; it
/// gives up on an error status and never notices a peer that went silent. Both are handled here.
export function holdStream(tell) {
  let source, heard;

  function connect() {
    source?.close();
    heard = Date.now();
    source = new EventSource("/v1/events");
    source.onopen = () => { heard = Date.now(); tell("opened"); };
    source.onerror = () => tell("lost");
    for (const name of names) {
      source.addEventListener(name, ({ data }) => {
        heard = Date.now();
        tell(name, data ? JSON.parse(data) : null);
      });
    }
  }

  function watch() {
    if (Date.now() - heard > silenceMax) {
      tell("lost");
      connect();
    } else if (source.readyState === EventSource.CLOSED) connect();
  }

  connect();
  setInterval(watch, 1_500);
}

export function followEvents(tell) {
  if (!("SharedWorker" in globalThis)) return holdStream(tell);
  const { port } = new SharedWorker(new URL("./stream.js", import.meta.url), { type: "module" });
  port.onmessage = ({ data: [name, value] }) => tell(name, value);
  addEventListener("pagehide", () => port.postMessage("leaving"), { once: true });
  // Back from the browser's cache of pages: what was missed meanwhile is a gap like any other.
  addEventListener("pageshow", ({ persisted }) => { if (persisted) followEvents(tell); }, { once: true });
}
