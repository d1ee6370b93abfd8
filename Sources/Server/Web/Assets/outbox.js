// New tasks on their way: kept, through a reload of the page too, until the cluster has them.

import { newKey, signed, untilAnswered } from "./api.js";
import { same } from "./fields.js";
import { createTask } from "./resources.js";

const storageKey = "taskraft.outbox";

export class Outbox {
  #entries = [];
  /// One after the other: they get their places in the order in which they were written.
  #before = Promise.resolve();

  /// `created(task)` hears of each task that the cluster has taken.
  constructor(created, changed) { Object.assign(this, { created, changed }); }

  /// Entries whose task the event stream has not shown already.
  get visible() { return this.#entries.filter((entry) => entry.seenAs === null); }
  get isSending() { return this.#entries.some(({ failed }) => !failed); }
  get isEmpty() { return this.#entries.length === 0; }

  restore() {
    let saved = [];
    try { saved = JSON.parse(sessionStorage.getItem(storageKey)) ?? []; } catch { /* no storage */ }
    for (const typed of saved) this.#put(typed, typed.since);
  }

  /// `line` is what was typed, to be typed anew should the task be refused.
  add({ line, ...task }) { return this.#put({ key: newKey(), body: signed(task), since: Date.now(), line }); }

  find(key) { return this.#entries.find((entry) => entry.key === key); }

  discard(entry) {
    entry.abort.abort();
    this.#remove(entry);
  }

  /// The event may overtake the reply and carries no key: the first entry that reads the same
  /// steps aside. Was it somebody else's twin, the reply still brings ours.
  noticed(task) {
    const twin = this.visible.find(({ body }) =>
      Object.keys(body).every((field) => same(body[field], task[field])));
    if (twin) twin.seenAs = task.id;
  }

  /// Nobody knows what became of a try from before a reload: it is uncertain since then.
  #put(typed, uncertainSince = null) {
    const entry = { ...typed, uncertainSince, abort: new AbortController(), problem: null, failed: false, seenAs: null };
    this.#entries.push(entry);
    this.#changed();
    this.#before = this.#before.then(() => this.#send(entry));
    return entry;
  }

  async #send(entry) {
    const { key, body, uncertainSince, abort: { signal } } = entry;
    if (signal.aborted) return;
    try {
      const attempt = () => createTask({ body, key, signal });
      const task = await untilAnswered(attempt, signal, (problem) => {
        entry.problem = problem;
        this.#changed();
      }, uncertainSince);
      this.created(task);
      this.#remove(entry);
    } catch (problem) {
      if (signal.aborted) return;
      Object.assign(entry, { problem, failed: true, seenAs: null });
      this.#changed();
    }
  }

  #remove(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#changed();
  }

  #changed() {
    const saved = this.#entries.map(({ key, body, since, line }) => ({ key, body, since, line }));
    try { sessionStorage.setItem(storageKey, JSON.stringify(saved)); } catch { /* full or off */ }
    this.changed();
  }
}
