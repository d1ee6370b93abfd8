// What this page knows of the tasks of one place. No elements here: state in, a view out.

import { boardAsOf, listTasks } from "./resources.js";
import { filterFault, filterOf, orderBy, sortOf } from "./place.js";

const pageSize = { board: 500, list: 60 };
/// More cards than anybody looks through; a filter finds the rest.
const cardsMax = 5_000;
/// A filter takes so many IDs.
const askedMax = 32;

export class Tasks {
  /// The newest version seen, by ID. Deleted ones stay, so that a late event cannot revive them.
  #known = new Map();
  /// Those that the filter takes, as the server said.
  #matching = new Set();
  /// What is looked at in the past, as it was then: what is newer goes on being known beside it.
  #past = new Map();
  /// What was found belongs to the filter of before, until something is found with the new one.
  #isOutdated = false;
  /// Our own changes on their way, by ID: shown on top of what is known.
  #drafts = new Map();
  /// What was shown of each task, kept as long as nothing of it changes: thousands are compared.
  #views = new Map();
  #cursor = null;
  /// The last one loaded, while there are more: what sorts after it stands on a later page.
  #edge = null;
  #loads = 0;
  #asked = new Set();
  #timer = null;

  place = null;
  loading = false;
  stale = false;
  problem = null;
  changed = () => {};

  get(id) { return this.#known.get(id) ?? this.#past.get(id); }
  draft(id) { return this.#drafts.get(id); }
  shown(id) { return { ...this.get(id), ...this.#drafts.get(id)?.patch }; }
  /// Whether it is in the place that is shown.
  holds(id) { return this.#matching.has(id) && (!this.get(id)?.deleted_at || this.#wantsDeleted); }
  get hasDrafts() { return this.#drafts.size > 0; }
  get hasMore() { return this.#cursor !== null && !this.#isOutdated; }
  get isUntouched() { return this.#loads === 0; }
  /// Whether there is something of the place to show, be it only that there is nothing.
  get isKnown() { return this.#matching.size > 0 || !this.isUntouched && !this.loading && this.problem === null; }

  /// Whoever the tasks known here are assigned to.
  people() {
    return [...new Set([...this.#known.values()].map(({ assignee }) => assignee).filter(Boolean))].sort();
  }

  /// Replies, events and pages overtake each other; the version alone decides. A deletion wins a tie.
  merge(task) {
    const seen = this.#known.get(task.id);
    if (seen && seen.version >= task.version && !(seen.version === task.version && task.deleted_at)) return;
    this.#known.set(task.id, task);
    this.#ask(task.id);
    this.changed();
  }

  deleted(task) { this.merge({ ...task, deleted_at: task.deleted_at ?? task.updated }); }

  /// The cluster is another one: the versions of before mean nothing.
  forgetAll() {
    this.#known.clear();
    this.#past.clear();
    this.#views.clear();
  }

  /// `draft.patch` is what to show; no draft ends it.
  setDraft(id, draft) {
    if (draft) this.#drafts.set(id, draft);
    else this.#drafts.delete(id);
    this.changed();
  }

  open(place) {
    // While a filter is typed, half of it may be none: what was found last stays till more is found.
    this.#isOutdated = this.place !== null && ["board", "view", "sort", "asOf"].every((part) => place[part] === this.place[part]);
    this.place = place;
    if (!this.#isOutdated) {
      this.#matching.clear();
      this.#past.clear();
      this.#edge = null;
    }
    return this.#load(null, pageSize[place.view]);
  }

  /// Loads as much as was shown before, so that a reconnect does not shorten the list.
  reload() { return this.#load(null, Math.max(pageSize[this.place.view], this.#matching.size)); }
  loadMore() { return this.#load(this.#cursor, pageSize[this.place.view]); }

  /// The tasks of the place in their order, with what is on its way.
  view() {
    const found = [];
    for (const id of this.#matching) {
      const source = this.#past.get(id) ?? this.#known.get(id), draft = this.#drafts.get(id);
      if (!source || source.deleted_at && !this.#wantsDeleted) continue;
      found.push(this.#viewOf(id, source, draft));
    }
    const order = orderBy(sortOf(this.place));
    const edge = this.#edge;
    const kept = edge ? found.filter(({ source }) => source.id === edge.id || order(source, edge) < 0) : found;
    return kept.sort((a, b) => order(a.task, b.task));
  }

  #viewOf(id, source, draft) {
    const known = this.#views.get(id), { patch, problem } = draft ?? {};
    if (known?.source === source && known.patch === patch && known.problem === problem && known.draft === draft) return known;
    const view = { key: id, source, draft, patch, problem, task: draft ? { ...source, ...patch } : source };
    this.#views.set(id, view);
    return view;
  }

  get #wantsDeleted() { return this.place.asOf !== null || /(^|\s)is:deleted/.test(this.place.q); }

  async #load(cursor, wanted) {
    // A later load makes this one worthless.
    const load = ++this.#loads, isFirst = cursor === null;
    const found = [];
    let stale = false;
    Object.assign(this, { loading: true, problem: null });
    this.changed();
    try {
      do {
        const page = await this.#page(cursor, Math.min(500, wanted - found.length));
        if (load !== this.#loads) return;
        found.push(...page.items);
        cursor = page.next_cursor ?? null;
        stale ||= page.stale;
        if (this.place.view === "board") wanted = cardsMax;
        this.#take(page.items);
        this.changed();
      } while (cursor && found.length < wanted);
      if (isFirst) this.#matching = new Set(found.map(({ id }) => id));
      this.#cursor = cursor;
      this.#edge = cursor ? found.at(-1) ?? null : null;
      this.stale = stale;
    } catch (problem) {
      if (load !== this.#loads) return;
      if (problem.status === 400 && !this.place.asOf) problem.message = filterFault(this.place, problem.message);
      this.problem = problem;
    }
    this.loading = false;
    this.#ask();
    this.changed();
  }

  #page(cursor, limit) {
    const { place } = this;
    if (place.asOf) return boardAsOf(place.board, place.asOf, cursor);
    return listTasks({ q: filterOf(place), sort: sortOf(place), cursor, limit });
  }

  /// The past is shown as it was; otherwise the newer version counts.
  #take(items) {
    if (this.#isOutdated) {
      this.#matching.clear();
      this.#edge = null;
      this.#isOutdated = false;
    }
    for (const task of items) {
      const seen = this.#known.get(task.id);
      if (this.place.asOf) this.#past.set(task.id, task);
      else if (!seen || seen.version < task.version) this.#known.set(task.id, task);
      this.#matching.add(task.id);
    }
  }

  /// A task that came by the stream: whether the filter takes it, the server says, for all that
  /// came meanwhile in one question.
  #ask(...ids) {
    if (this.place === null || this.place.asOf) return;
    for (const id of ids) this.#asked.add(id);
    if (this.#asked.size) this.#timer ??= setTimeout(() => this.#answer(), this.place.q ? 40 : 0);
  }

  async #answer() {
    const load = this.#loads, ids = [...this.#asked].slice(0, askedMax);
    // A load that is under way may have missed them: they are asked for again when it is done.
    const matching = this.loading ? null : await this.#whichMatch(ids);
    this.#timer = null;
    if (this.loading || load !== this.#loads) return this.loading || this.#ask();
    for (const id of ids) {
      this.#asked.delete(id);
      if (matching.has(id)) this.#matching.add(id);
      else if (!this.#drafts.has(id)) this.#matching.delete(id);
    }
    this.changed();
    this.#ask();
  }

  async #whichMatch(ids) {
    const { board, q } = this.place;
    const isHere = (id) => !this.get(id)?.deleted_at && (board === null || this.get(id)?.board === board);
    if (!q.trim()) return new Set(ids.filter(isHere));
    try {
      const page = await listTasks({ q: `${filterOf(this.place)} id:${ids.join(",")}`, limit: 500 });
      return new Set(page.items.map(({ id }) => id));
    } catch {
      return new Set(ids.filter((id) => this.#matching.has(id)));
    }
  }
}
