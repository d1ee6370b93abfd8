// The live stream. EventSource reconnects after an ordinary loss; it gives up on an error
// status and never notices a peer that went silent. Both are handled here.

/// The state of the cluster comes every two seconds: three missed are a loss.
const silenceMax = 7_000;

/// `handlers`: opened, lost, and one by the name of each event.
export function followEvents(handlers) {
  let source, heard;

  function connect() {
    source?.close();
    heard = Date.now();
    source = new EventSource("/v1/events");
    source.onopen = () => { heard = Date.now(); handlers.opened(); };
    source.onerror = handlers.lost;
    for (const name of ["task", "cluster", "reset"]) {
      source.addEventListener(name, ({ data }) => {
        heard = Date.now();
        handlers[name](data ? JSON.parse(data) : null);
      });
    }
  }

  function watch() {
    if (Date.now() - heard > silenceMax) {
      handlers.lost();
      connect();
    } else if (source.readyState === EventSource.CLOSED) connect();
  }

  connect();
  setInterval(watch, 1_500);
}
