// The lists of the page: what is on its way, what is new, what was asked for.

import { byId, showText } from "./dom.js";
import { statuses } from "./fields.js";
import { makeOutboxRow, makeRow } from "./row.js";

export class ListView {
  #rows = { fresh: new Map(), list: new Map() };

  constructor(tasks, outbox, actions) {
    Object.assign(this, { tasks, outbox, actions });
    byId("more").addEventListener("click", () => tasks.loadMore());
  }

  render() {
    const { loading, problem, status } = this.tasks;
    const { listed, fresh, freshHidden, hasMore } = this.tasks.view();
    const top = [...this.outbox.visible.map((entry) => ({ key: entry.key, entry })), ...fresh];
    this.#reconcile("fresh", top);
    this.#reconcile("list", listed);
    byId("fresh-section").hidden = top.length === 0;
    showText(byId("fresh-note"), freshHidden
      ? `And ${freshHidden.toLocaleString()} more; reload to list them.` : null);
    byId("more").hidden = !hasMore || listed.length === 0;
    byId("more").ariaBusy = String(loading);
    const emptyText = loading ? "Loading…"
      : status ? `No task is ${statuses[status].toLowerCase()}.` : "No tasks yet. Write the first one above.";
    showText(byId("empty"), top.length || listed.length || problem ? null : emptyText);
  }

  /// Moves as little as possible: an element left in place keeps its focus.
  #reconcile(id, views) {
    const parent = byId(id), rows = this.#rows[id];
    const wanted = new Set(views.map((view) => view.key));
    for (const [key, { item }] of rows) {
      if (wanted.has(key)) continue;
      passFocus(item);
      item.remove();
      rows.delete(key);
    }
    views.forEach((view, at) => {
      if (!rows.has(view.key)) {
        rows.set(view.key, view.entry ? makeOutboxRow(view.entry, this.actions) : makeRow(view.key, this.actions));
      }
      const row = rows.get(view.key);
      if (parent.children[at] !== row.item) parent.insertBefore(row.item, parent.children[at] ?? null);
      row.fill(view);
    });
  }
}

/// A row that goes away under the keyboard hands focus to its neighbour, not to the page.
function passFocus(item) {
  if (!item.contains(document.activeElement)) return;
  const neighbour = item.nextElementSibling ?? item.previousElementSibling;
  (neighbour?.querySelector("button") ?? byId("main")).focus();
}
