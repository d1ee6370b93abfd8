// New tasks on their way. What was typed stays here, through a reload of the page too, until
// the cluster has it or the user takes it back.

import { createTask, newKey, signed, untilAnswered } from "./api.js";
import { difference } from "./fields.js";

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
        for (const { key, body, uncertain } of saved) this.#run(this.#entry(key, body, uncertain));
    }

    add(task) { this.#run(this.#entry(newKey(), signed(task), false)); }

    discard(entry) {
        entry.abort.abort();
        this.#remove(entry);
    }

    /// The event often overtakes the reply, and after an unknown outcome it comes well before
    /// the retry. It carries no key, so the first entry that reads the same steps aside; if that
    /// was somebody else's twin, the reply still brings ours.
    noticed(task) {
        const twin = this.#entries.find((entry) => entry.seenAs === null
            && Object.keys(difference({ ...task, ...entry.body }, task)).length === 0);
        if (twin) twin.seenAs = task.id;
    }

    #entry(key, body, uncertain) {
        const entry = {
            key, body, uncertain, state: "saving", problem: null, seenAs: null,
            abort: new AbortController(),
        };
        this.#entries.push(entry);
        this.#changed();
        return entry;
    }

    async #run(entry) {
        const { key, body, abort: { signal } } = entry;
        try {
            const task = await untilAnswered(() => createTask(body, key, signal), {
                signal,
                waiting: (problem, uncertain) => {
                    Object.assign(entry, { state: "waiting", problem });
                    entry.uncertain ||= uncertain;
                    this.#changed();
                },
            });
            this.tasks.created(task);
            this.#remove(entry);
        } catch (problem) {
            if (signal.aborted) return;
            Object.assign(entry, { state: "failed", problem, seenAs: null });
            this.#changed();
        }
    }

    #remove(entry) {
        this.#entries = this.#entries.filter((other) => other !== entry);
        this.#changed();
    }

    #changed() {
        const saved = this.#entries.map(({ key, body, uncertain }) => ({ key, body, uncertain }));
        try { sessionStorage.setItem(storageKey, JSON.stringify(saved)); } catch { /* full or off */ }
        this.tasks.changed();
    }
}
