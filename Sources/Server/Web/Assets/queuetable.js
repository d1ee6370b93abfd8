// All queues: how many jobs in which state, and how fast they come and go.

import { byId, element, setText, showText } from "./dom.js";
import { span } from "./spans.js";

/// Rates are taken over so many polls: a single one is too short to be steady.
const samplesMax = 4;

export class QueueTable {
  #rows = new Map();
  #samples = new Map();
  #chosen = null;

  constructor(choose) { this.onChoose = choose; }

  choose(name) {
    this.#chosen = name;
    for (const [key, row] of this.#rows) mark(row, key === name);
  }

  update(queues) {
    const now = performance.now();
    const names = new Set(queues.map(({ name }) => name));
    for (const [name, row] of this.#rows) {
      if (names.has(name)) continue;
      row.item.remove();
      this.#rows.delete(name);
      this.#samples.delete(name);
    }
    // The page comes with rows that only show.
    for (const row of byId("queue-rows").querySelectorAll("[data-early]")) row.remove();
    queues.forEach((queue, at) => {
      if (!this.#rows.has(queue.name)) this.#rows.set(queue.name, makeRow(queue.name, this.onChoose));
      const row = this.#rows.get(queue.name), parent = byId("queue-rows");
      if (parent.children[at] !== row.item) parent.insertBefore(row.item, parent.children[at] ?? null);
      fill(row, queue, this.#rates(queue, now));
      mark(row, queue.name === this.#chosen);
    });
    byId("queue-table").hidden = queues.length === 0;
    showText(byId("empty"), queues.length ? null : "No queues yet. The first job of a queue makes it.");
    byId("queue-names").replaceChildren(...queues.map(({ name }) => element("option", { value: name })));
  }

  /// Jobs put, and jobs done or deleted, a second.
  #rates({ name, totals }, now) {
    const samples = this.#samples.get(name) ?? [];
    samples.push({ now, puts: totals.puts, deletes: totals.deletes });
    if (samples.length > samplesMax) samples.shift();
    this.#samples.set(name, samples);
    const [first] = samples, seconds = (now - first.now) / 1_000;
    if (seconds <= 0) return null;
    return { puts: (totals.puts - first.puts) / seconds, deletes: (totals.deletes - first.deletes) / seconds };
  }
}

function makeRow(name, choose) {
  const button = element("button", { type: "button", class: "link", onclick: () => choose(name) }, name);
  const note = element("span", { class: "pause-note" });
  const cells = Array.from({ length: 7 }, () => element("td"));
  const item = element("tr", {}, element("th", { scope: "row" }, button, note), ...cells);
  return { item, button, note, cells };
}

function mark(row, isChosen) {
  row.item.toggleAttribute("data-chosen", isChosen);
  row.button.ariaPressed = String(isChosen);
}

function fill(row, queue, rates) {
  const rate = (value) => (value === undefined ? "–" : value === 0 ? "0" : value >= 10 ? Math.round(value).toLocaleString() : value.toFixed(1));
  const texts = [
    queue.ready.toLocaleString(), queue.delayed.toLocaleString(), queue.reserved.toLocaleString(),
    queue.buried.toLocaleString(), rate(rates?.puts), rate(rates?.deletes),
    queue.oldest_age_ms === null ? "–" : span(queue.oldest_age_ms),
  ];
  texts.forEach((text, at) => setText(row.cells[at], text));
  row.cells[3].toggleAttribute("data-bad", queue.buried > 0);
  setText(row.note, queue.paused ? "paused" : "");
}
