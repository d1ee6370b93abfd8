// The jobs of one queue by state. Buried ones are what people come for: dragged to Ready, by menu or
// by key, they are tried again, one of them or all that have a text in common.

import { Cards } from "./cards.js";
import { announce, button, byId, confirmed, element, openDialog, setText, showText, toast } from "./dom.js";
import { makeDraggable } from "./drag.js";
import { describeJob, makeJobCard } from "./jobcard.js";
import { may, sayMayNot } from "./may.js";
import { openMenu } from "./menu.js";
import { keepReachable, makeNavigable } from "./nav.js";
import { changeQueue, deleteJob, kickJob, listJobs, readJob } from "./resources.js";
import { span } from "./spans.js";

const states = { buried: "Buried", delayed: "Delayed", ready: "Ready", reserved: "Reserved" };
const canRetry = ["buried", "delayed"];
const pageSize = 50, previewBytes = 160;

export class JobBoard {
  #cards = new Cards(makeJobCard);
  #columns = new Map();
  #jobs = new Map();
  #view = null;
  #match = "";
  #pages = {};
  /// How many of each state were found with the text; null while that is not known.
  #found = null;
  #turn = 0;
  queue = null;

  /// `changed` reads everything anew.
  constructor(changed) {
    this.changed = changed;
    const root = this.root = byId("jobs");
    root.append(...Object.keys(states).map((state) => this.#makeColumn(state)));
    byId("match").addEventListener("input", ({ target }) => {
      this.#match = target.value.trim();
      this.#restart();
    });
    byId("search").addEventListener("submit", (event) => event.preventDefault());
    makeDraggable(root, {
      takes: (item, list) => list.dataset.list === "ready" && canRetry.includes(item.dataset.state),
      drop: (item) => this.#retry(Number(item.dataset.key)),
    });
    root.addEventListener("click", (event) => this.#clicked(event));
    makeNavigable(root, {
      step: (card, direction) => {
        if (direction === "right" && canRetry.includes(card.dataset.state)) this.#retry(Number(card.dataset.key));
      },
      keys: (key, card) => {
        const act = { r: () => this.#retry(Number(card.dataset.key)), Delete: () => this.#remove(Number(card.dataset.key)) }[key];
        act?.();
        return Boolean(act);
      },
    });
  }

  get isPaused() { return this.#view?.paused ?? false; }
  /// Some jobs are a worker's business, all of a queue an admin's.
  get #scopeOfAll() { return this.#match ? "work" : "admin"; }
  get waiting() { return (this.#view?.jobs ?? 0) - (this.#view?.reserved ?? 0); }

  #makeColumn(state) {
    const count = element("span", { class: "count" }), list = element("ol", { class: "cards", "data-list": state, "aria-label": states[state] });
    const all = state === "buried" && button("retry-all", () => this.#retryAll(), "Retry all");
    const more = button("more quiet", () => { this.#pages[state] = (this.#pages[state] ?? 1) + 1; this.changed(); }, "More");
    this.#columns.set(state, { count, list, all, more });
    return element("section", { class: "column", "data-column": state }, element("header", {}, element("h2", {}, states[state]), count, all), list, more);
  }

  choose(name) {
    if (name === this.queue) return;
    this.queue = name;
    this.#view = null;
    this.#match = byId("match").value = "";
    this.#restart();
  }

  #restart() {
    this.#turn += 1;
    this.#pages = {};
    this.#found = null;
    this.changed();
  }

  /// Nothing, if the queue is gone: it comes back with its next job.
  update(view) {
    this.#view = view ?? null;
    byId("queue").hidden = !this.queue;
    if (!this.queue) return;
    setText(byId("queue-heading"), this.queue);
    setText(byId("queue-facts"), view ? facts(view) : "no jobs now");
    setText(byId("pause"), this.isPaused ? "Resume" : "Pause");
    byId("purge").disabled = this.waiting === 0;
    for (const { list, all } of this.#columns.values()) {
      list.toggleAttribute("data-fixed", !may("work"));
      if (all) all.dataset.needs = this.#scopeOfAll;
    }
    this.#showCounts();
  }

  /// With a text to find, of all jobs those that have it: that is what the cards are.
  #showCounts() {
    for (const [state, { count, all }] of this.#columns) {
      const total = this.#view?.[state] ?? 0, found = this.#match ? this.#found?.[state] : null;
      setText(count, found ? `${counted(found)} of ${total.toLocaleString()}` : total.toLocaleString());
      if (all) showText(all, total && found?.count !== 0 ? this.#match ? this.#retryMatching : "Retry all" : null);
    }
  }

  get #retryMatching() {
    const { count, isMore = true } = this.#found?.buried ?? {};
    if (isMore) return "Retry all that match";
    return count === 1 ? "Retry the one that matches" : `Retry all ${count.toLocaleString()} that match`;
  }

  async refresh() {
    if (!this.queue) return;
    const turn = this.#turn;
    const found = await Promise.all(Object.keys(states).map((state) => this.#read(state)));
    if (turn !== this.#turn) return;
    this.#jobs = new Map(found.flatMap(({ jobs }) => jobs.map((job) => [job.id, job])));
    this.#cards.render(found.map(({ state, jobs }) => ({
      parent: this.#columns.get(state).list, views: jobs.map((job) => ({ key: job.id, job })),
    })));
    this.#found = Object.fromEntries(found.map(({ state, jobs, isMore }) => [state, { count: jobs.length, isMore }]));
    this.#showCounts();
    for (const { state, isMore } of found) this.#columns.get(state).more.hidden = !isMore;
    keepReachable(this.root);
  }

  /// A page may end early without being the last, where a text is rare.
  async #read(state) {
    const pages = this.#pages[state] ?? 1, wanted = pages * pageSize;
    let jobs = [], cursor = null, looks = 0;
    do {
      const page = await listJobs(this.queue, {
        state, match: this.#match, preview: String(previewBytes), limit: String(Math.min(500, wanted - jobs.length)), cursor,
      });
      jobs = jobs.concat(page.items);
      cursor = page.next_cursor;
      looks += 1;
    } while (cursor && jobs.length < wanted && looks < pages + 4);
    return { state, jobs, isMore: cursor !== null };
  }

  #clicked(event) {
    const card = event.target.closest(".card"), id = Number(card?.dataset.key);
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!event.target.closest("[data-act]")) return this.#attempt(() => this.#open(id));
    openMenu(event.target.closest("[data-act]"), `Actions for job ${id}`, [
      { label: "Look inside", icon: "text", hint: "Enter", act: () => this.#attempt(() => this.#open(id)) },
      may("work") && canRetry.includes(card.dataset.state) && { label: "Retry now", icon: "move", hint: "r", act: () => this.#retry(id) },
      may("work") && card.dataset.state !== "reserved" && { label: "Delete", icon: "trash", hint: "Del", danger: true, act: () => this.#remove(id) },
    ]);
  }

  async #open(id) {
    const job = await readJob(id);
    setText(byId("job-heading"), `Job ${id}`);
    byId("job-facts").replaceChildren(...describeJob(job));
    setText(byId("job-body"), job.body ?? `base64: ${job.body_base64}`);
    await openDialog(byId("job"));
  }

  #retry(id) {
    if (!may("work")) return sayMayNot();
    const { state } = this.#jobs.get(id) ?? {};
    if (!canRetry.includes(state)) return toast(`Job ${id} is ${state ?? "gone"}: only buried and delayed jobs can be retried.`);
    const others = (this.#view?.buried ?? 0) - 1;
    return this.#attempt(async () => {
      await kickJob(id);
      announce(`Job ${id}: Ready`);
      const all = state === "buried" && others > 0 && may(this.#scopeOfAll);
      toast(`Job ${id} is tried again.`, "plain",
        all ? [this.#match ? this.#retryMatching : `Retry the other ${others.toLocaleString()} too`, () => this.#retryAll()] : null);
    });
  }

  #remove(id) {
    if (!may("work")) return sayMayNot();
    return this.#attempt(async () => {
      if (await confirmed(`Delete job ${id}?`, "It is gone for good.", "Delete")) await deleteJob(id);
    });
  }

  async #attempt(action) {
    try {
      await action();
    } catch (problem) {
      toast(problem.message, "bad");
    }
    this.changed();
  }

  async #retryAll() {
    const { queue } = this, match = this.#match;
    const text = match ? `Every buried job that has “${match}” in its body or its last error gets ready, with all its attempts again.`
      : `${jobsOf(this.#view?.buried ?? 0, "buried ")} ${this.#view?.buried === 1 ? "gets" : "get"} ready, with all attempts again.`;
    if (!await confirmed(match ? `${this.#retryMatching}?` : `Retry all of ${queue}?`, text, "Retry all")) return;
    await this.#attempt(async () => {
      let kicked = 0, cursor = null;
      do {
        const part = await changeQueue(queue, "kick", match ? { match, cursor } : {});
        kicked += part.kicked;
        cursor = part.next_cursor;
      } while (cursor);
      toast(`${jobsOf(kicked)} ${kicked === 1 ? "is" : "are"} tried again.`);
    });
  }
}

const counted = ({ count, isMore }) => `${count.toLocaleString()}${isMore ? "+" : ""}`;
const jobsOf = (count, kind = "") => `${count.toLocaleString()} ${kind}${count === 1 ? "job" : "jobs"}`;

function facts({ paused, pause_left_ms: left, settings, totals }) {
  const limits = Object.entries(settings ?? {}).filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ≤ ${value.toLocaleString()}`);
  const pause = paused ? [left === null ? "paused until resumed" : `paused for ${span(left)}`] : [];
  const counts = `${totals.puts.toLocaleString()} put, ${totals.deletes.toLocaleString()} done or deleted, `
    + `${totals.failures.toLocaleString()} failed, ${totals.timeouts.toLocaleString()} timed out`;
  return [...pause, ...limits, counts].join(" · ");
}
