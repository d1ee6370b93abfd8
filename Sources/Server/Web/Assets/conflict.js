// Two people changed the same task. Both versions are shown and the user decides.

import { byId, element, openDialog } from "./dom.js";
import { describe, difference, editable, names, same } from "./fields.js";

/// Resolves with the patch to put on top of `theirs`, empty to keep theirs as it is, or with
/// null to go back without saving.
export async function resolveConflict(base, patch, theirs) {
    const mine = { ...base, ...patch };
    const differing = editable.filter((field) => !same(mine[field], theirs[field]));
    byId("conflict-text").textContent = `“${theirs.title}” is at version ${theirs.version} now; `
        + `you started from version ${base.version}`
        + `${theirs.author ? `. Last written by ${theirs.author}` : ""}. Choose what to keep.`;
    byId("conflict-fields").replaceChildren(
        ...differing.map((field) => choice(field, base, patch, mine, theirs)));

    const dialog = byId("conflict");
    const answer = await openDialog(dialog);
    if (answer === "theirs") return {};
    if (answer === "overwrite") return difference(theirs, mine);
    if (answer !== "chosen") return null;
    const form = new FormData(dialog.querySelector("form"));
    const kept = differing.filter((field) => form.get(`choose-${field}`) === "mine");
    return Object.fromEntries(kept.map((field) => [field, mine[field]]));
}

/// Where only one side changed a field, that side is proposed. Where both did, nothing is:
/// the user has to say.
function choice(field, base, patch, mine, theirs) {
    const changedByMe = field in patch;
    const changedByThem = !same(base[field], theirs[field]);
    const both = changedByMe && changedByThem;
    const side = (value, label, task, proposed) => element("label", { class: "side-choice" },
        element("input", {
            type: "radio", name: `choose-${field}`, value, required: true, checked: proposed,
        }),
        element("span", { class: "side-label" }, label),
        element("span", { class: "value" }, describe(field, task[field])));
    return element("fieldset", { "data-both": both },
        element("legend", {}, names[field], both ? element("em", {}, " changed on both sides") : null),
        side("mine", changedByMe ? "Yours" : "As you saw it", mine, changedByMe && !both),
        side("theirs", "Theirs", theirs, changedByThem && !both));
}
