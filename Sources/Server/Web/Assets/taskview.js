// One task with everything about it: on its own page, and in the sheet over the board.

import { remove, restore, undo } from "./changes.js";
import { nodeName } from "./cluster.js";
import { Comments } from "./comments.js";
import { button, element, showText, toast } from "./dom.js";
import { showTime } from "./fields.js";
import { History } from "./history.js";
import { needs } from "./may.js";
import { listTasks, readTask } from "./resources.js";
import { cluster } from "./shell.js";
import { TaskForm } from "./taskform.js";

export class TaskView {
  /// `closed` is called where there is nothing more to show.
  constructor(root, { tasks, boards }, id, closed) {
    const nameOf = (node) => nodeName(cluster.info, node);
    Object.assign(this, { root, tasks, boards, id, closed, nameOf });
    this.form = new TaskForm(tasks, boards, () => this.history.load());
    this.comments = new Comments(id);
    this.history = new History(id, boards, nameOf, {
      board: () => this.tasks.get(id)?.board ?? 1,
      undo: async (step) => this.#show(await undo(tasks, id, step)),
      restore: async (index) => this.#show(await restore(tasks, this.tasks.get(id), index)),
    });
    this.note = element("p", { class: "notice", role: "status", hidden: true });
    this.gone = element("div", { class: "notice gone", hidden: true }, element("p", {}, "This task was deleted. Its history is kept."),
      needs("tasks", button("primary", async () => this.#show(await restore(tasks, this.tasks.get(id))), "Restore it")));
    this.facts = element("p", { class: "hint" });
    this.trash = needs("tasks", button("quiet", () => this.#remove(), "Delete"));
    this.form.aside.append(element("footer", {}, this.facts, this.trash));
    this.whole = element("div", { class: "task" },
      element("div", { class: "task-main" }, this.note, this.gone, this.form.root, this.comments.root, this.history.root), this.form.aside);
    // What the page came with stays until it is known what takes its place.
    if (!root.querySelector("[data-early]")) this.appear();
  }

  get isDirty() { return this.form.isDirty || this.comments.isDirty; }

  async load() {
    try {
      const { stale, at, ...task } = await this.#read();
      showText(this.note, stale ? "No quorum: this is this node’s own copy, and may be behind." : null);
      this.tasks.merge(task);
      this.#hide(false);
      this.update(task);
      this.appear();
      await Promise.all([this.comments.load(), this.history.load()]);
    } catch (problem) {
      showText(this.note, problem.status === 404 ? `There is no task ${this.id}.` : `The task could not be read. ${problem.message}`);
      this.#hide(problem.status === 404);
      if (problem.status === 404) this.appear();
      else if (!this.whole.isConnected) this.root.prepend(this.note);
    }
  }

  /// Of what never was, there is nothing to say.
  #hide(isNone) {
    for (const part of [this.form.root, this.form.aside, this.comments.root, this.history.root]) part.hidden = isNone;
  }

  appear() {
    if (this.whole.isConnected) return;
    this.whole.firstChild.prepend(this.note);
    this.root.replaceChildren(this.whole);
  }

  /// A deleted task is only found by asking for deleted ones.
  async #read() {
    try {
      return await readTask(this.id);
    } catch (problem) {
      if (problem.status !== 404) throw problem;
      const { items: [found], stale } = await listTasks({ q: `id:${this.id} is:deleted` });
      if (!found) throw problem;
      return { ...found, stale };
    }
  }

  #show(task) {
    if (!task) return;
    this.update(task);
    this.history.load();
  }

  /// What the stream or an answer brought.
  update(task) {
    const isDeleted = Boolean(task.deleted_at);
    this.gone.hidden = !isDeleted;
    this.trash.hidden = isDeleted;
    this.form.lock(isDeleted);
    this.comments.lock(isDeleted);
    // That it is gone has just been said; there is no other version to be shown.
    if (!task.deleted_at || !this.form.isDirty) this.form.show(task);
    showText(this.facts, `Task ${task.id}, version ${task.version}. Created ${showTime(task.created)}`
      + `${task.author ? ` by ${task.author}` : ""} through ${this.nameOf(task.created_by)}.`);
  }

  changed(task) {
    this.update(task);
    this.history.load();
  }

  commented() {
    this.comments.load();
    this.history.load();
  }

  async #remove() {
    if (this.form.isBusy) return toast("A change is still on its way.");
    if (!await remove(this.tasks, this.id)) return;
    // What is typed stays in sight, until it is left or the task is back.
    if (this.isDirty) this.#show(this.tasks.get(this.id));
    else this.closed();
  }
}
