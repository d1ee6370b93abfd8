// Breaking the cluster in three steps, for whoever sees it for the first time. Each step notices by
// itself that it is done.

import { element } from "./dom.js";
import { doors } from "./levers.js";

const leaderOf = (scene) => scene.nodes.find(({ role }) => role === "leader");
const key = "taskraft.steps";

export class Steps {
  #root; #levers; #step = 0; #drawn = ""; #victim = null; #term = 0; #since = 0;

  constructor(root, levers) {
    [this.#root, this.#levers] = [root, levers];
    this.#step = new URLSearchParams(location.search).has("tour") ? 1 : 0;
  }

  draw(scene, here) {
    this.#root.hidden = this.#step === 0;
    if (this.#step === 0 || !scene.nodes.length) return;
    this.#advance(scene);
    const leader = leaderOf(scene);
    const drawn = `${this.#step} ${leader?.id} ${this.#levers.areThere}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = this.#root.contains(document.activeElement);
    this.#root.replaceChildren(this.#progress(), ...this.#content(scene, leader, here), this.#end());
    if (focused) this.#root.querySelector("button")?.focus();
  }

  #advance(scene) {
    const leader = leaderOf(scene);
    if (this.#step === 1 && leader) [this.#victim, this.#term] = [leader.id, leader.view.term];
    const victim = scene.nodes.find(({ id }) => id === this.#victim);
    const isOver = leader && leader.id !== this.#victim && leader.view.term > this.#term;
    if (this.#step === 1 && victim?.isSilent && this.#levers.areThere) this.#go(2, scene.t);
    // The election is over within a second: it stays to be read for a while.
    if (this.#step < 3 && isOver && (this.#step === 1 || scene.t - this.#since > 4_000)) this.#go(3, scene.t);
    if (this.#step === 3 && isOver && victim?.role === "follower" && victim.view.applied === leader.view.applied
      && scene.t - this.#since > 4_000) this.#go(4, scene.t);
  }

  #go(step, t) { [this.#step, this.#since] = [step, t]; }

  #progress() {
    const text = this.#step > 3 ? "Done" : `Step ${this.#step} of 3`;
    return element("p", { class: "steps-count", role: "status" }, text);
  }

  #content(scene, leader, here) {
    const name = (id) => scene.nodes.find((node) => node.id === id)?.name ?? `n${id}`;
    const canKill = this.#levers.areThere;
    if (this.#step === 1 && canKill && leader?.id === here) {
      return [element("h2", {}, "Kill the leader"),
        element("p", {}, `${name(here)} leads, and this page comes from it: with it, the page would go blind. `,
          "Watch from another node: ",
          ...doors(scene.nodes.filter(({ id }) => id !== here), "?tour"), ".")];
    }
    if (this.#step === 1) {
      return [element("h2", {}, canKill ? "Kill the leader" : "Take its office from the leader"),
        element("p", {}, leader
          ? `${name(leader.id)} leads: every change goes through it. `
            + (canKill ? "Kill it, as a power cut would." : "Let another one take over.")
          : "Wait until somebody leads."),
        leader ? button(canKill ? `Kill ${name(leader.id)}` : `Move leadership away from ${name(leader.id)}`,
          () => (canKill ? this.#levers.pull({ lever: "kill", node: leader.id }) : this.#levers.lead(null))) : ""];
    }
    if (this.#step === 2) {
      return [element("h2", {}, "Watch the others notice"),
        element("p", {}, "The arcs around the others fill up: they hear nothing. The first that is full asks "
          + "for votes in a new term, and a majority of them makes it the leader.")];
    }
    if (this.#step === 3) {
      const isDown = this.#levers.stateOf(this.#victim) === "down";
      return [element("h2", {}, `${leader ? name(leader.id) : "Another one"} leads now`),
        element("p", {}, isDown || canKill
          ? `It went on without ${name(this.#victim)}, and nothing that was saved is lost. `
            + `Bring ${name(this.#victim)} back: it follows, and gets what it missed.`
          : "Nothing that was saved is lost. Wait until the former leader follows."),
        canKill ? button(`Start ${name(this.#victim)} again`,
          () => this.#levers.pull({ lever: "start", node: this.#victim })) : ""];
    }
    return [element("h2", {}, "Nothing is lost"),
      element("p", {}, `${name(this.#victim)} follows, and holds the same state as the others. Below, pull the `
        + "time back and look at the election slowly; or go on and cut a link.")];
  }

  #end() {
    return element("button", { type: "button", class: "quiet", onclick: () => {
      this.#step = 0;
      history.replaceState(null, "", location.pathname);
      try { localStorage.setItem(key, "seen"); } catch { /* no storage: offered again */ }
    } }, this.#step > 3 ? "Close" : "End the tour");
  }
}

const button = (text, onclick) => element("button", { type: "button", class: "primary", onclick }, text);
