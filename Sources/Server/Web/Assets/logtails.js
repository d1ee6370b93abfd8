// The ends of the logs side by side: who has which entry, from which term, and what is committed.

import { element } from "./dom.js";

/// How many entries are shown; on a phone, fewer.
const entriesMax = () => (matchMedia("(max-width: 40rem)").matches ? 6 : 14);
const kinds = { command: "change", noop: "opens a term", configuration: "membership" };

export class LogTails {
  #table; #key = "";

  constructor(table) { this.#table = table; }

  draw(scene) {
    const known = scene.nodes.filter(({ view }) => view);
    const last = Math.max(0, ...known.map(({ view }) => view.last));
    const first = Math.max(1, last - entriesMax() + 1);
    const key = JSON.stringify([first, last, known.map(({ id, isSilent, view }) => [
      id, isSilent, view.commit, view.applied, view.last, view.tail.at(-1)?.term, view.tail[0]?.term])]);
    if (key === this.#key) return;
    this.#key = key;
    const indexes = Array.from({ length: last - first + 1 }, (_, place) => first + place);
    const head = element("tr", {}, element("th", { scope: "col" }, "Entry"),
      ...indexes.map((index) => element("th", { scope: "col" }, String(index))));
    const rows = scene.nodes.map((node) => element("tr", { class: node.isSilent ? "is-silent" : null },
      element("th", { scope: "row" }, node.name), ...indexes.map((index) => cell(node, index))));
    this.#table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...rows));
  }
}

function cell({ view }, index) {
  if (!view || index > view.last) return element("td", { class: "log-none" }, element("span", { class: "unseen" }, "not here"));
  const entry = view.tail.find((slot) => slot.index === index);
  const isCommitted = index <= view.commit;
  const state = isCommitted ? "committed" : "not committed";
  const what = entry?.kind ? `${kinds[entry.kind]}, ${entry.size} bytes` : "an older entry";
  const mark = index === view.applied ? " log-applied" : "";
  return element("td", {
    class: `${isCommitted ? "log-committed" : "log-open"}${mark}`, "data-hue": entry ? entry.term % 6 : null,
    title: `entry ${index}, term ${entry?.term ?? "?"}: ${what}, ${state}${mark ? ", the last one applied" : ""}`,
  }, element("span", {}, entry ? String(entry.term) : "·"), element("span", { class: "unseen" }, ` ${state}`));
}
