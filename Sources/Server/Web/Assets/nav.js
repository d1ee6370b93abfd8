// Arrow keys among cards. One card of each list is in the tab order; from there the arrows lead on,
// so that nobody has to tab through a thousand of them.

const listsOf = (root) => [...root.querySelectorAll("[data-list]")];
const cardsOf = (list) => [...list.children].filter((child) => child.dataset.key);
const linkOf = (card) => card?.querySelector("a.title");

/// `keys(name, card, event)` is offered every other key on a card; `step(card, direction)` those
/// with Shift and an arrow.
export function makeNavigable(root, { step = () => {}, keys = () => {} }) {
  root.addEventListener("focusin", ({ target }) => {
    const card = target.closest("[data-key]");
    if (card) enter(card);
  });

  root.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-key]");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOnCard = event.target.closest("a.title");
    const direction = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" }[event.key];
    if (direction && event.shiftKey) step(card, direction);
    else if (direction) focusCard(neighbour(card, direction));
    else if (event.key === "Home" || event.key === "End") focusCard(cardsOf(card.parentElement).at(event.key === "Home" ? 0 : -1));
    else if (!isOnCard || !keys(event.key, card, event)) return;
    event.preventDefault();
  });

  function neighbour(card, direction) {
    if (direction === "up") return card.previousElementSibling;
    if (direction === "down") return card.nextElementSibling;
    const lists = listsOf(root), from = lists.indexOf(card.parentElement);
    const others = direction === "left" ? lists.slice(0, from).reverse() : lists.slice(from + 1);
    const list = others.find((each) => cardsOf(each).length);
    if (!list) return null;
    const at = cardsOf(card.parentElement).indexOf(card), cards = cardsOf(list);
    return cards[Math.min(at, cards.length - 1)];
  }
}

/// Makes the card the one of its list that Tab finds.
function enter(card) {
  for (const other of card.parentElement.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
  for (const part of card.querySelectorAll("a.title, button")) part.tabIndex = 0;
}

/// Lists whose card of the tab order went away, or never had one, get their first.
export function keepReachable(root) {
  for (const list of listsOf(root)) {
    if (list.querySelector("a.title[tabindex='0']")) continue;
    const first = list.querySelector("[data-key]");
    if (first) enter(first);
  }
}

export function focusCard(card) {
  linkOf(card)?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
