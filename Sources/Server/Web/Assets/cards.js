// Lists of cards that follow what is known: few elements move, and never too many at a time.

/// Making a card takes about a tenth of a millisecond; a frame has sixteen.
const madePerFrame = 100;

export class Cards {
  #cards = new Map();
  /// The list that each element belongs into.
  #lists = new WeakMap();
  #budget = 0;

  /// `make(view)` gives the element and what fills it: { item, fill }.
  constructor(make) { this.make = make; }

  /// Returns false if there is more to make; then call it again in the next frame.
  render(lists) {
    this.#budget = madePerFrame;
    const wanted = new Set(lists.flatMap(({ views }) => views.map(({ key }) => key)));
    for (const [key, { item }] of this.#cards) {
      if (wanted.has(key)) continue;
      passFocus(item);
      item.remove();
      this.#cards.delete(key);
    }
    for (const { parent, views } of lists) {
      for (const { key } of views) if (this.#cards.has(key)) this.#lists.set(this.item(key), parent);
    }
    return lists.map((list) => this.#fill(list)).every(Boolean);
  }

  item(key) { return this.#cards.get(key)?.item; }

  /// Moves as little as possible: an element left in place keeps its focus, and the browser need
  /// not look at it. One that has to go elsewhere is stepped over instead of all others around it.
  #fill({ parent, views, placeOf }) {
    let next = parent.firstElementChild, isComplete = true;
    for (const view of views) {
      const card = this.#card(view, parent);
      if (!card) {
        isComplete = false;
        continue;
      }
      while (next && next !== card.item && this.#stepsAside(next, parent, card.item)) next = next.nextElementSibling;
      if (card.item === next) next = next.nextElementSibling;
      else place(card.item, parent, next);
      card.fill(view, placeOf?.(view));
    }
    return isComplete;
  }

  #stepsAside(item, parent, wanted) {
    return this.#lists.get(item) !== parent || item.nextElementSibling === wanted;
  }

  #card(view, parent) {
    const known = this.#cards.get(view.key);
    if (known || this.#budget === 0) return known;
    this.#budget -= 1;
    const made = this.make(view);
    this.#cards.set(view.key, made);
    this.#lists.set(made.item, parent);
    return made;
  }
}

/// Where the browser can move an element as a whole, it keeps its focus by itself.
function place(item, parent, next) {
  if (parent.moveBefore && item.isConnected) return parent.moveBefore(item, next);
  const focused = item.contains(document.activeElement) ? document.activeElement : null;
  parent.insertBefore(item, next);
  focused?.focus();
}

/// A card that goes away under the keyboard hands focus to its neighbour, not to the page.
function passFocus(item) {
  if (!item.contains(document.activeElement)) return;
  const neighbour = item.nextElementSibling ?? item.previousElementSibling;
  (neighbour?.querySelector("a.title") ?? document.getElementById("main")).focus();
}
