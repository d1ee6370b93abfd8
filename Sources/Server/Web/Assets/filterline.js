// The filter line and its suggestions.

import { byId, element, setText } from "./dom.js";
import { isAtEnd } from "./place.js";
import { listLabels } from "./resources.js";

const line = byId("filter"), typingPause = 160;
/// Whoever stops for so long wants to know why nothing is found.
const faultPause = 1_500;
const plain = ["status:pending", "status:in_progress", "status:done", "due:today", "due:overdue", "due:none", "due<7d",
  "priority:1", "priority:1..2", "is:unassigned", "is:deleted", "created<7d", "updated<1d"];

export class FilterLine {
  #words = plain;
  #timer = null;
  /// While somebody types, the last word is not wrong yet.
  #typing = null;
  #fault = null;
  #q = "";

  /// `go(q)` is called while somebody types, after a moment of rest; `people()` names assignees.
  constructor(go, people) {
    this.people = people;
    line.addEventListener("input", () => {
      this.#suggest();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => go(line.value), typingPause);
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#settle(), faultPause);
    });
    line.addEventListener("blur", () => this.#settle());
    line.addEventListener("focus", () => this.#learn());
    line.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        clearTimeout(this.#timer);
        go(line.value);
        this.#settle();
      }
      if (event.key === "Escape" && !line.value) line.blur();
    });
  }

  focus() {
    line.focus();
    line.select();
  }

  /// A board of the past is shown whole: there is no filter over what was.
  show(q, fault, isPast) {
    if (document.activeElement !== line || isPast) line.value = isPast ? "" : q;
    line.disabled = isPast;
    line.title = isPast ? "The past is shown whole, without a filter." : "";
    [this.#q, this.#fault] = [q, fault];
    this.#showFault();
  }

  #settle() {
    clearTimeout(this.#typing);
    this.#typing = null;
    this.#showFault();
  }

  #showFault() {
    const isEarly = this.#typing !== null && this.#fault !== null && isAtEnd(this.#q, this.#fault);
    const said = isEarly ? "" : this.#fault ?? "";
    line.ariaInvalid = said ? "true" : null;
    setText(byId("filter-fault"), said);
  }

  async #learn() {
    try {
      const [{ items }, people] = await Promise.all([listLabels(), this.people()]);
      const quoted = (text) => (/[\s:]/.test(text) ? `"${text}"` : text);
      this.#words = [...plain, ...items.map(({ label }) => `label:${quoted(label)}`),
        ...people.map((name) => `assignee:${quoted(name)}`)];
    } catch { /* the plain ones will do */ }
    this.#suggest();
  }

  /// The last word is completed; a list of whole lines is what a browser can offer.
  #suggest() {
    const [, before, word] = /^(.*?)(-?\S*)$/.exec(line.value);
    const negated = word.startsWith("-") ? "-" : "";
    byId("filter-words").replaceChildren(...this.#words.map((each) => element("option", { value: before + negated + each })));
  }
}
