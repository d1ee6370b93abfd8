// The labels of a task as removable tokens. A label may hold a comma, so a plain text field
// could not give back what it was given.

import { element, icon } from "./dom.js";

export class LabelsField {
    #labels = [];

    constructor(list, input, changed) {
        Object.assign(this, { list, input, changed });
        input.addEventListener("keydown", (event) => this.#pressed(event));
        input.addEventListener("blur", () => this.#take());
    }

    get value() {
        const typed = this.input.value.trim();
        return typed && !this.#labels.includes(typed) ? [...this.#labels, typed] : [...this.#labels];
    }

    set value(labels) {
        this.#labels = [...labels];
        this.input.value = "";
        this.#render();
    }

    #pressed(event) {
        const typed = this.input.value.trim();
        if (typed && (event.key === "Enter" || event.key === ",") && !event.isComposing) {
            event.preventDefault();
            this.#take();
        } else if (event.key === "Backspace" && this.input.value === "" && this.#labels.length) {
            this.#labels.pop();
            this.#render();
        }
    }

    #take() {
        this.value = this.value;
    }

    #render() {
        this.list.replaceChildren(...this.#labels.map((label) => element("li", { class: "label" }, label,
            element("button", {
                type: "button", "aria-label": `Remove label ${label}`,
                onclick: () => {
                    this.value = this.#labels.filter((other) => other !== label);
                    this.input.focus();
                },
            }, icon("close")))));
        this.changed();
    }
}
