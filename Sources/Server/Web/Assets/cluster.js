// The state of the cluster as this node sees it: a chip that tells the truth, and the nodes.

import { byId, element, setText, showText } from "./dom.js";

const roles = {
    leader: "leader", follower: "follower", candidate: "candidate",
    pre_candidate: "pre-candidate", unreachable: "unreachable",
};
const storeStates = { catching_up: "catching up", rebuilding: "rebuilding", down: "down" };

/// What can be claimed: nothing about the cluster without a live stream, nothing about
/// safety without a leader.
export function summary(info, live) {
    if (!live) return { tone: info ? "bad" : "idle", text: info ? "disconnected · reconnecting…" : "connecting…" };
    if (!info) return { tone: "idle", text: "live · asking for the cluster…" };
    if (info.tolerates < 0) return { tone: "bad", text: "no quorum · changes wait" };
    if (info.leader === null) return { tone: "warn", text: "live · electing a leader" };
    return {
        tone: info.tolerates === 0 && info.nodes.length > 1 ? "warn" : "good",
        text: `live · leader ${nodeName(info, info.leader)} · ${margin(info)}`,
    };
}

function margin({ tolerates, nodes }) {
    if (nodes.length === 1) return "single node";
    if (tolerates === 0) return "cannot lose another node";
    return `can lose ${tolerates} more ${tolerates === 1 ? "node" : "nodes"}`;
}

export function nodeName(info, id) {
    return info?.nodes.find((node) => node.id === id)?.name ?? `n${id}`;
}

export class ClusterView {
    #cards = new Map();
    info = null;
    live = false;
    #seen = null;

    get hasQuorum() { return this.live && this.info !== null && this.info.tolerates >= 0; }

    update(info) {
        this.info = info;
        this.#seen = new Date();
        this.render();
    }

    setLive(live) {
        this.live = live;
        this.render();
    }

    render() {
        const { tone, text } = summary(this.info, this.live);
        const chip = byId("chip");
        chip.dataset.tone = tone;
        setText(chip, text);
        byId("nodes").classList.toggle("outdated", !this.live);
        showText(byId("cluster-note"), this.#note());
        if (!this.info) return;
        setText(byId("term"), `term ${this.info.term}`);
        this.#renderNodes(this.info);
    }

    #note() {
        if (this.live || !this.#seen) return null;
        const others = this.info.nodes.filter((node) => node.id !== this.info.node && node.http);
        const hint = others.length ? " Another node may answer: follow its name." : "";
        return `As of ${this.#seen.toLocaleTimeString()}.${hint}`;
    }

    /// Cards are kept and refilled, so that focus on a node's link survives the next update.
    #renderNodes(info) {
        const present = new Set(info.nodes.map((node) => node.id));
        for (const [id, card] of this.#cards) {
            if (present.has(id)) continue;
            card.item.remove();
            this.#cards.delete(id);
        }
        for (const node of info.nodes) {
            if (!this.#cards.has(node.id)) {
                const card = makeCard();
                this.#cards.set(node.id, card);
                byId("nodes").append(card.item);
            }
            fillCard(this.#cards.get(node.id), node, info);
        }
    }
}

function makeCard() {
    const parts = { name: element("a"), role: element("span", { class: "role" }) };
    const figures = ["commit", "applied", "base lag", "store lag"].map((name) => {
        const figure = parts[name] = element("dd");
        return element("div", {}, element("dt", {}, name), figure);
    });
    parts.note = element("p", { class: "node-note" });
    parts.item = element("li", { class: "node" },
        element("p", { class: "node-heading" }, parts.name, parts.role),
        element("dl", {}, ...figures), parts.note);
    return parts;
}

function fillCard(card, node, info) {
    const here = node.id === info.node;
    const lost = node.role === "unreachable";
    card.item.dataset.role = node.id === info.leader ? "leader" : node.role;
    setText(card.name, node.name ?? `n${node.id}`);
    if (here || !node.http) card.name.removeAttribute("href");
    else card.name.setAttribute("href", `${location.protocol}//${node.http}/`);
    setText(card.role, (roles[node.role] ?? node.role) + (here ? " · this node" : ""));
    const figure = (value) => (value === null || value === undefined ? "–" : value.toLocaleString());
    setText(card.commit, figure(node.commit));
    setText(card.applied, figure(node.applied));
    setText(card["base lag"], figure(lost ? null : node.base?.lag));
    setText(card["store lag"], figure(lost ? null : node.store?.lag));
    showText(card.note, nodeNote(node, lost));
    card.note.dataset.tone = lost || node.store?.state === "down" ? "bad" : "plain";
}

function nodeNote(node, lost) {
    if (lost) {
        const silence = node.last_contact_ms;
        return silence === null || silence === undefined ? "never heard of"
            : `silent for ${Math.round(silence / 1_000).toLocaleString()} s; figures are its last`;
    }
    const store = node.store;
    if (!store || store.state === "ok") return store ? store.kind : null;
    return `${store.kind} is ${storeStates[store.state] ?? store.state}${store.error ? `: ${store.error}` : ""}`;
}
