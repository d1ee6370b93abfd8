// Wires the page of the cluster: the stream fills the recording, and the moment that the player shows
// is drawn from it.

import { calm, isHeadline, words } from "./captions.js";
import { watchCluster } from "./clusterapi.js";
import { byId, element, setText } from "./dom.js";
import { Figures } from "./figures.js";
import { Levers, doors } from "./levers.js";
import { LogTails } from "./logtails.js";
import { Player } from "./player.js";
import { Recording } from "./recording.js";
import { Ring } from "./ring.js";
import { follow } from "./shell.js";
import { Steps } from "./steps.js";

/// A headline stands so long after it happened; then it is calm again.
const headlineTime = 6_000;
const storyLines = 10;
/// Figures and logs are read, not watched.
const slowInterval = 200;
/// Somebody who hears the page hears at most so often of it.
const spokenInterval = 1_500;

const live = new Recording();
const player = new Player(live);
const levers = new Levers(byId("levers"), (text) => live.add(performance.now(), "note", { kind: "lever", text }));
const ring = new Ring(byId("ring"), (kind, what) => { levers.select(kind, what); draw(true); });
const logs = new LogTails(byId("logs")), figures = new Figures(byId("figures"));
const steps = new Steps(byId("steps"), levers);
const stillness = matchMedia("(prefers-reduced-motion: reduce)");
let drawnSlowly = 0, spokenAt = 0, spoken = null, heardAt = 0, here = null, hasLevers = false;

watchCluster((kind, data) => {
  heardAt = performance.now();
  if (kind === "levers") {
    hasLevers = true;
    return levers.load();
  }
  if (kind === "cluster") here = data.node;
  live.add(heardAt, kind, data);
});
follow({});
const asked = Number(new URLSearchParams(location.search).get("node"));
if (asked) levers.select("node", asked);
// A node that was killed elsewhere, and a supervisor that came back, are noticed by asking.
setInterval(() => { if (hasLevers && !document.hidden) levers.load(); }, 2_000);

const nameIn = (scene) => (id) => scene.nodes.find((node) => node.id === id)?.name ?? `n${id}`;

function faultsIn(scene) {
  const faults = new Map();
  for (const { id, view } of scene.nodes) {
    for (const fault of view?.faults ?? []) faults.set(`${id}-${fault.to}`, fault);
  }
  return faults;
}

function draw(isSlowTurn) {
  const now = performance.now();
  live.noticeSilence(now);
  const scene = player.recording.sceneAt(player.tick(now));
  const faults = faultsIn(scene);
  ring.draw(scene, {
    faults, selected: levers.selected, canLink: levers.areThere && player.isLive, moves: !stillness.matches,
    states: (id) => (player.isLive ? levers.stateOf(id) : null),
  });
  if (!isSlowTurn) return;
  levers.draw(scene, faults, here);
  logs.draw(scene);
  figures.draw(scene);
  player.draw();
  tell(scene, now);
  steps.draw(scene, here);
}

function tell(scene, now) {
  const name = nameIn(scene);
  const story = player.recording.storyAt(scene.t, 40).map((it) => ({ ...it, text: words(it, name) })).filter(({ text }) => text);
  const last = story.findLast(isHeadline);
  const isFresh = last && scene.t - last.t < headlineTime;
  const headline = isFresh ? last.text : calm(scene, name);
  setText(byId("headline"), headline);
  tellStory(story.slice(-storyLines).reverse(), scene.t);
  if (headline !== spoken && now - spokenAt > spokenInterval) {
    [spoken, spokenAt] = [headline, now];
    setText(byId("spoken"), headline);
  }
  const isAway = player.isLive && heardAt > 0 && now - heardAt > 1_500;
  byId("ring").classList.toggle("stale", isAway);
  byId("away").hidden = !isAway;
  if (isAway) tellAway(scene);
}

/// The node that this page comes from is gone: another one can show the rest.
function tellAway(scene) {
  const others = scene.nodes.filter(({ id }) => id !== here);
  const away = byId("away");
  if (away.dataset.for !== String(here)) {
    away.dataset.for = String(here);
    away.replaceChildren(`This page comes from ${nameIn(scene)(here)}, which does not answer. Watch on from `,
      ...doors(others), ".");
  }
}

let storyKey = "";
function tellStory(lines, t) {
  const key = JSON.stringify(lines.map(({ text, t: at }) => [text, Math.floor((t - at) / 1_000)]));
  if (key === storyKey) return;
  storyKey = key;
  const calmly = [{ text: "Nothing yet: the cluster is calm.", t }];
  byId("story").replaceChildren(...(lines.length ? lines : calmly).map((line) =>
    element("li", { "data-kind": line.kind ?? null },
      element("span", { class: "hint" }, age(t - line.t)), element("span", {}, line.text))));
}

const age = (milliseconds) => (milliseconds < 1_000 ? "now" : `${Math.floor(milliseconds / 1_000)} s ago`);

function turn() {
  const now = performance.now();
  const isSlowTurn = now - drawnSlowly >= slowInterval;
  if (isSlowTurn) drawnSlowly = now;
  // Without motion the drawing changes in steps.
  if (isSlowTurn || !stillness.matches) draw(isSlowTurn);
  requestAnimationFrame(turn);
}

// Where there is one column, the story comes before the explanation.
byId("legend").open = !matchMedia("(max-width: 60rem)").matches;
requestAnimationFrame(turn);
