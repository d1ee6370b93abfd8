// Two people changed the same task. Both versions are shown and the user decides. Loaded when it
// happens.

import { element, openDialog, setText } from "./dom.js";
import { describe, difference, names, same } from "./fields.js";

const choose = (value, name, label, isFree = true) => element("button", { value, class: name, formnovalidate: isFree }, label);
const text = element("p", { class: "text" }), fields = element("div");
const form = element("form", { method: "dialog" },
  element("h2", { id: "conflict-heading" }, "Changed by somebody else"), text, fields,
  element("footer", {}, choose("", "quiet", "Back"), choose("theirs", "", "Keep theirs"),
    choose("overwrite", "danger", "Overwrite with mine"), choose("chosen", "primary", "Save my choice", false)));
const dialog = element("dialog", { class: "wide", "aria-labelledby": "conflict-heading" }, form);
document.body.append(dialog);

/// Resolves with the patch to put on top of `theirs`, empty to keep theirs, null to go back.
export async function resolveConflict(base, patch, theirs, boards) {
  // A task in the home column of its status does not name it.
  const named = (task) => ({ ...task, column: boards.columnOf(task)?.key });
  [base, theirs] = [named(base), named(theirs)];
  const mine = { ...base, ...patch };
  const all = difference(theirs, mine);
  setText(text, `“${theirs.title}” is at version ${theirs.version}; `
    + `you started from version ${base.version}. Choose what to keep.`);
  fields.replaceChildren(
    ...Object.keys(all).map((field) => choice(field, { base, patch, mine, theirs, boards })));

  const answer = await openDialog(dialog);
  if (answer === "overwrite") return all;
  if (answer === "theirs") return {};
  if (answer !== "chosen") return null;
  const chosen = new FormData(form);
  return Object.fromEntries(Object.entries(all).filter(([field]) => chosen.get(field) === "mine"));
}

/// A side that alone changed the field is proposed. Where both did, the user has to say.
function choice(field, { base, patch, mine, theirs, boards }) {
  const byMe = field in patch;
  const byThem = !same(base[field], theirs[field]);
  const side = (value, label, task, checked) => element("label", { class: "choice" },
    element("input", { type: "radio", name: field, value, required: true, checked }),
    element("span", { class: "hint" }, label),
    element("span", { class: "value" }, describe(field, task[field], boards)));
  return element("fieldset", {},
    element("legend", {}, names[field], byMe && byThem ? element("em", {}, " changed on both sides") : null),
    side("mine", byMe ? "Yours" : "As you saw it", mine, byMe && !byThem),
    side("theirs", "Theirs", theirs, byThem && !byMe));
}
