// The views that were saved: each a whole place in one text of the filter language (place.js), for
// everybody or for oneself.

import { asked, byId, confirmed, element, icon, toast } from "./dom.js";
import { needs, signedIn } from "./may.js";
import { placeOf, placeURL, readPlace, viewOf } from "./place.js";
import { deleteView, listViews, saveView, updateView } from "./resources.js";

const nav = byId("views");
const act = (label, onclick) => needs("tasks", element("button", { type: "button", class: "link", onclick }, label));

export class SavedViews {
  #views = [];
  #loads = 0;
  #shown = null;

  /// `place()` is where somebody is, `go(place)` leads elsewhere.
  constructor(place, go) {
    this.place = place;
    nav.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      go(readPlace(link.search));
    });
  }

  async load() {
    ({ items: this.#views } = await listViews());
    this.#loads += 1;
    this.show();
  }

  /// Only when something of it is different: whoever has come to a view with Tab stays there.
  show() {
    const place = this.place(), shown = `${this.#loads} ${placeURL(place)}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const here = place.asOf === null ? viewOf(place) : null;
    const current = this.#views.find(({ query }) => query === here)
      ?? this.#views.find(({ query }) => viewOf(placeOf(query, place)) === here);
    // A board as it stands needs no name of its own.
    const isWorth = here !== null && Boolean(place.q.trim() || place.view === "list" && place.sort);
    const hadFocus = nav.contains(document.activeElement);
    nav.hidden = this.#views.length === 0 && !isWorth;
    nav.replaceChildren(
      link("All", { ...place, q: "" }, !current && !place.q.trim()),
      ...this.#views.map((view) => link(view.name, placeOf(view.query, place), view === current, view.owner !== null)),
      isWorth && current?.query !== here ? act("Save this view", () => this.#save(here)) : "",
      current ? act("Remove this view", () => this.#remove(current)) : "");
    if (hadFocus) (nav.querySelector("[aria-current]") ?? byId("filter")).focus();
  }

  async #save(query) {
    const box = element("input", { type: "checkbox" });
    const more = signedIn() && element("label", { class: "inline" }, box, "Only I see it");
    const name = await asked("Save this view as", { note: query, more });
    if (name) await this.#keep({ name, query, ...(box.checked ? { private: true } : {}) });
  }

  /// Two of one name could not be told apart: the old one leads here from now on, or another name is chosen.
  async #keep(view) {
    const old = this.#views.find(({ name }) => name === view.name);
    const whose = old?.owner === null ? "everybody’s" : "your own";
    if (old && (old.owner === null) !== !view.private) {
      return toast(`There is a view “${view.name}” already, ${whose}. Choose another name.`, "bad");
    }
    if (old && !await confirmed(`Replace “${view.name}”?`, `There is a view of this name, ${whose}. It will lead here.`, "Replace")) return;
    await this.#attempt(() => (old ? updateView(old, { query: view.query }) : saveView(view)));
  }

  async #remove(view) {
    const whose = view.owner === null ? "It is gone for everybody who sees it." : "Only you see it.";
    if (await confirmed(`Remove “${view.name}”?`, `${whose} The tasks stay.`, "Remove")) await this.#attempt(() => deleteView(view));
  }

  async #attempt(action) {
    try {
      await action();
      await this.load();
    } catch (problem) {
      toast(problem.message, "bad");
      // Somebody else may have changed it.
      if (problem.status === 404 || problem.status === 412) await this.load().catch(() => {});
    }
  }
}

function link(name, place, isCurrent, isOwn = false) {
  return element("a", { href: placeURL(place), "aria-current": isCurrent ? "true" : null },
    name, isOwn && icon("person"), isOwn && element("span", { class: "unseen" }, " (only yours)"));
}
