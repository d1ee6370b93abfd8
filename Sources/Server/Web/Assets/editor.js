// Edits a task. The dialog closes only when the cluster has the change, so nothing typed is lost.

import { refused, saveChange } from "./changes.js";
import { byId, confirmed, element, setText, showText, toast } from "./dom.js";
import { difference, editable, priorities, showTime, statuses, titleFault } from "./fields.js";
import { waitingText } from "./row.js";

const asIs = (text) => text;
const parse = {
  title: (text) => text.trim(), description: asIs, status: asIs, priority: Number,
  due: (text) => text || null, assignee: (text) => text.trim() || null,
  labels: (text) => text.split(",").map((label) => label.trim()).filter(Boolean),
};

export class Editor {
  #base;
  #opened;
  #saving = false;

  constructor(tasks, nameOf) {
    Object.assign(this, { tasks, nameOf, dialog: byId("editor"), form: byId("editor-form") });
    const { status, priority } = this.form.elements;
    status.append(...Object.entries(statuses).map(([value, name]) => element("option", { value }, name)));
    priority.append(...priorities.map((name, value) => element("option", { value }, name)));
    for (const field of editable) {
      const input = this.form.elements[field], id = `fault-${field}`;
      input.setAttribute("aria-describedby", id);
      input.closest("label").after(element("p", { class: "fault", id }));
    }
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#save(); });
    this.dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.#close(); });
    for (const button of this.form.querySelectorAll("[type=button]")) {
      button.addEventListener("click", () => this.#close());
    }
  }

  get isDirty() { return this.dialog.open && Object.keys(this.#patch()).length > 0; }

  open(task) {
    this.#base = task;
    const { elements } = this.form;
    for (const field of editable) elements[field].value = task[field] ?? "";
    elements.labels.value = task.labels.join(", ");
    this.#opened = this.#typed();
    setText(byId("editor-origin"),
      `Version ${task.version}, created ${showTime(task.created)} through ${this.nameOf(task.created_by)}`);
    this.#showFaults({});
    this.#notice(null);
    this.dialog.showModal();
  }

  #typed() { return Object.fromEntries(editable.map((field) => [field, this.form.elements[field].value])); }

  /// Only what was touched: a control may not give back quite what it was given.
  #patch() {
    const typed = Object.entries(this.#typed()).filter(([field, value]) => value !== this.#opened[field]);
    const parsed = typed.map(([field, value]) => [field, parse[field](value)]);
    return difference(this.#base, { ...this.#base, ...Object.fromEntries(parsed) });
  }

  async #save() {
    if (this.#saving) return;
    const patch = this.#patch();
    const { due } = this.form.elements;
    const faults = {
      title: titleFault(patch.title ?? this.#base.title),
      due: due.validity.badInput ? "This is not a complete date." : "",
    };
    this.#showFaults(faults);
    if (faults.title || faults.due) return;
    this.#saving = true;
    this.#notice(null);
    try {
      const saved = await saveChange(this.tasks, this.#base, patch, (problem) =>
        this.#notice(`${waitingText("Saving", problem)} What you typed is kept; Cancel stops trying.`));
      if (saved) {
        this.dialog.close();
        toast(`“${saved.title}” is saved.`);
      } else this.#notice(null);
    } catch (problem) {
      const named = problem.errors.map(({ pointer, detail }) => [pointer?.split("/")[1], detail]);
      this.#showFaults(Object.fromEntries(named));
      this.#notice(refused(this.tasks, this.#base, problem));
    } finally {
      this.#saving = false;
    }
  }

  async #close() {
    if (this.#saving) return this.tasks.draft(this.#base.id)?.cancel();
    if (this.isDirty && !await confirmed("Discard what you typed?", "It has not been saved.", "Discard")) return;
    this.dialog.close();
  }

  #notice(text) { showText(byId("editor-notice"), text); }

  #showFaults(faults) {
    for (const field of editable) {
      setText(byId(`fault-${field}`), faults[field] ?? "");
      this.form.elements[field].ariaInvalid = faults[field] ? "true" : null;
    }
    this.form.querySelector("[aria-invalid=true]")?.focus();
  }
}
