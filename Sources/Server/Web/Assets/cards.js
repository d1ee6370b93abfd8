// Lists of cards that follow what is known: few elements move, and never too many at a time.

/// Making a card takes about a tenth of a millisecond; a frame has sixteen.
const madePerFrame = 100;

export class Cards {
  #cards = new Map();
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
    return lists.map((list) => this.#fill(list)).every(Boolean);
  }

  item(key) { return this.#cards.get(key)?.item; }

  /// Moves as little as possible: an element left in place keeps its focus.
  #fill({ parent, views, placeOf }) {
    const focused = document.activeElement;
    let next = parent.firstElementChild, isComplete = true;
    for (const view of views) {
      const card = this.#card(view);
      if (!card) {
        isComplete = false;
        continue;
      }
      if (card.item === next) next = next.nextElementSibling;
      else {
        const hadFocus = card.item.contains(focused);
        parent.insertBefore(card.item, next);
        if (hadFocus) focused.focus();
      }
      card.fill(view, placeOf?.(view));
    }
    return isComplete;
  }

  #card(view) {
    const known = this.#cards.get(view.key);
    if (known || this.#budget === 0) return known;
    this.#budget -= 1;
    const made = this.make(view);
    this.#cards.set(view.key, made);
    return made;
  }
}

/// A card that goes away under the keyboard hands focus to its neighbour, not to the page.
function passFocus(item) {
  if (!item.contains(document.activeElement)) return;
  const neighbour = item.nextElementSibling ?? item.previousElementSibling;
  (neighbour?.querySelector("a.title") ?? document.getElementById("main")).focus();
}
