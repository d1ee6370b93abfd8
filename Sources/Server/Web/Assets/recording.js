// What the nodes showed of themselves in the last minutes, and how it stood at any moment of that
// time. The live page draws the moment before now; a replay draws another one. Nothing else differs.

import { causeReach, flightTime, reach, slowDown } from "./slowmotion.js";

/// What is kept, in milliseconds, and at most so many events.
const span = 180_000, eventsMax = 30_000;
/// Without news for so long, a node is silent. Views come every 100 ms.
export const silentAfter = 700;
/// Where there is no news of anybody for so long, it is not the nodes that are silent: their news do
/// not come through, and nobody knows how they are.
const gapMin = 400;
/// The longest that something is on its way: on the slowest link, after all that it may follow from.
const flightMax = 5_000 + 6 * flightTime;

export class Recording {
  /// In order of time: { t, kind: "view" | "cluster" | "note", data }.
  #events = [];
  #flights = [];
  #happenings = [];
  #latest = new Map();
  /// When news came again after there had been none.
  #wakes = [];
  #silent = new Set();

  get isEmpty() { return this.#events.length === 0; }
  get #first() { return this.#events[0]?.t ?? 0; }
  /// The first moment of which all is known: which nodes there are, and how each is that shows itself.
  /// What came before it, as they began to be heard one after the other, is no state of the cluster.
  get start() {
    let start = null;
    const heard = new Set();
    for (const { t, kind, data } of this.#events) {
      if (start !== null && t > start + silentAfter) break;
      if (kind === "cluster") start ??= t;
      if (kind !== "view" || heard.has(data.node)) continue;
      heard.add(data.node);
      if (start !== null) start = t;
    }
    return start ?? this.#first;
  }

  get end() { return this.#events.at(-1)?.t ?? 0; }
  get happenings() { return this.#happenings; }

  add(t, kind, data) {
    if (kind !== "note" && t - this.end > gapMin) this.#wakes.push({ t });
    this.#events.push({ t, kind, data });
    if (kind === "view") this.#addView(t, data);
    if (kind === "note") insert(this.#happenings, { ...data, t: t - (data.ago ?? 0), shown: t - (data.ago ?? 0) });
    this.#trim(t);
  }

  #addView(t, view) {
    const before = this.#latest.get(view.node);
    if (before !== undefined && this.#silent.delete(view.node)) {
      this.#happenings.push({ t, shown: t, kind: "back", by: view.node, term: view.term });
    }
    this.#latest.set(view.node, t);
    for (const flight of view.flights) insert(this.#flights, { ...flight, t: t - flight.age_ms, from: view.node });
    for (const happening of view.happenings) {
      insert(this.#happenings, { ...happening, t: t - happening.age_ms, by: view.node });
    }
    if (view.flights.length || view.happenings.length) this.#slowDown(t);
  }

  #slowDown(t) {
    const since = t - reach, from = (list) => list.slice(before(list, since - causeReach));
    slowDown(from(this.#flights), from(this.#happenings), since);
  }

  /// Notes who has fallen silent; called now and then while the page is live.
  noticeSilence(t) {
    for (const [node, heard] of this.#latest) {
      if (this.#age(heard, t) < silentAfter || this.#silent.has(node)) continue;
      this.#silent.add(node);
      // It was noticed late; it fell silent when its next view was due.
      this.add(t, "note", { kind: "silent", by: node, ago: t - heard - 100 });
    }
  }

  /// How long a node had been silent at a moment, as far as it could have been heard.
  #age(heard, t) {
    const last = this.#events[before(this.#events, t) - 1]?.t ?? t;
    const wake = this.#wakes[before(this.#wakes, t) - 1]?.t ?? heard;
    return Math.min(t, last + gapMin) - Math.max(heard, wake);
  }

  #trim(now) {
    const floor = now - span;
    const surplus = Math.max(before(this.#events, floor), this.#events.length - eventsMax);
    // Cut off in pieces: each cut moves what is left.
    if (surplus < 500) return;
    this.#events.splice(0, surplus);
    const start = this.#first;
    this.#flights.splice(0, before(this.#flights, start));
    this.#happenings.splice(0, before(this.#happenings, start));
  }

  /// How everything stood at a moment.
  sceneAt(t) {
    const views = new Map();
    let info = null;
    for (let place = before(this.#events, t) - 1; place >= 0; place -= 1) {
      const { t: at, kind, data } = this.#events[place];
      if (kind === "view" && !views.has(data.node)) views.set(data.node, { at, view: data });
      if (kind === "cluster") info ??= data;
      if (info && info.nodes.every(({ id }) => views.has(id) || t - at > 20_000)) break;
    }
    return { t, info, nodes: info ? info.nodes.map((node) => this.#seen(node, views.get(node.id), t)) : [],
      flights: this.#flightsAt(t) };
  }

  #flightsAt(t) {
    const flying = [];
    for (let place = before(this.#flights, t) - 1; place >= 0; place -= 1) {
      const flight = this.#flights[place];
      if (flight.t < t - flightMax) break;
      if (flight.begin > t || flight.end <= t) continue;
      flying.push({ ...flight, progress: (t - flight.begin) / (flight.end - flight.begin) });
    }
    return flying;
  }

  /// What happened up to a moment, the latest last.
  storyAt(t, count) {
    const end = before(this.#happenings, t);
    return this.#happenings.slice(Math.max(end - count, 0), end).filter(({ shown }) => shown <= t)
      .sort((a, b) => a.shown - b.shown);
  }

  /// A node as it was seen at that moment; its timer has run on since it showed itself.
  #seen(node, latest, t) {
    const age = latest ? this.#age(latest.at, t) : Infinity;
    const view = latest?.view ?? null;
    const isSilent = age > silentAfter;
    const running = isSilent ? null : this.#running(node.id, t);
    const timer = running ? 1 : !isSilent && view?.timer
      ? Math.min((view.timer.elapsed_ms + age) / view.timer.timeout_ms, 1) : null;
    return { id: node.id, name: node.name, http: node.http, view, age, isSilent, timer,
      role: isSilent ? "silent" : running ?? view.role };
  }

  /// Which role it has in an election that is still being shown; null if there is none.
  #running(node, t) {
    let role = null;
    for (let place = before(this.#happenings, t + 100) - 1; place >= 0; place -= 1) {
      const { kind, by, t: at, shown } = this.#happenings[place];
      if (at < t - 3_000) break;
      if (by !== node) continue;
      if (kind === "led") return shown > t ? role ?? this.#asked(node, t) : null;
      if (["followed", "steppedDown"].includes(kind) && shown <= t) return null;
      if (role === null && shown <= t && shown > t - 700) {
        if (kind === "campaigned") role = "candidate";
        if (kind === "sounded") role = "pre_candidate";
      }
    }
    return role;
  }

  #asked(node, t) {
    const last = this.#happenings.findLast(({ by, shown, kind }) =>
      by === node && shown <= t && ["campaigned", "sounded"].includes(kind));
    return last?.kind === "campaigned" ? "candidate" : last ? "pre_candidate" : "follower";
  }

  toJSON() {
    const start = this.#first;
    const began = new Date(Date.now() - (performance.now() - start)).toISOString();
    return { taskraft: "cluster recording", version: 1, began,
      events: this.#events.map(({ t, kind, data }) => [Math.round(t - start), kind, data]) };
  }

  /// Throws a text for people if it is no recording.
  static from(json) {
    if (json?.taskraft !== "cluster recording" || json.version !== 1 || !Array.isArray(json.events)) {
      throw new Error("This file is no recording of a cluster.");
    }
    const recording = new Recording();
    for (const [t, kind, data] of json.events.slice(-eventsMax)) {
      if (typeof t !== "number" || !data) throw new Error("This recording is damaged.");
      recording.add(t, kind, data);
    }
    if (recording.isEmpty) throw new Error("This recording is empty.");
    return recording;
  }
}

/// How many are not later than `t`.
function before(list, t) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].t <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/// Views of different nodes overlap a little.
function insert(list, item) {
  let place = list.length;
  while (place > 0 && list[place - 1].t > item.t) place -= 1;
  list.splice(place, 0, item);
}
