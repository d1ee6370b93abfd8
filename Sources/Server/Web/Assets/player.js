// Live, or a moment of the past: the clock of the page, with pause, scrubber, speed, save and load.

import { Recording } from "./recording.js";
import { isHeadline } from "./captions.js";
import { byId, element, setText, toast } from "./dom.js";

/// Live is drawn a little late, so that what a view tells of the last tenth of a second is drawn when
/// it was, and not all at once.
const lateness = 180;

export class Player {
  #live; #shown; #at = 0; #isLive = true; #isPlaying = false; #speed = 1; #before = 0; #marks = "";

  constructor(live) {
    this.#live = this.#shown = live;
    byId("live").addEventListener("click", () => this.goLive());
    byId("play").addEventListener("click", () => this.#toggle());
    byId("speed").addEventListener("change", ({ target }) => { this.#speed = Number(target.value); });
    byId("scrubber").addEventListener("input", ({ target }) => this.#seek(Number(target.value)));
    byId("save").addEventListener("click", () => this.#save());
    byId("load").addEventListener("click", () => byId("load-file").click());
    byId("load-file").addEventListener("change", ({ target }) => this.#load(target));
  }

  get recording() { return this.#shown; }
  get isLive() { return this.#isLive; }
  /// Time goes on: there is something to see flying.
  get moves() { return this.#isLive || this.#isPlaying; }

  goLive() {
    [this.#shown, this.#isLive, this.#isPlaying] = [this.#live, true, false];
    this.#marks = "";
  }

  /// The moment to draw.
  tick(now) {
    const passed = now - this.#before;
    this.#before = now;
    if (this.#isLive) this.#at = now - lateness;
    else if (this.#isPlaying) this.#at = Math.min(this.#at + passed * this.#speed, this.#shown.end);
    if (!this.#isLive && this.#at >= this.#shown.end) this.#isPlaying = false;
    return this.#at;
  }

  #toggle() {
    if (this.#isLive) [this.#isLive, this.#isPlaying] = [false, false];
    else {
      if (this.#at >= this.#shown.end) this.#at = this.#shown.start;
      this.#isPlaying = !this.#isPlaying;
    }
  }

  #seek(share) {
    const { start, end } = this.#shown;
    [this.#isLive, this.#isPlaying, this.#at] = [false, false, start + ((end - start) * share) / 1_000];
  }

  /// Now and then, not every frame.
  draw() {
    const { start, end } = this.#shown, span = Math.max(end - start, 1);
    const scrubber = byId("scrubber");
    const share = Math.round(Math.min(Math.max((this.#at - start) / span, 0), 1) * 1_000);
    scrubber.value = this.#isLive ? 1_000 : share;
    const ago = (this.#at - end) / 1_000;
    const place = `${((this.#at - start) / 1_000).toFixed(1)} of ${(span / 1_000).toFixed(1)} s`;
    const words = this.#isLive ? "live" : this.#shown === this.#live ? `${(-ago).toFixed(1)} s ago` : place;
    setText(byId("moment"), words);
    scrubber.setAttribute("aria-valuetext", words);
    byId("live").ariaPressed = String(this.#isLive);
    const label = this.moves ? "Pause" : "Play";
    if (byId("play").ariaLabel !== label) byId("play").ariaLabel = label;
    byId("play").dataset.moves = this.moves;
    this.#drawMarks(start, span);
  }

  /// Where something happened, for whoever looks for it.
  #drawMarks(start, span) {
    const marks = this.#shown.happenings.filter((it) => it.shown >= start && isHeadline(it))
      .map(({ shown, kind }) => [Math.round(((shown - start) / span) * 250) / 2.5, kind]);
    const key = JSON.stringify(marks);
    if (key === this.#marks) return;
    this.#marks = key;
    byId("marks").replaceChildren(...marks.slice(-80).map(([share, kind]) => {
      const mark = element("span", { "data-kind": kind });
      mark.style.left = `${share}%`;
      return mark;
    }));
  }

  #save() {
    const url = URL.createObjectURL(new Blob([JSON.stringify(this.#shown)], { type: "application/json" }));
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    element("a", { href: url, download: `cluster-${stamp}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  async #load(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    try {
      this.#shown = Recording.from(JSON.parse(await file.text()));
      [this.#isLive, this.#isPlaying, this.#at, this.#marks] = [false, true, this.#shown.start, ""];
    } catch (problem) {
      toast(problem instanceof SyntaxError ? "This file is no recording of a cluster." : problem.message, "bad");
    }
  }
}
