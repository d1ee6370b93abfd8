// The filter line, its suggestions, and the views that were saved from it.

import { asked, byId, confirmed, element, setText, toast } from "./dom.js";
import { deleteView, listLabels, listViews, saveView } from "./resources.js";
import { placeURL } from "./place.js";

const line = byId("filter"), typingPause = 160;
const plain = ["status:pending", "status:in_progress", "status:done", "due:today", "due:overdue", "due:none", "due<7d",
  "priority:1", "priority:1..2", "is:unassigned", "is:deleted", "created<7d", "updated<1d"];

export class FilterLine {
  #views = [];
  #words = plain;
  #timer = null;

  /// `go(q)` is called while somebody types, after a moment of rest; `people()` names assignees.
  constructor(go, place, people) {
    Object.assign(this, { go, place, people });
    line.addEventListener("input", () => {
      this.#suggest();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => go(line.value), typingPause);
    });
    line.addEventListener("focus", () => this.#learn());
    line.addEventListener("keydown", (event) => {
      if (event.key === "Enter") go(line.value);
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
    line.ariaInvalid = fault ? "true" : null;
    setText(byId("filter-fault"), fault ?? "");
    this.#showViews();
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

  async loadViews() {
    ({ items: this.#views } = await listViews());
    this.#showViews();
  }

  get views() { return this.#views; }

  #showViews() {
    const place = this.place(), q = place.q.trim();
    const current = this.#views.find((view) => view.query === q);
    const link = (label, query) => element("a", {
      href: placeURL({ ...place, q: query }), "aria-current": query === q ? "true" : null, "data-q": query,
    }, label);
    const nav = byId("views"), keptFocus = nav.contains(document.activeElement);
    nav.hidden = this.#views.length === 0 && !q;
    nav.replaceChildren(link("All", ""), ...this.#views.map((view) => link(view.name, view.query)),
      q && !current ? element("button", { type: "button", class: "link", onclick: () => this.#save(q) }, "Save this view") : "",
      current ? element("button", { type: "button", class: "link", onclick: () => this.#delete(current) }, "Remove this view") : "");
    if (keptFocus) line.focus();
  }

  async #save(query) {
    const name = await asked("Save this view as", { note: query });
    if (name) await this.#attempt(() => saveView({ name, query }));
  }

  async #delete(view) {
    const isSure = await confirmed(`Remove “${view.name}”?`, "It is gone for everybody who sees it. The tasks stay.", "Remove");
    if (isSure) await this.#attempt(() => deleteView(view));
  }

  async #attempt(action) {
    try {
      await action();
      await this.loadViews();
    } catch (problem) {
      toast(problem.message, "bad");
    }
  }
}
