// The levers: what can be done to a cluster. Leadership can be moved everywhere; killing, pausing and
// cutting is there only in a cluster on this machine that was started to be broken.

import { Problem, send } from "./clusterapi.js";
import { element, toast } from "./dom.js";
import { may, needs } from "./may.js";
import { linkWords } from "./ring.js";

const path = "/v1/cluster/levers";

export class Levers {
  #root; #report; #selected = null; #key = "";
  /// How processes and links stand, as the supervisor has it; nil where there are no levers.
  state = null;

  /// `report(text)` is told what was done.
  constructor(root, report) {
    [this.#root, this.#report] = [root, report];
  }

  /// For whom they are not, they are not there.
  get areThere() { return this.state !== null && may("admin"); }
  get selected() { return this.#selected?.join(" ") ?? null; }

  async load() {
    try {
      this.state = await send("GET", path);
    } catch {
      // Whoever has them is away for a moment; they stand as they stood.
    }
  }

  stateOf(id) { return this.state?.nodes.find(({ node }) => node === id)?.state; }

  select(kind, what) {
    this.#selected = [kind, kind === "link" ? what.join("-") : what];
    this.#key = "";
  }

  async pull(order) {
    try {
      this.state = await send("POST", path, order);
      this.#report(this.state.done);
    } catch (problem) {
      toast(problem instanceof Problem ? problem.message : "The node did not answer.", "bad");
    }
  }

  async lead(to) {
    try {
      await send("POST", "/v1/cluster/transfer", to ? { to } : {});
      this.#report("leadership was moved");
    } catch (problem) {
      toast(problem.message, "bad");
    }
  }

  draw(scene, faults, here) {
    const [kind, what] = this.#selected ?? [];
    const node = kind === "node" ? scene.nodes.find(({ id }) => id === what) : null;
    const ends = kind === "link"
      ? what.split("-").map((id) => scene.nodes.find((each) => each.id === Number(id))) : [];
    const isLink = ends.length === 2 && ends.every(Boolean);
    const states = isLink ? [[0, 1], [1, 0]].map(([a, b]) => faults.get(`${ends[a].id}-${ends[b].id}`)) : [];
    const key = JSON.stringify([
      this.#selected, node && [node.role, this.stateOf(node.id)], linkWords(states), this.areThere, may("admin")]);
    if (key === this.#key) return;
    this.#key = key;
    const isInside = this.#root.contains(document.activeElement), action = document.activeElement?.dataset.act;
    const others = scene.nodes.filter(({ id }) => id !== here);
    this.#root.replaceChildren(...(node ? this.#aboutNode(node, here, others)
      : isLink ? this.#aboutLink(ends, states) : this.#hint()));
    // What was pressed may have become its opposite: the focus stays among the levers.
    const find = (selector) => this.#root.querySelector(selector);
    if (isInside) (find(`[data-act="${action}"]`) ?? find("button"))?.focus();
  }

  #hint() {
    if (!may("admin")) return [element("p", { class: "hint" }, "Choose a node in the ring to see it.")];
    const heading = element("h2", {}, this.areThere ? "Break it" : "Move leadership");
    return [heading, element("p", { class: "hint" }, this.areThere
      ? "Choose a node or a link in the ring: kill it, pause it, cut it, and watch what the others make of it."
      : "Choose a node in the ring to see it, or to make it the leader.")];
  }

  #aboutNode(node, here, others) {
    const state = this.stateOf(node.id), pull = (lever, more) => () => this.pull({ lever, node: node.id, ...more });
    const isHere = node.id === here;
    const kill = act("life", "Kill (-9)", pull("kill"), "danger");
    const buttons = {
      runs: [kill, act("pause", isHere ? "Pause for 5 s" : "Pause", pull("pause", isHere ? { seconds: 5 } : {}))],
      paused: [act("pause", "Let it go on", pull("continue"), "primary"), kill],
      down: [act("life", "Start again", pull("start"), "primary")],
    }[state] ?? [];
    if (state !== "down" && state !== "paused" && !node.isSilent) {
      buttons.unshift(node.role === "leader" ? act("lead", "Let another lead", () => this.lead(null))
        : act("lead", "Make it the leader", () => this.lead(node.id), "primary"));
    }
    const away = isHere && state === "runs" && may("admin") ? [element("p", { class: "hint" },
      "This page comes from it: killed, it can show you nothing more. Watch from ",
      ...doors(others, `?node=${node.id}`), " instead.")] : [];
    return [element("h2", {}, node.name), element("p", { class: "hint" }, nodeWords(node, state)), ...away,
      needs("admin", element("div", { class: "lever-row" }, ...buttons))];
  }

  #aboutLink([a, b], states) {
    const pull = (lever, more = {}) => () => this.pull({ lever, from: a.id, to: b.id, ...more });
    const back = (lever) => () => this.pull({ lever, from: b.id, to: a.id, one_way: true });
    const done = linkWords(states);
    return [element("h2", {}, `${a.name} – ${b.name}`),
      element("p", { class: "hint" }, done ? `This link: ${done}.` : "This link carries everything, at once."),
      needs("admin", element("div", { class: "lever-row" },
        act("cut", "Cut", pull("cut"), "danger"),
        act("cut-there", `Cut ${a.name} → ${b.name}`, pull("cut", { one_way: true })),
        act("cut-back", `Cut ${b.name} → ${a.name}`, back("cut")),
        ...[80, 250].map((delay) => act(`slow-${delay}`, `Slow by ${delay} ms`, pull("slow", { delay_ms: delay }))),
        done ? act("heal", "Heal", pull("heal"), "primary") : null,
        this.state?.faults.length ? act("heal-all", "Heal all links", () => this.pull({ lever: "heal" })) : null))];
  }
}

/// Links to the same page on other nodes, with words between.
export function doors(nodes, query = "") {
  return nodes.filter(({ http }) => http).flatMap(({ name, http }, place) => [
    place ? " or " : "", element("a", { href: `${location.protocol}//${http}/cluster${query}` }, name)]);
}

function act(name, text, onclick, look) {
  return element("button", { type: "button", "data-act": name, class: look ?? null, onclick }, text);
}

function nodeWords(node, state) {
  if (state === "down") return "Its process was killed. What it had made durable is on its disk.";
  if (state === "paused") return "Its process stands still, and does not know it.";
  if (node.isSilent) return "Nothing is heard of it.";
  const { view } = node;
  return `It holds entries ${view.first.toLocaleString()} to ${view.last.toLocaleString()}, `
    + `and knows that they are committed up to ${view.commit.toLocaleString()}.`;
}
