// The cluster as this node sees it: a chip that tells the truth, and the nodes.

import { byId, element, setText, showText } from "./dom.js";

/// An election that takes longer is none that this node can see the end of.
const electionTime = 3_000;

/// What can be claimed: nothing without fresh news, nothing about safety without a leader.
function summary(info, live, standstill) {
  if (!live) return { tone: info ? "bad" : "idle", state: info ? "disconnected · reconnecting…" : "connecting…" };
  if (standstill) return { tone: "bad", state: standstill.short };
  if (info.leader === null || info.tolerates < 0) return { tone: "warn", state: "live · electing a leader" };
  const alone = info.nodes.length === 1, { tolerates } = info;
  return {
    tone: tolerates > 0 || alone ? "good" : "warn",
    state: `live · leader ${nodeName(info, info.leader)}`,
    lag: ` · lag ${lagOf(info).toLocaleString()}`,
    margin: alone ? " · single node" : ` · can lose ${tolerates || "no"} more`,
    noun: alone ? "" : tolerates === 1 ? " node" : " nodes",
  };
}

/// Entries that are committed, and that what this node answers queries from does not hold yet.
const lagOf = (info) => info.nodes.find(({ id }) => id === info.node)?.store?.lag ?? 0;

export function nodeName(info, id) {
  return info?.nodes.find((node) => node.id === id)?.name ?? `n${id}`;
}

/// Why nothing can be saved through this node. What the others do that it does not hear, it cannot
/// know: they may be gone, or go on without it.
function standstillOf({ nodes }, isOverdue) {
  const heard = nodes.filter(({ role }) => role !== "unreachable").length;
  const saves = (what) => `It saves nothing until it hears ${what}; those that hear each other may go on without it.`;
  if (heard < Math.floor(nodes.length / 2) + 1) {
    const whom = heard === 1 ? "none of the other nodes" : `${heard - 1} of the ${nodes.length - 1} other nodes`;
    return { short: `no quorum here · hears ${heard - 1} of ${nodes.length - 1}`, text: `No quorum: this node hears ${whom}. ${saves("a majority")}` };
  }
  return isOverdue ? { short: "hears no leader · changes wait", text: `This node hears no leader. ${saves("one")}` } : null;
}

export class ClusterView {
  #cards = new Map();
  #heard = null;
  #leaderless = null;
  info = null;
  live = false;

  get canServe() { return this.live && this.info.tolerates >= 0 && this.info.leader !== null; }

  /// Why this node can save nothing: { short, text }; null while it can, or will in a moment.
  get standstill() {
    if (!this.live || this.info.tolerates >= 0) return null;
    return standstillOf(this.info, performance.now() - this.#leaderless > electionTime);
  }

  update(info) {
    this.info = info;
    this.#leaderless = info.tolerates < 0 ? this.#leaderless ?? performance.now() : null;
    this.live = true;
    this.#heard = new Date();
    this.render();
  }

  lost() {
    this.live = false;
    this.render();
  }

  render() {
    const { tone, state, lag, margin, noun } = summary(this.info, this.live, this.standstill);
    byId("chip").dataset.tone = tone;
    setText(byId("chip-state"), state);
    setText(byId("chip-lag"), lag ?? "");
    setText(byId("chip-margin"), margin ?? "");
    setText(byId("chip-noun"), noun ?? "");
    byId("nodes").classList.toggle("outdated", !this.live);
    if (!this.info) return;
    showText(byId("cluster-note"), this.live ? null
      : `As of ${this.#heard.toLocaleTimeString()}. Another node may answer: follow its name.`);
    setText(byId("term"), `term ${this.info.term}`);
    this.#renderNodes(this.info);
  }

  /// Cards are kept and refilled, so that focus on a node's link survives the next update.
  #renderNodes(info) {
    for (const node of info.nodes) {
      if (!this.#cards.has(node.id)) this.#cards.set(node.id, makeCard());
      fillCard(this.#cards.get(node.id), node, info);
    }
    for (const [id, card] of this.#cards) {
      if (info.nodes.some((node) => node.id === id)) continue;
      card.item.remove();
      this.#cards.delete(id);
    }
  }
}

function makeCard() {
  const card = { name: element("a"), role: element("span", { class: "role" }), note: element("p", { class: "fault" }) };
  const figures = ["commit", "applied", "lag"].map((name) => {
    card[name] = [element("dt"), element("dd")];
    return element("div", {}, ...card[name]);
  });
  card.item = element("li", { class: "node" },
    element("p", {}, card.name, card.role), element("dl", {}, ...figures), card.note);
  byId("nodes").append(card.item);
  return card;
}

function fillCard(card, node, info) {
  const here = node.id === info.node;
  const figure = (name, value, label = name) => {
    setText(card[name][0], label);
    setText(card[name][1], value?.toLocaleString() ?? "–");
  };
  card.item.dataset.role = node.id === info.leader ? "leader" : node.role;
  setText(card.name, node.name);
  card.name.toggleAttribute("href", !here && Boolean(node.http));
  if (card.name.hasAttribute("href")) {
    card.name.href = `${location.protocol}//${node.http}${location.pathname}${location.search}`;
  }
  setText(card.role, node.role.replace("_", "-") + (here ? " · this node" : ""));
  figure("commit", node.commit);
  figure("applied", node.applied);
  figure("lag", node.store?.lag, `${node.store?.kind ?? "store"} lag`);
  showText(card.note, trouble(node));
}

function trouble({ role, store, last_contact_ms: silence }) {
  if (role === "unreachable") {
    return silence ? `silent for ${Math.round(silence / 1_000)} s; the figures are its last` : "not heard of yet";
  }
  if (!store || store.state === "ok") return null;
  return `${store.kind} is ${store.state.replace("_", " ")}${store.error ? `: ${store.error}` : ""}`;
}
