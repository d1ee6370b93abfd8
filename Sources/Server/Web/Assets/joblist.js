// The jobs of one queue, by state and text; buried ones are what people come for.

import { changeQueue, deleteJob, kickJob, listJobs, readJob } from "./resources.js";
import { byId, confirmed, element, openDialog, setText, showText, toast } from "./dom.js";
import { makeJobRow } from "./jobrow.js";
import { span } from "./spans.js";

const states = { "": "All", ready: "Ready", delayed: "Delayed", reserved: "Reserved", buried: "Buried" };
const pageSize = 50, previewBytes = 160;

export class JobList {
  #rows = new Map();
  #view = null;
  #state = "";
  #match = "";
  #pages = 1;
  #turn = 0;
  queue = null;

  constructor(changed) {
    this.changed = changed;
    byId("states").append(...Object.keys(states).map((value) => element("button", {
      type: "button", value, onclick: () => this.#filter({ state: value }),
    })));
    byId("match").addEventListener("input", ({ target }) => this.#filter({ match: target.value.trim() }));
    byId("search").addEventListener("submit", (event) => event.preventDefault());
    byId("more").addEventListener("click", () => { this.#pages += 1; changed(); });
    byId("retry").addEventListener("click", () => this.#retryAll());
  }

  get isPaused() { return this.#view?.paused ?? false; }
  get waiting() { return (this.#view?.jobs ?? 0) - (this.#view?.reserved ?? 0); }

  choose(name) {
    if (name === this.queue) return;
    this.queue = name;
    this.#view = null;
    byId("match").value = "";
    this.#filter({ state: "", match: "" });
  }

  #filter({ state = this.#state, match = this.#match }) {
    [this.#state, this.#match, this.#pages] = [state, match, 1];
    this.#clear();
    this.changed();
  }

  #clear() {
    this.#turn += 1;
    for (const { item } of this.#rows.values()) item.remove();
    this.#rows.clear();
    byId("more").hidden = true;
    showText(byId("jobs-empty"), null);
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
    for (const button of byId("states").children) {
      const count = button.value ? view?.[button.value] ?? 0 : view?.jobs ?? 0;
      setText(button, `${states[button.value]} ${count.toLocaleString()}`);
      button.ariaPressed = String(button.value === this.#state);
    }
    const canRetry = this.#state === "buried" && (view?.buried ?? 0) > 0;
    showText(byId("retry"), !canRetry ? null : this.#match ? "Retry all that match" : "Retry all");
  }

  async refresh() {
    if (!this.queue) return;
    const turn = this.#turn;
    const { found, isMore } = await this.#read();
    if (turn !== this.#turn) return;
    this.#show(found);
    byId("more").hidden = !isMore;
    const what = this.#state ? states[this.#state].toLowerCase() : "here";
    showText(byId("jobs-empty"), found.length || isMore ? null
      : this.#match ? "No job has this text." : `No job is ${what}.`);
  }

  /// A page may end early without being the last, where a text is rare.
  async #read() {
    const wanted = this.#pages * pageSize;
    let found = [], cursor = null, looks = 0;
    do {
      const page = await listJobs(this.queue, {
        state: this.#state, match: this.#match, preview: String(previewBytes),
        limit: String(Math.min(500, wanted - found.length)), cursor,
      });
      found = found.concat(page.items);
      cursor = page.next_cursor;
      looks += 1;
    } while (cursor && found.length < wanted && looks < this.#pages + 4);
    return { found, isMore: cursor !== null };
  }

  #show(found) {
    const wanted = new Set(found.map(({ id }) => id)), parent = byId("jobs");
    for (const [id, { item }] of this.#rows) {
      if (wanted.has(id)) continue;
      if (item.contains(document.activeElement)) byId("main").focus();
      item.remove();
      this.#rows.delete(id);
    }
    found.forEach((job, at) => {
      if (!this.#rows.has(job.id)) this.#rows.set(job.id, makeJobRow(job.id, this.#actions));
      const row = this.#rows.get(job.id);
      if (parent.children[at] !== row.item) parent.insertBefore(row.item, parent.children[at] ?? null);
      row.fill(job);
    });
  }

  #actions = {
    open: (id) => this.#attempt(() => showJob(id)),
    retry: (id) => this.#attempt(() => kickJob(id)),
    remove: (id) => this.#attempt(async () => {
      if (await confirmed(`Delete job ${id}?`, "It is gone for good.", "Delete")) await deleteJob(id);
    }),
  };

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
    if (!match) {
      const count = this.#view?.buried ?? 0;
      const text = `${count.toLocaleString()} buried jobs get ready, with all their attempts again.`;
      if (!await confirmed(`Retry all of ${queue}?`, text, "Retry all")) return;
    }
    await this.#attempt(async () => {
      let kicked = 0, cursor = null;
      do {
        const part = await changeQueue(queue, "kick", match ? { match, cursor } : {});
        kicked += part.kicked;
        cursor = part.next_cursor;
      } while (cursor);
      toast(`${kicked.toLocaleString()} jobs are tried again.`);
    });
  }
}

function facts({ paused, pause_left_ms: left, settings, totals }) {
  const limits = Object.entries(settings ?? {}).filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ≤ ${value.toLocaleString()}`);
  const pause = paused ? [left === null ? "paused until resumed" : `paused for ${span(left)}`] : [];
  const counts = `${totals.puts.toLocaleString()} put, ${totals.deletes.toLocaleString()} done or deleted, `
    + `${totals.failures.toLocaleString()} failed, ${totals.timeouts.toLocaleString()} timed out`;
  return [...pause, ...limits, counts].join(" · ");
}

function retryText(retry) {
  if (!retry) return "at once, for ever";
  const attempts = retry.attempts ? `at most ${retry.attempts} in all` : "for ever";
  return retry.delay_ms ? `after ${span(retry.delay_ms)}, ${retry.backoff}, ${attempts}` : `at once, ${attempts}`;
}

async function showJob(id) {
  const job = await readJob(id);
  setText(byId("job-heading"), `Job ${id}`);
  const rows = {
    State: job.state + (job.due_in_ms === null ? "" : `, for ${span(job.due_in_ms)}`),
    Put: `${new Date(job.created).toLocaleString()}, ${span(job.age_ms)} ago`,
    Priority: job.priority, "Time to run": span(job.ttr_ms),
    Retry: retryText(job.retry),
    "So far": `${job.reserves} reserved, ${job.failures} failed, ${job.timeouts} timed out, ${job.kicks} kicked`,
    "Unique key": job.unique, "Last error": job.error, Size: `${job.size.toLocaleString()} bytes`,
  };
  byId("job-facts").replaceChildren(...Object.entries(rows).filter(([, value]) => value !== null)
    .flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, String(value))]));
  setText(byId("job-body"), job.body ?? `base64: ${job.body_base64}`);
  await openDialog(byId("job"));
}
