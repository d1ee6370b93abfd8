// The dialog that edits a task or writes a new one. It closes when the cluster has the change,
// so whatever happens, what was typed is still there.

import { saveChange } from "./changes.js";
import { byId, confirmed, element, setText, showText, toast } from "./dom.js";
import { blank, difference, editable, faults, names, priorities, showTime, statuses } from "./fields.js";
import { LabelsField } from "./labels.js";
import { waitingText } from "./row.js";

export class Editor {
    #base = null;
    #started = blank;
    #added = null;
    #saving = null;

    constructor(tasks, outbox, nodeName) {
        Object.assign(this, { tasks, outbox, nodeName });
        this.dialog = byId("editor");
        this.form = this.dialog.querySelector("form");
        this.notice = this.dialog.querySelector(".notice");
        this.labels = new LabelsField(byId("label-list"), byId("label-input"), () => {});
        const { status, priority } = this.form.elements;
        status.append(...Object.entries(statuses).map(([value, name]) => element("option", { value }, name)));
        priority.append(...priorities.map((name, value) => element("option", { value }, name)));
        this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#save(); });
        for (const button of this.form.querySelectorAll("[data-close]")) {
            button.addEventListener("click", () => this.#close());
        }
        this.dialog.addEventListener("cancel", (event) => {
            if (event.target !== this.dialog) return;
            event.preventDefault();
            this.#close();
        });
        tasks.subscribe(() => this.#watch());
    }

    get isDirty() { return this.dialog.open && Object.keys(this.#patch()).length > 0; }

    edit(task) {
        this.#open(task, task);
        setText(byId("editor-heading"), "Edit task");
        setText(byId("editor-save"), "Save");
        setText(byId("editor-origin"), `Version ${task.version} · created ${showTime(task.created)} `
            + `through ${this.nodeName(task.created_by)}${task.author ? ` · by ${task.author}` : ""}`);
    }

    /// `added` runs once the new task is on its way.
    create(preset, added = () => {}) {
        this.#open(null, { ...blank, ...preset });
        this.#added = added;
        setText(byId("editor-heading"), "New task");
        setText(byId("editor-save"), "Add task");
        setText(byId("editor-origin"), "");
    }

    #open(base, values) {
        this.#base = base;
        this.#started = base ?? blank;
        const { elements } = this.form;
        for (const field of editable) {
            if (field !== "labels") elements[field].value = values[field] ?? "";
        }
        this.labels.value = values.labels;
        this.#showFaults({});
        showText(this.notice, null);
        this.dialog.showModal();
        elements.title.focus();
    }

    #values() {
        const { elements } = this.form;
        const text = (field) => elements[field].value.trim() || null;
        return {
            title: text("title") ?? "",
            description: elements.description.value,
            status: elements.status.value,
            priority: Number(elements.priority.value),
            due: text("due"),
            assignee: text("assignee"),
            labels: this.labels.value,
        };
    }

    #patch() { return difference(this.#started, this.#values()); }

    async #save() {
        if (this.#saving) return;
        const found = faults(this.#values());
        if (this.form.elements.due.validity.badInput) found.due = "This is not a complete date.";
        this.#showFaults(found);
        if (Object.keys(found).length) return;
        if (!this.#base) {
            this.outbox.add({ title: this.#values().title, ...this.#patch() });
            this.dialog.close();
            this.#added();
            return;
        }
        const patch = this.#patch();
        if (Object.keys(patch).length === 0) return this.dialog.close();
        await this.#saveChange(patch);
    }

    async #saveChange(patch) {
        this.#saving = new AbortController();
        byId("editor-save").setAttribute("aria-disabled", "true");
        showText(this.notice, null);
        try {
            const saved = await saveChange(this.tasks, this.#base, patch, {
                signal: this.#saving.signal,
                waiting: (problem) => showText(this.notice,
                    `${waitingText("Saving", problem)} What you typed is kept. Cancel stops trying.`),
            });
            showText(this.notice, null);
            if (saved) {
                this.dialog.close();
                toast(`“${saved.title}” was saved.`);
            }
        } catch (problem) {
            this.#refused(problem);
        } finally {
            this.#saving = null;
            byId("editor-save").removeAttribute("aria-disabled");
            this.#watch();
        }
    }

    #refused(problem) {
        if (problem.status === 404) {
            this.tasks.deleted({ ...this.#base, version: this.#base.version + 1 });
            return;
        }
        const byField = {};
        for (const { pointer, detail } of problem.errors) byField[(pointer ?? "").split("/")[1]] = detail;
        this.#showFaults(byField);
        showText(this.notice, !problem.isCancelled ? `Not saved. ${problem.message}`
            : problem.wasUncertain ? "Stopped. It may have been saved all the same."
                : "Stopped. Nothing was saved.");
    }

    /// Tells at once what would otherwise be a surprise at saving.
    #watch() {
        if (!this.dialog.open || !this.#base || this.#saving) return;
        const now = this.tasks.get(this.#base.id);
        if (now?.deleted_at) {
            this.#base = null;
            this.#started = blank;
            this.#added = () => {};
            setText(byId("editor-save"), "Add as a new task");
            showText(this.notice, "Somebody deleted this task. What you see can be added as a new one.");
        } else if (now && now.version > this.#base.version && this.notice.hidden) {
            showText(this.notice, `${now.author ?? "Somebody"} has changed this task meanwhile. `
                + "Saving will show you both versions.");
        }
    }

    async #close() {
        if (this.#saving) return this.#saving.abort();
        if (this.isDirty && !await confirmed({
            heading: "Discard what you typed?", text: "It has not been saved.", action: "Discard",
        })) return;
        this.dialog.close();
    }

    #showFaults(found) {
        for (const field of editable) {
            const shown = byId(`fault-${field}`);
            if (shown) setText(shown, found[field] ?? "");
            const input = field === "labels" ? byId("label-input") : this.form.elements[field];
            if (found[field]) input.setAttribute("aria-invalid", "true");
            else input.removeAttribute("aria-invalid");
        }
        this.form.querySelector("[aria-invalid]")?.focus();
    }
}
