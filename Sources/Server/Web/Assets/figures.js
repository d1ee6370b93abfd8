// Everything the drawing shows, and more, as a table.

import { element, setText } from "./dom.js";
import { roleWords } from "./captions.js";

const number = (value) => (value ?? null) === null ? "–" : value.toLocaleString();

const columns = [
  ["Node", ({ name }) => name],
  ["Role", ({ role }) => roleWords[role] ?? role],
  ["Term", ({ view }) => number(view?.term)],
  ["Timer", timerWords],
  ["Last", ({ view }) => number(view?.last)],
  ["Durable", ({ view }) => number(view?.durable)],
  ["Commit", ({ view }) => number(view?.commit)],
  ["Applied", ({ view }) => number(view?.applied)],
  ["Match", ({ id }, scene) => number(follower(scene, id)?.match)],
  ["On the way", ({ id }, scene) => number(follower(scene, id)?.inflight)],
  ["Base lag", ({ view }) => number(view && Math.max(view.commit - view.base_index, 0))],
  ["Store lag", ({ view }) => (view ? storeWords(view.store) : "–")],
  ["Sent/s", ({ id }, scene, rates) => rates.get(id)?.[0] ?? "–"],
  ["Received/s", ({ id }, scene, rates) => rates.get(id)?.[1] ?? "–"],
  ["State", stateWords],
];

function storeWords({ lag, kind, state }) {
  const trouble = state === "ok" ? "" : `, ${state.replace("_", " ")}`;
  return `${number(lag)} ${kind === "mysql" ? "MySQL" : "SQLite"}${trouble}`;
}

function timerWords({ role, view, timer, isSilent }) {
  if (isSilent || !view) return "–";
  if (role === "leader") return "none: it leads";
  if (!view.timer) return "full";
  return `${Math.round(timer * view.timer.timeout_ms)} of ${view.timer.timeout_ms} ms`;
}

function follower(scene, id) {
  const leader = scene.nodes.find(({ role }) => role === "leader");
  return leader?.view.followers.find(({ node }) => node === id);
}

/// Two nodes that have applied the same must hold the same.
function stateWords({ view, isSilent, id }, scene) {
  if (!view) return "–";
  const same = scene.nodes.filter((other) => other.id !== id && other.view && !isSilent && !other.isSilent
    && other.view.applied === view.applied);
  const differs = same.some((other) => other.view.state_hash !== view.state_hash);
  const verdict = differs ? " differs!" : same.length === scene.nodes.length - 1 && same.length ? " = all others"
    : same.length ? ` = ${same.map(({ name }) => name).join(", ")}` : "";
  return `${view.state_hash.slice(0, 8)} at ${view.applied}${verdict}`;
}

export class Figures {
  #cells = new Map(); #body; #rates = new Map(); #before = new Map();

  constructor(table) {
    const head = element("tr", {}, ...columns.map(([name]) => element("th", { scope: "col" }, name)));
    this.#body = element("tbody");
    table.replaceChildren(element("thead", {}, head), this.#body);
  }

  draw(scene) {
    if (scene.nodes.map(({ id }) => id).join() !== [...this.#cells.keys()].join()) this.#build(scene.nodes);
    this.#measure(scene);
    for (const node of scene.nodes) {
      const { row, cells } = this.#cells.get(node.id);
      row.dataset.role = node.role;
      columns.forEach(([, write], place) => setText(cells[place], String(write(node, scene, this.#rates))));
    }
  }

  #build(nodes) {
    this.#cells.clear();
    for (const { id } of nodes) {
      const cells = columns.map((_, place) => element(place ? "td" : "th", place ? {} : { scope: "row" }));
      this.#cells.set(id, { row: element("tr", {}, ...cells), cells });
    }
    this.#body.replaceChildren(...[...this.#cells.values()].map(({ row }) => row));
  }

  /// Rates over about a second; a replay that jumps has none until it has gone on for so long.
  #measure(scene) {
    for (const { id, view, isSilent } of scene.nodes) {
      const before = this.#before.get(id), span = (scene.t - before?.t) / 1_000;
      if (isSilent || !view || span < 0 || span > 5 || view.sent < before?.sent) {
        this.#rates.delete(id);
        this.#before.delete(id);
      }
      if (isSilent || !view || before && span >= 0 && span < 1) continue;
      if (before && span <= 5) {
        const rate = (now, then) => Math.max(0, Math.round((now - then) / span)).toLocaleString();
        this.#rates.set(id, [rate(view.sent, before.sent), rate(view.received, before.received)]);
      }
      this.#before.set(id, { t: scene.t, sent: view.sent, received: view.received });
    }
  }
}
