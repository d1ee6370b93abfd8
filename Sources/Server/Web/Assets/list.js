// The lists of the page: what is on its way, what is new, what was asked for.

import { byId, showText } from "./dom.js";
import { statuses } from "./fields.js";
import { makeOutboxRow, makeRow } from "./row.js";

export class ListView {
    #fresh = new Map();
    #listed = new Map();

    constructor(tasks, outbox, actions) {
        Object.assign(this, { tasks, outbox, actions });
        byId("more").addEventListener("click", () => tasks.loadMore());
    }

    render() {
        const view = this.tasks.view();
        const unsent = this.outbox.visible;
        const freshItems = [
            ...unsent.map((entry) => ({ key: entry.key, entry })),
            ...view.fresh.map((row) => ({ key: row.task.id, ...row })),
        ];
        this.#reconcile(byId("fresh"), this.#fresh, freshItems);
        this.#reconcile(byId("list"), this.#listed,
            view.listed.map((row) => ({ key: row.task.id, ...row })));
        byId("fresh-section").hidden = freshItems.length === 0;
        showText(byId("fresh-note"), view.freshHidden
            ? `And ${view.freshHidden.toLocaleString()} more; reload the page to list them.` : null);
        byId("more").hidden = !view.hasMore || this.tasks.loading && view.listed.length === 0;
        byId("more").setAttribute("aria-busy", String(this.tasks.loading));
        showText(byId("empty"), view.listed.length || freshItems.length ? null : this.#emptyText());
    }

    #emptyText() {
        if (this.tasks.loading) return "Loading…";
        if (this.tasks.problem) return null;
        const { status } = this.tasks;
        return status ? `No task is ${statuses[status].toLowerCase()}.`
            : "No tasks yet. Write the first one above.";
    }

    /// Moves as little as possible: an element that stays where it is keeps focus and scroll.
    #reconcile(parent, rows, items) {
        const wanted = new Set(items.map((item) => item.key));
        for (const [key, row] of rows) {
            if (wanted.has(key)) continue;
            keepFocus(row.item);
            row.item.remove();
            rows.delete(key);
        }
        items.forEach((item, at) => {
            let row = rows.get(item.key);
            if (!row) {
                row = item.entry ? makeOutboxRow(item.entry, this.actions.outbox)
                    : makeRow(item.key, this.actions);
                rows.set(item.key, row);
            }
            if (parent.children[at] !== row.item) parent.insertBefore(row.item, parent.children[at] ?? null);
            row.fill(item);
        });
    }
}

/// A row that goes away under the keyboard hands focus to its neighbour, not to the page.
function keepFocus(item) {
    if (!item.contains(document.activeElement)) return;
    const neighbour = item.nextElementSibling ?? item.previousElementSibling;
    (neighbour?.querySelector("button.title, button") ?? byId("tasks")).focus();
}
