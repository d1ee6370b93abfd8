// What whoever looks may do. `data-may` of the page holds the scopes once they are known: style sheets
// hide what `data-needs` marks, and modules ask here. Until then everything is offered, and the server
// decides.

import { toast } from "./dom.js";

const { dataset } = document.documentElement, key = "taskraft.may";
let user = null;

export const may = (scope) => dataset.may === undefined || dataset.may.split(" ").includes(scope);

/// Who is signed in; null where nobody has to.
export const signedIn = () => user;

/// Whether a comment of the user `owner`, or of nobody known, may be changed.
export const mayChange = (owner) => may("tasks") && (!owner || owner === user?.id || may("admin"));

/// For keys, which work without being offered.
export const sayMayNot = () => toast("You can look, not change.");

/// Marks what takes a scope.
export function needs(scope, node) {
  node.dataset.needs = scope;
  return node;
}

/// `me` as the server has it; null forgets it. The browser remembers it for the next page, which
/// then need not offer first what it takes away a moment later (theme.js).
export function met(me) {
  user = me?.user ?? null;
  if (me) dataset.may = me.scopes.join(" ");
  else delete dataset.may;
  try {
    if (me) localStorage.setItem(key, dataset.may);
    else localStorage.removeItem(key);
  } catch { /* no storage: known as long as the page lasts */ }
  document.dispatchEvent(new Event("may"));
}
