// New tasks on their way: kept, through a reload of the page too, until the cluster has them.

import { createTask, newKey, signed, untilAnswered } from "./api.js";
import { same } from "./fields.js";

const storageKey = "taskraft.outbox";

export class Outbox {
  #entries = [];

  constructor(tasks) { this.tasks = tasks; }

  /// Entries whose task the event stream has not shown already.
  get visible() { return this.#entries.filter((entry) => entry.seenAs === null).reverse(); }
  get isEmpty() { return this.#entries.length === 0; }

  restore() {
    let saved = [];
    try { saved = JSON.parse(sessionStorage.getItem(storageKey)) ?? []; } catch { /* no storage */ }
    for (const { key, body, since } of saved) this.#send(key, body, since, since);
  }

  add(task) { this.#send(newKey(), signed(task), Date.now()); }

  discard(entry) {
    entry.abort.abort();
    this.#remove(entry);
  }

  /// The event may overtake the reply and carries no key: the first entry that reads the same
  /// steps aside. Was it somebody else's twin, the reply still brings ours.
  noticed(task) {
    const twin = this.visible.findLast(({ body }) =>
      Object.keys(body).every((field) => same(body[field], task[field])));
    if (twin) twin.seenAs = task.id;
  }

  /// Nobody knows what became of a try from before a reload: it is uncertain since then.
  async #send(key, body, since, uncertainSince) {
    const abort = new AbortController(), { signal } = abort;
    const entry = { key, body, since, abort, problem: null, failed: false, seenAs: null };
    this.#entries.push(entry);
    this.#changed();
    try {
      const attempt = () => createTask({ body, key, signal });
      const task = await untilAnswered(attempt, signal, (problem) => {
        entry.problem = problem;
        this.#changed();
      }, uncertainSince);
      this.tasks.created(task);
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
    const saved = this.#entries.map(({ key, body, since }) => ({ key, body, since }));
    try { sessionStorage.setItem(storageKey, JSON.stringify(saved)); } catch { /* full or off */ }
    this.tasks.changed();
  }
}
