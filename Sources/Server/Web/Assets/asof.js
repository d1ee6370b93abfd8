// A whole board as it was at a place in the log: a slider over all its entries.

import { byId } from "./dom.js";
import { cluster } from "./shell.js";

const form = byId("as-of"), range = byId("as-of-range"), number = byId("as-of-index"), pause = 120;
let timer = null, goTo = () => {};

/// `go(change)` goes to another place; sliding makes one entry of the browser's history.
export function showAsOf(index, go) {
  goTo = (asOf) => go({ asOf }, { isStep: asOf === null });
  form.hidden = index === null;
  if (index === null) return;
  range.max = newestIndex() ?? index;
  if (document.activeElement !== range) range.value = index;
  if (document.activeElement !== number) number.value = index;
}

/// What this node has applied.
export const newestIndex = () => cluster.info?.nodes.find(({ id }) => id === cluster.info.node)?.applied;

function later(value) {
  clearTimeout(timer);
  timer = setTimeout(() => { if (value >= 1) goTo(value); }, pause);
}

range.addEventListener("input", () => {
  number.value = range.value;
  later(Number(range.value));
});
number.addEventListener("input", () => later(Number(number.value)));
form.addEventListener("submit", (event) => event.preventDefault());
byId("as-of-end").addEventListener("click", () => goTo(null));
