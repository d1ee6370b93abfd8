// The live stream. EventSource reconnects by itself after an ordinary loss; it gives up on an
// error status, and never notices a peer that went silent. Both are handled here.

/// The server sends the state of the cluster every two seconds: three missed are a loss.
const silenceMax = 7_000;

export class EventStream {
    #source = null;
    #heard = 0;
    #live = false;
    #retry = null;

    /// `handlers`: opened, lost, task(event), cluster(info), reset.
    constructor(handlers) {
        this.handlers = handlers;
        setInterval(() => this.#watch(), 1_000);
        addEventListener("pagehide", () => this.#close());
        addEventListener("pageshow", (event) => { if (event.persisted) this.connect(); });
    }

    connect() {
        this.#close();
        this.#heard = Date.now();
        const source = this.#source = new EventSource("/v1/events");
        source.addEventListener("open", () => this.#opened());
        source.addEventListener("error", () => this.#failed(source));
        this.#on("task", (data) => this.handlers.task(data));
        this.#on("cluster", (data) => this.handlers.cluster(data));
        this.#on("reset", () => this.handlers.reset());
    }

    #on(name, handle) {
        this.#source.addEventListener(name, (event) => {
            this.#heard = Date.now();
            handle(event.data ? JSON.parse(event.data) : null);
        });
    }

    #opened() {
        this.#heard = Date.now();
        this.#live = true;
        this.handlers.opened();
    }

    #failed(source) {
        this.#lost();
        if (source.readyState !== EventSource.CLOSED || source !== this.#source) return;
        this.#retry = setTimeout(() => this.connect(), 1_000 + Math.random() * 1_000);
    }

    #lost() {
        this.#live = false;
        this.handlers.lost();
    }

    #watch() {
        if (!this.#source || this.#retry || Date.now() - this.#heard < silenceMax) return;
        this.#lost();
        this.connect();
    }

    #close() {
        clearTimeout(this.#retry);
        this.#retry = null;
        this.#source?.close();
        this.#source = null;
    }

    get isLive() { return this.#live; }
}
