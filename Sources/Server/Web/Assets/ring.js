// The ring of nodes: links, election timers and flying messages as a drawing, and on it a button for
// every node and link. All of it is a function of the scene.

import { element, setText } from "./dom.js";
import { roleWords } from "./captions.js";

const width = 600, height = 520;
/// The radius of a node, by how many there are.
const sizes = { 1: 78, 2: 74, 3: 70, 4: 62, 5: 56, 6: 50, 7: 46 };
const dotsMax = 160;

const shapes = {
  round: (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  diamond: (r) => `M0 ${-r}L${r} 0L0 ${r}L${-r} 0Z`,
};
const looks = {
  heartbeat: ["beat", shapes.round(3.2)], accepted: ["answer", shapes.round(3.2)],
  entries: ["entry", shapes.round(6.5)], forward: ["entry", shapes.round(5)],
  readIndex: ["answer", shapes.round(3)], readIndexAnswer: ["answer", shapes.round(3)],
  preVote: ["ask", shapes.diamond(7)], requestVote: ["ask", shapes.diamond(9)],
  preVoteGranted: ["yes", shapes.diamond(7)], voteGranted: ["yes", shapes.diamond(9)],
  preVoteRefused: ["no", shapes.diamond(7)], voteRefused: ["no", shapes.diamond(8)],
  rejected: ["no", shapes.round(5)], forwardRejected: ["no", shapes.round(4)],
  timeoutNow: ["ask", shapes.diamond(11)],
};

const stateWords = { down: "killed", paused: "paused" };

function draw(tag, attributes, parent) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
}

export class Ring {
  #root; #select;
  #key = "";
  #nodes = new Map();
  #links = new Map();
  #dots = [];
  #layers = {};

  /// `select("node", id)` or `select("link", [a, b])` when somebody wants to know more.
  constructor(root, select) {
    [this.#root, this.#select] = [root, select];
  }

  draw(scene, { faults, selected, canLink, moves, states }) {
    const key = `${scene.nodes.map(({ id }) => id)} ${canLink}`;
    if (key !== this.#key) this.#build(scene.nodes, canLink);
    this.#key = key;
    for (const node of scene.nodes) this.#drawNode(node, selected === `node ${node.id}`, states(node.id));
    for (const link of this.#links.values()) drawLink(link, faults, selected);
    this.#drawFlights(moves ? scene.flights : []);
  }

  #build(nodes, canLink) {
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", class: "ring-drawing" });
    for (const name of ["links", "nodes", "dots"]) this.#layers[name] = draw("g", { class: name }, svg);
    const buttons = element("div", { class: "ring-buttons" });
    this.#root.replaceChildren(svg, buttons);
    this.#nodes.clear();
    this.#links.clear();
    this.#dots = [];
    const size = sizes[nodes.length] ?? 42;
    nodes.forEach((node, place) => this.#addNode(node, spot(place, nodes.length, size), size, buttons));
    for (const [place, a] of nodes.entries()) {
      for (const b of nodes.slice(place + 1)) this.#addLink(a, b, canLink, buttons);
    }
  }

  #addNode({ id }, [x, y], size, buttons) {
    const group = draw("g", { transform: `translate(${x} ${y})`, class: "ring-node" }, this.#layers.nodes);
    draw("circle", { r: size, class: "disc" }, group);
    draw("circle", { r: size + 8, class: "track" }, group);
    const arc = draw("circle", { r: size + 8, class: "arc", pathLength: 1, transform: "rotate(-90)" }, group);
    const line = (look) => element("span", { class: look });
    const texts = { name: element("b"), role: line("ring-role"), note: line("ring-note"), entry: line("ring-note") };
    const button = element("button", { type: "button", class: "ring-name", onclick: () => this.#select("node", id) },
      texts.name, texts.role, texts.note, texts.entry);
    place(button, x, y, size * 1.86, size * 1.86);
    buttons.append(button);
    this.#nodes.set(id, { x, y, size, group, arc, button, ...texts });
  }

  #addLink(a, b, canLink, buttons) {
    const [one, two] = [this.#nodes.get(a.id), this.#nodes.get(b.id)];
    const ways = [[a.id, b.id, one, two], [b.id, a.id, two, one]].map(([from, to, start, end]) => {
      const curve = between(start, end);
      const path = draw("path", { d: `M${curve.from}Q${curve.bend} ${curve.to}`, class: "link" }, this.#layers.links);
      return { from, to, curve, path };
    });
    const [x, y] = [(one.x + two.x) / 2, (one.y + two.y) / 2];
    const label = element(canLink ? "button" : "span", { class: "ring-link" });
    if (canLink) {
      label.type = "button";
      label.addEventListener("click", () => this.#select("link", [a.id, b.id]));
    }
    place(label, x, y);
    buttons.append(label);
    this.#links.set(`${a.id}-${b.id}`, { a, b, ways, label });
  }

  #drawNode(node, isSelected, state) {
    const { group, arc, button, name, role, note, entry } = this.#nodes.get(node.id);
    const { view } = node;
    group.dataset.role = node.role;
    group.dataset.selected = isSelected;
    arc.style.strokeDasharray = node.timer === null ? "0 1" : `${node.timer.toFixed(3)} 1`;
    group.dataset.late = node.timer > 0.6;
    button.ariaPressed = String(isSelected);
    setText(name, node.name);
    setText(role, node.isSilent ? stateWords[state] ?? roleWords.silent : roleWords[node.role]);
    const silence = Number.isFinite(node.age) ? `for ${Math.floor(node.age / 1_000)} s` : "";
    setText(note, node.isSilent ? silence : `term ${view.term}`);
    setText(entry, node.isSilent ? "" : `entry ${view.applied}${view.last > view.applied ? ` of ${view.last}` : ""}`);
  }

  #drawFlights(flights) {
    let used = 0;
    for (const flight of flights) {
      const curve = this.#curve(flight.from, flight.to);
      if (!curve || used === dotsMax) continue;
      const dot = this.#dot(used);
      used += 1;
      // What is lost comes half way, and fades.
      const way = flight.lost ? Math.min(flight.progress * 1.4, 0.5) : ease(flight.progress);
      const [x, y] = pointOn(curve, way);
      const [look, shape] = looks[flight.kind] ?? looks.heartbeat;
      dot.setAttribute("d", shape);
      dot.setAttribute("class", `dot ${look}${flight.lost ? " lost" : ""}`);
      dot.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      dot.style.opacity = flight.lost ? 1 - flight.progress : 1;
    }
    for (const dot of this.#dots.slice(used)) dot.style.opacity = 0;
  }

  #dot(place) {
    this.#dots[place] ??= draw("path", { class: "dot" }, this.#layers.dots);
    return this.#dots[place];
  }

  #curve(from, to) {
    const link = this.#links.get(from < to ? `${from}-${to}` : `${to}-${from}`);
    return link?.ways.find((way) => way.from === from)?.curve;
  }
}

function drawLink({ a, b, ways, label }, faults, selected) {
  const states = ways.map(({ from, to, path }) => {
    const fault = faults.get(`${from}-${to}`);
    path.dataset.fault = fault?.cut ? "cut" : fault ? "slow" : "";
    return fault;
  });
  const isSelected = selected === `link ${a.id}-${b.id}`;
  label.dataset.fault = states.some((fault) => fault?.cut) ? "cut" : states.some(Boolean) ? "slow" : "";
  setText(label, linkWords(states) || (label.tagName === "BUTTON" ? "link" : ""));
  if (label.tagName !== "BUTTON") return;
  label.ariaPressed = String(isSelected);
  const said = `Link between ${a.name} and ${b.name}${linkWords(states) ? `, ${linkWords(states)}` : ""}`;
  if (label.ariaLabel !== said) label.ariaLabel = said;
}

export function linkWords([there, back]) {
  const word = (fault) => (fault?.cut ? "cut" : fault ? `+${fault.delay_ms} ms` : "");
  const [one, two] = [word(there), word(back)];
  if (one === two) return one;
  return one && two ? `${one} / ${two}` : `${one || two} one way`;
}

const ease = (x) => x * x * (3 - 2 * x);

function spot(place, count, size) {
  if (count === 1) return [width / 2, height / 2];
  const angle = -Math.PI / 2 + (2 * Math.PI * place) / count;
  // A triangle reaches as far above its centre as a circle, and half as far below.
  const drop = count === 3 ? 56 : 0, room = size + 14;
  const [rx, ry] = [width / 2 - room, height / 2 - room + drop * 0.85];
  return [width / 2 + Math.cos(angle) * rx, height / 2 + drop + Math.sin(angle) * ry];
}

/// From rim to rim, bent a little to the right: so each direction has a line of its own.
function between(start, end) {
  const [dx, dy] = [end.x - start.x, end.y - start.y], length = Math.hypot(dx, dy);
  const [ux, uy] = [dx / length, dy / length], bend = 13;
  const edge = (node, sign) => [
    node.x + sign * ux * (node.size + 12) - uy * bend * 0.5,
    node.y + sign * uy * (node.size + 12) + ux * bend * 0.5];
  const middle = [(start.x + end.x) / 2 - uy * bend * 1.6, (start.y + end.y) / 2 + ux * bend * 1.6];
  return { from: edge(start, 1), to: edge(end, -1), bend: middle };
}

function pointOn({ from, bend, to }, t) {
  const at = (axis) => (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * bend[axis] + t ** 2 * to[axis];
  return [at(0), at(1)];
}

function place(node, x, y, w, h) {
  node.style.left = `${(100 * x) / width}%`;
  node.style.top = `${(100 * y) / height}%`;
  if (w) node.style.width = `${(100 * w) / width}%`;
  if (h) node.style.height = `${(100 * h) / height}%`;
}
