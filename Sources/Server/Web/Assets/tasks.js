// What this page knows of the tasks. No elements here: state in, a view out.

import { listTasks, readTask } from "./api.js";
import { Fresh } from "./fresh.js";

const pageSize = 50;
const pageMax = 500;
/// A busy cluster creates more than anybody reads.
const freshShownMax = 100;

export class Tasks {
  /// The newest version seen, by ID. Deleted ones stay, so that a late event cannot revive them.
  #known = new Map();
  /// Our own changes on their way, by ID: shown on top of what is known.
  #drafts = new Map();
  #fresh = new Fresh();
  /// Everything up to this ID is loaded for the present status.
  #edge = 0;
  #cursor = null;
  #loads = 0;
  #touched = new Set();

  status = "";
  loading = false;
  stale = false;
  problem = null;
  changed = () => {};

  get(id) { return this.#known.get(id); }
  draft(id) { return this.#drafts.get(id); }
  get hasDrafts() { return this.#drafts.size > 0; }
  get isUntouched() { return this.#loads === 0; }

  /// Replies, events and pages overtake each other; the version alone decides. A deletion wins a tie.
  merge(task) {
    const seen = this.#known.get(task.id);
    this.#touched.add(task.id);
    if (seen && seen.version >= task.version && !(seen.version === task.version && task.deleted_at)) return;
    this.#known.set(task.id, task);
    this.changed();
  }

  created(task) {
    if (!this.#known.has(task.id)) this.#fresh.add(task);
    this.merge(task);
  }

  deleted(task) { this.merge({ ...task, deleted_at: task.deleted_at ?? task.updated }); }

  /// The cluster is another one: the versions of before mean nothing.
  forgetAll() {
    this.#known.clear();
    this.#fresh.clear();
  }

  /// `draft.patch` is what to show; no draft ends it.
  setDraft(id, draft) {
    if (draft) this.#drafts.set(id, draft);
    else this.#drafts.delete(id);
    this.changed();
  }

  /// Loads as much as was shown before, so that a reconnect does not shorten the list.
  reload(status = this.status) {
    const sameList = status === this.status;
    const wanted = sameList ? Math.max(pageSize, this.view().listed.length) : pageSize;
    if (!sameList) this.#edge = 0;
    this.status = status;
    this.#touched.clear();
    return this.#load(null, wanted, (items, stale) => {
      // A change of status is no gap in the stream, and a stale copy proves no absence.
      if (!sameList) return;
      if (!stale) this.#dropUnlisted(items);
      this.#reviewFresh(items);
    });
  }

  loadMore() { return this.#load(this.#cursor, pageSize); }

  view() {
    const fresh = [], listed = [];
    for (const source of this.#known.values()) {
      const draft = this.#drafts.get(source.id);
      // A change on its way keeps its row in sight until the cluster has it.
      if (source.deleted_at || this.status && source.status !== this.status && !draft) continue;
      const row = { key: source.id, task: { ...source, ...draft?.patch }, source, draft };
      if (this.#fresh.has(source.id)) fresh.push(row);
      else if (source.id <= this.#edge) listed.push(row);
    }
    listed.sort((a, b) => a.key - b.key);
    fresh.sort((a, b) => b.key - a.key);
    const freshHidden = fresh.splice(freshShownMax).length;
    return { listed, fresh, freshHidden, hasMore: this.#cursor !== null };
  }

  async #load(cursor, wanted, received = () => {}) {
    // A later load makes this one worthless.
    const load = ++this.#loads;
    const { status } = this;
    const items = [];
    let stale = false;
    Object.assign(this, { loading: true, problem: null });
    this.changed();
    try {
      do {
        const limit = Math.min(pageMax, wanted - items.length);
        const page = await listTasks({ status, cursor, limit });
        if (load !== this.#loads) return;
        items.push(...page.items);
        cursor = page.next_cursor ?? null;
        stale ||= page.stale;
      } while (cursor && items.length < wanted);
      received(items, stale);
      for (const task of items) this.merge(task);
      this.#edge = cursor ? items.at(-1)?.id ?? this.#edge : Infinity;
      this.#cursor = cursor;
      this.stale = stale;
    } catch (problem) {
      if (load !== this.#loads) return;
      this.problem = problem;
    }
    this.loading = false;
    this.changed();
  }

  #dropUnlisted(items) {
    this.#fresh.trim();
    const kept = new Set([
      ...items.map((task) => task.id), ...this.#touched, ...this.#drafts.keys(), ...this.#fresh.ids,
    ]);
    for (const id of this.#known.keys()) if (!kept.has(id)) this.#known.delete(id);
  }

  /// After a gap the list tells nothing of the new tasks that stand beyond its loaded part.
  #reviewFresh(items) {
    const listed = new Set(items.map((task) => task.id));
    for (const id of this.#fresh.ids) if (!listed.has(id) && !this.#touched.has(id)) this.#review(id);
  }

  async #review(id) {
    try {
      const { stale, ...task } = await readTask(id);
      if (this.#fresh.isSame(task)) return this.merge(task);
    } catch (problem) {
      // Only a quorum knows that a task is gone.
      if (problem.status !== 404 || this.stale) return;
    }
    this.#fresh.delete(id);
    this.changed();
  }
}
