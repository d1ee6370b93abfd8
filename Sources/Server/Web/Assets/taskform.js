// The fields of one task. What is typed stays until the cluster has it, through a reload too.

import { sentence, settings } from "./api.js";
import { refused, saveChange } from "./changes.js";
import { waitingText } from "./card.js";
import { button, element, setText, showProblem, showText, toast } from "./dom.js";
import { difference, editable, priorities, titleFault } from "./fields.js";
import { renderMarkdown } from "./markdown.js";
import { may, needs } from "./may.js";
import { names as people, spelled } from "./people.js";
import { keepTyped, keptTyped } from "./typed.js";

const labelled = (name, control) => element("label", {}, element("span", {}, name), control);
/// Whether the style sheet alone makes a field as high as its text.
const fitsItself = CSS.supports("field-sizing", "content");
const parse = {
  title: (text) => text.trim(), description: (text) => text, board: Number, column: (text) => text, priority: Number,
  due: (text) => text || null, assignee: (text) => spelled(text.trim()) || null,
  labels: (text) => text.split(",").map((label) => label.trim()).filter(Boolean),
};

export class TaskForm {
  #base = null;
  #opened = {};
  #saving = false;
  #isDeleted = false;

  /// `saved` is called when the cluster has a change.
  constructor(tasks, boards, saved) {
    Object.assign(this, { tasks, boards, saved });
    this.fields = {
      title: element("textarea", { class: "task-title", rows: "1", "aria-label": "Title" }),
      description: element("textarea", { rows: "8", "aria-label": "Description, in Markdown" }),
      board: element("select"), column: element("select"),
      priority: element("select", {}, ...priorities.map((name, value) => element("option", { value }, name))),
      due: element("input", { type: "date", max: "9999-12-31" }),
      assignee: element("input", { list: "people", autocomplete: "off", onfocus: () => this.#offerPeople() }), labels: element("input", { placeholder: "home, travel" }),
    };
    const { title, description, ...side } = this.fields;
    const names = { board: "Board", column: "Column", priority: "Priority", due: "Due", assignee: "Assignee", labels: "Labels" };
    this.faults = Object.fromEntries(editable.map((field) => [field, element("p", { class: "fault", role: "alert" })]));
    this.shownText = element("div", { class: "description" });
    this.edit = needs("tasks", button("quiet", () => this.#editText(), "Edit"));
    this.notice = element("p", { class: "notice", role: "alert", hidden: true });
    this.bar = element("div", { class: "save-bar", hidden: true }, element("span", { class: "hint" }, "Not saved yet"),
      button("quiet", () => this.#discard(), "Discard"), button("primary", () => this.#save(), "Save"));
    this.root = element("form", { class: "task-form", novalidate: true }, title, this.faults.title, this.notice,
      element("header", {}, element("h2", {}, "Description"), this.edit), this.shownText, description, this.faults.description, this.bar);
    this.aside = element("aside", { class: "task-side", "aria-label": "Fields" },
      this.people = element("datalist", { id: "people" }),
      ...Object.entries(side).flatMap(([field, control]) => [labelled(names[field], control), this.faults[field]]));
    for (const part of [this.root, this.aside]) this.#listen(part);
    settings.ready.then(() => this.#lock());
    this.#lock();
  }

  /// A task that is deleted is read until it is restored; what is typed waits.
  lock(isDeleted) {
    if (isDeleted === this.#isDeleted) return;
    this.#isDeleted = isDeleted;
    this.#lock();
    this.#fit();
  }

  /// Whoever may not change a task reads it; and before it is known there is nothing to change.
  #lock() {
    const isLocked = this.#base === null || !may("tasks") || this.#isDeleted;
    this.edit.disabled = isLocked;
    for (const field of Object.values(this.fields)) field[field.matches("select") ? "disabled" : "readOnly"] = isLocked;
  }

  get isDirty() { return this.#base !== null && Object.keys(this.#patch()).length > 0; }
  get isBusy() { return this.#saving; }

  #listen(part) {
    part.addEventListener("input", ({ target }) => this.#touched(target));
    part.addEventListener("submit", (event) => { event.preventDefault(); this.#save(); });
    part.addEventListener("keydown", (event) => {
      const isSave = event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target.matches("input, .task-title"));
      if (!isSave || event.isComposing) return;
      event.preventDefault();
      this.#save();
    });
  }

  /// Shows a version; what somebody has typed over an older one is not touched.
  show(task) {
    if (this.#base && task.version <= this.#base.version && (task.version !== 1 || this.#isShown(task))) return;
    if (this.#saving) return;
    if (this.isDirty) return this.#showBeneath(task);
    this.#fill(task);
    this.#restoreTyped();
  }

  /// Deleted and restored, or put elsewhere in its column: nothing of what is typed over is another.
  #showBeneath(task) {
    const isSame = Object.keys(difference(this.#base, task)).length === 0;
    this.#say(isSame ? null : "Somebody has just changed this task. When you save, you will see both versions.");
    if (!isSame) return;
    this.#base = task;
    this.#keepTyped();
  }

  /// A first version may have been shown before its column had a name.
  #isShown(task) {
    return !Object.keys(difference(this.#base, task)).length && this.fields.column.value === (this.boards.columnOf(task)?.key ?? "");
  }

  #fill(task) {
    this.#base = task;
    this.fields.board.replaceChildren(...this.boards.all.map(({ id, name }) => element("option", { value: id }, name)));
    this.fields.board.parentElement.hidden = this.boards.all.length < 2;
    this.#offerColumns(task.board);
    for (const field of editable) this.fields[field].value = task[field] ?? "";
    this.fields.column.value = this.boards.columnOf(task)?.key ?? "";
    this.fields.labels.value = task.labels.join(", ");
    this.#opened = this.#typed();
    this.#lock();
    this.#readText();
    this.#say(null);
    this.#fit();
  }

  #offerColumns(board) {
    const columns = this.boards.get(Number(board))?.columns ?? [];
    this.fields.column.replaceChildren(...columns.map(({ key, name }) => element("option", { value: key }, name)));
  }

  async #offerPeople() {
    this.people.replaceChildren(...(await people(this.tasks)).map((value) => element("option", { value })));
  }

  #typed() { return Object.fromEntries(editable.map((field) => [field, this.fields[field].value])); }

  /// Only what was touched: a control may not give back quite what it was given.
  #patch() {
    const typed = Object.entries(this.#typed()).filter(([field, value]) => value !== this.#opened[field]);
    const parsed = Object.fromEntries(typed.map(([field, value]) => [field, parse[field](value)]));
    const base = { ...this.#base, column: this.#opened.column };
    return difference(base, { ...base, ...parsed });
  }

  #touched(control) {
    if (control === this.fields.board) this.#offerColumns(control.value);
    this.#fit();
    this.#keepTyped();
  }

  #fit() {
    if (!fitsItself) {
      const { title } = this.fields;
      title.style.height = "auto";
      title.style.height = `${title.scrollHeight}px`;
    }
    this.bar.hidden = !this.isDirty || this.#isDeleted;
  }

  #editText() {
    this.shownText.hidden = this.edit.hidden = true;
    this.fields.description.hidden = false;
    this.fields.description.focus();
  }

  #readText() {
    const text = this.fields.description.value;
    this.shownText.replaceChildren(text ? renderMarkdown(text) : element("p", { class: "hint" }, "None yet."));
    this.shownText.hidden = this.edit.hidden = false;
    this.fields.description.hidden = true;
  }

  #discard() {
    if (this.#saving) return this.tasks.draft(this.#base.id)?.cancel();
    keepTyped(this.#base.id, null);
    this.#fill(this.tasks.get(this.#base.id) ?? this.#base);
  }

  async #save() {
    const patch = this.#patch(), { due } = this.fields;
    if (this.#saving || this.#isDeleted || !Object.keys(patch).length) return;
    const faults = {
      title: titleFault(patch.title ?? this.#base.title),
      due: due.validity.badInput ? "This is not a complete date." : "",
    };
    this.#showFaults(faults);
    if (faults.title || faults.due) return;
    this.#saving = true;
    this.#say(null);
    try {
      const saved = await saveChange(this.tasks, this.boards, this.#base, patch, (problem) =>
        this.#say(`${waitingText("Saving", problem)} What you typed is kept; Discard stops trying.`));
      if (saved) this.#took(saved);
    } catch (problem) {
      const named = problem.errors.map(({ pointer, detail }) => [pointer?.split("/")[1], sentence(detail)]);
      this.#showFaults(Object.fromEntries(named));
      showProblem(this.notice, problem, refused(this.tasks, this.#base, problem));
    } finally {
      this.#saving = false;
    }
  }

  #took({ at, ...saved }) {
    keepTyped(this.#base.id, null);
    this.#fill(saved);
    toast(`“${saved.title}” is saved.`);
    this.saved(saved);
  }

  #say(text) { showText(this.notice, text); }

  #showFaults(faults) {
    for (const field of editable) {
      setText(this.faults[field], faults[field] ?? "");
      this.fields[field].ariaInvalid = faults[field] ? "true" : null;
    }
    editable.map((field) => this.fields[field]).find((control) => control.ariaInvalid)?.focus();
  }

  #keepTyped() {
    keepTyped(this.#base.id, this.isDirty ? { base: this.#base, typed: this.#typed() } : null);
  }

  #restoreTyped() {
    const kept = keptTyped(this.#base.id);
    if (!kept) return;
    this.#fill(kept.base);
    for (const field of editable) this.fields[field].value = kept.typed[field];
    if (kept.typed.description !== this.#opened.description) this.#editText();
    this.#touched(this.fields.title);
  }
}
