// A whole board as it was at a place in the log: a slider over all its entries.

import { byId } from "./dom.js";
import { cluster } from "./shell.js";

const range = byId("as-of-range"), number = byId("as-of-index"), pause = 120;
let timer = null;

/// `go(index)` shows the board at an index, or the present where it is null.
export function wireAsOf(go) {
  const later = (value) => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (value >= 1) go(value); }, pause);
  };
  range.addEventListener("input", () => {
    number.value = range.value;
    later(Number(range.value));
  });
  number.addEventListener("input", () => later(Number(number.value)));
  byId("as-of").addEventListener("submit", (event) => event.preventDefault());
  byId("as-of-end").addEventListener("click", () => go(null));
}

export function showAsOf(index) {
  byId("as-of").hidden = index === null;
  if (index === null) return;
  range.max = newestIndex() ?? index;
  if (document.activeElement !== range) range.value = index;
  if (document.activeElement !== number) number.value = index;
}

/// What this node has applied.
export const newestIndex = () => cluster.info?.nodes.find(({ id }) => id === cluster.info.node)?.applied;
