// Several cards chosen, to be changed together: by Ctrl or Shift and a click, by a key, by the menu.

import { announce } from "./dom.js";

export class Selection {
  #chosen = new Set();
  /// The elements that say so; the board and the list have their own.
  #marked = new Set();
  #last = null;

  /// `changed` is called when other cards are chosen than before.
  constructor(tasks, changed) { Object.assign(this, { tasks, changed }); }

  get ids() { return [...this.#chosen]; }
  get size() { return this.#chosen.size; }
  has(id) { return this.#chosen.has(id); }

  toggle(id) {
    if (this.tasks.place.asOf !== null) return;
    const isIn = !this.#chosen.delete(id);
    if (isIn) this.#chosen.add(id);
    this.#last = id;
    this.#say(`${this.tasks.shown(id).title}: ${isIn ? "chosen" : "not chosen"}`);
  }

  /// All between the card that was chosen last and this one, as they stand in their list.
  extendTo(item) {
    const cards = [...item.parentElement.children], keys = cards.map(({ dataset }) => Number(dataset.key));
    const from = keys.indexOf(this.#last), to = cards.indexOf(item);
    if (from < 0) return this.toggle(keys[to]);
    if (this.tasks.place.asOf !== null) return;
    for (const key of keys.slice(Math.min(from, to), Math.max(from, to) + 1)) if (key) this.#chosen.add(key);
    this.#say("Chosen");
  }

  clear() {
    this.#chosen.clear();
    this.#say("Nothing chosen");
  }

  #say(text) {
    announce(this.size ? `${text}, ${this.size} in all` : text);
    this.changed();
  }

  /// Marks the elements; `item(id)` finds one. What is shown no longer is not chosen any more.
  render(item) {
    const before = this.size;
    for (const id of this.#chosen) if (!this.tasks.holds(id)) this.#chosen.delete(id);
    const wanted = new Set(this.ids.map(item).filter(Boolean));
    for (const each of this.#marked) if (!wanted.has(each)) mark(each, false);
    for (const each of wanted) if (!this.#marked.has(each)) mark(each, true);
    this.#marked = wanted;
    if (this.size !== before) this.changed();
  }
}

function mark(item, isChosen) {
  item.toggleAttribute("data-chosen", isChosen);
  item.querySelector("a.title").ariaDescription = isChosen ? "chosen" : null;
}
