// Which tasks are new to this tab. Their IDs put them on the last page of the list; they are shown
// on top instead, also after the page is loaded again.

const storageKey = "taskraft.fresh";
/// What outlives a reload. Older ones are found in the list.
const keptMax = 20;

export class Fresh {
  /// When each was created, by ID: once a cluster is made anew, an ID means another task.
  #created = new Map();

  constructor() {
    try { this.#created = new Map(JSON.parse(sessionStorage.getItem(storageKey))); } catch { /* none */ }
  }

  get ids() { return [...this.#created.keys()]; }
  has(id) { return this.#created.has(id); }
  isSame({ id, created }) { return this.#created.get(id) === created; }

  add({ id, created }) {
    this.#created.set(id, created);
    this.#save();
  }

  delete(id) {
    this.#created.delete(id);
    this.#save();
  }

  clear() {
    this.#created.clear();
    this.#save();
  }

  trim() { this.#created = new Map(this.#newest()); }

  #newest() { return [...this.#created].sort(([a], [b]) => b - a).slice(0, keptMax); }

  #save() {
    try { sessionStorage.setItem(storageKey, JSON.stringify(this.#newest())); } catch { /* full or off */ }
  }
}
