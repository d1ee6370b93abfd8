// What this page knows of the tasks. No elements here: state in, a view out.

import { listTasks, orStale } from "./api.js";

const pageSize = 50;
const pageMax = 500;
/// A cluster under load creates more than anybody reads; the rest comes with the next load.
const freshShownMax = 100;

export class Tasks {
    /// By ID, the newest version seen. Deleted ones stay, so that a late event cannot revive them.
    #known = new Map();
    /// By ID, our own change that is still on its way: shown on top of what is known.
    #drafts = new Map();
    /// Created since the list was loaded. They have the highest IDs, which would hide them at
    /// the end of the last page; they are shown on top instead.
    #fresh = new Set();
    /// Everything up to this ID is loaded for the present status.
    #edge = 0;
    #cursor = null;
    #generation = 0;
    #touched = new Set();
    #listeners = [];

    status = "";
    loading = false;
    stale = false;
    problem = null;

    subscribe(listener) { this.#listeners.push(listener); }
    changed() { for (const listener of this.#listeners) listener(); }
    get(id) { return this.#known.get(id); }
    draft(id) { return this.#drafts.get(id); }
    get isUntouched() { return this.#generation === 0; }
    get hasDrafts() { return this.#drafts.size > 0; }

    /// Replies, events and pages overtake each other; the version alone decides. A deletion
    /// wins over the same version, since nothing follows it.
    merge(task) {
        const seen = this.#known.get(task.id);
        this.#touched.add(task.id);
        if (seen && seen.version > task.version) return;
        if (seen && seen.version === task.version && !task.deleted_at) return;
        this.#known.set(task.id, task);
        this.changed();
    }

    created(task) {
        if (!this.#known.has(task.id)) this.#fresh.add(task.id);
        this.merge(task);
    }

    deleted(task) {
        this.merge({ ...task, deleted_at: task.deleted_at ?? new Date().toISOString() });
    }

    /// The cluster is another one, or was restored: versions of before mean nothing.
    forgetAll() {
        this.#known.clear();
        this.#fresh.clear();
        this.#edge = 0;
    }

    begin(id, draft) {
        this.#drafts.set(id, draft);
        this.changed();
    }

    end(id) {
        this.#drafts.delete(id);
        this.changed();
    }

    /// Loads as much as was shown before, so that a reconnect does not shorten the list.
    async reload(status = this.status) {
        const sameList = status === this.status;
        const wanted = sameList ? Math.max(pageSize, this.view().listed.length) : pageSize;
        if (!sameList) this.#edge = 0;
        this.status = status;
        const generation = ++this.#generation;
        this.#touched.clear();
        this.#start();
        try {
            const items = [];
            let cursor = null, stale = false;
            do {
                const page = await this.#page(cursor, Math.min(pageMax, wanted - items.length));
                if (generation !== this.#generation) return;
                items.push(...page.items);
                cursor = page.next_cursor;
                stale ||= page.stale;
            } while (cursor && items.length < wanted);
            // A change of status happens while the stream is whole; only after a gap may
            // something have vanished unseen. A stale copy proves no absence.
            if (sameList && !stale) this.#dropUnlisted(items);
            this.#take(items, cursor, stale);
        } catch (problem) {
            if (generation === this.#generation) this.#fail(problem);
        }
    }

    async loadMore() {
        if (!this.#cursor || this.loading) return;
        const generation = this.#generation;
        this.#start();
        try {
            const page = await this.#page(this.#cursor, pageSize);
            if (generation === this.#generation) this.#take(page.items, page.next_cursor, page.stale);
        } catch (problem) {
            if (generation === this.#generation) this.#fail(problem);
        }
    }

    view() {
        const fresh = [], listed = [];
        for (const task of this.#known.values()) {
            const draft = this.#drafts.get(task.id);
            // A change on its way keeps its row in sight until the cluster has it.
            const matches = !this.status || task.status === this.status || draft;
            if (task.deleted_at || !matches) continue;
            const row = { source: task, task: { ...task, ...draft?.patch }, draft };
            if (this.#fresh.has(task.id)) fresh.push(row);
            else if (task.id <= this.#edge) listed.push(row);
        }
        listed.sort((a, b) => a.task.id - b.task.id);
        fresh.sort((a, b) => b.task.id - a.task.id);
        return {
            listed,
            fresh: fresh.slice(0, freshShownMax),
            freshHidden: Math.max(0, fresh.length - freshShownMax),
            hasMore: this.#cursor !== null,
        };
    }

    #page(cursor, limit) {
        const status = this.status;
        return orStale((stale) => listTasks({ status, cursor, limit, stale }));
    }

    #start() {
        this.loading = true;
        this.problem = null;
        this.changed();
    }

    #take(items, cursor, stale) {
        for (const task of items) this.merge(task);
        this.#cursor = cursor ?? null;
        this.#edge = this.#cursor === null ? Infinity : items.at(-1)?.id ?? this.#edge;
        this.stale = stale;
        this.loading = false;
        this.changed();
    }

    #fail(problem) {
        this.problem = problem;
        this.loading = false;
        this.changed();
    }

    #dropUnlisted(items) {
        const listed = new Set(items.map((task) => task.id));
        for (const id of this.#known.keys()) {
            if (listed.has(id) || this.#touched.has(id) || this.#drafts.has(id)) continue;
            this.#known.delete(id);
        }
        for (const id of this.#fresh) if (!this.#touched.has(id)) this.#fresh.delete(id);
    }
}
