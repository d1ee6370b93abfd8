// The history of one task: the entries of the replicated log that changed it.

import { orStale, taskHistory } from "./api.js";
import { byId, element, openDialog, setText } from "./dom.js";
import { describe, names, showTime } from "./fields.js";

const verbs = { create: "Created", update: "Changed", delete: "Deleted" };
/// Told elsewhere in the entry, or true of every change.
const bookkeeping = ["version", "updated", "author", "rank", "deleted_at"];

let shown = null;

export function showHistory(task, nodeName) {
    shown = { id: task.id, cursor: null, nodeName };
    byId("history-heading").textContent = `History of “${task.title}”`;
    byId("history-entries").replaceChildren();
    byId("history-more").onclick = loadPage;
    loadPage();
    return openDialog(byId("history"));
}

async function loadPage() {
    const wanted = shown;
    byId("history-more").hidden = true;
    setText(byId("history-note"), "Loading…");
    try {
        const page = await orStale((stale) => taskHistory(wanted.id, { cursor: wanted.cursor, stale }));
        if (wanted !== shown) return;
        byId("history-entries").append(...page.items.map((item) => entry(item, wanted.nodeName)));
        wanted.cursor = page.next_cursor;
        byId("history-more").hidden = !wanted.cursor;
        setText(byId("history-note"), page.stale
            ? "No quorum: this is what this node knows. Newer changes may be missing." : "");
    } catch (problem) {
        if (wanted !== shown) return;
        setText(byId("history-note"), `The history could not be read. ${problem.message}`);
        byId("history-more").hidden = false;
    }
}

function entry(item, nodeName) {
    const changes = Object.entries(item.changes ?? {}).filter(([field, { before, after }]) => {
        const says = item.command !== "create" || describe(field, after) !== "none";
        return says && !bookkeeping.includes(field) && describe(field, before) !== describe(field, after);
    });
    return element("li", { "data-command": item.command },
        element("p", { class: "entry-heading" },
            element("strong", {}, verbs[item.command] ?? item.command),
            ` by ${item.author ?? "somebody without a name"} through ${nodeName(item.node)}`),
        element("p", { class: "hint" },
            element("time", { datetime: item.time }, showTime(item.time)),
            ` · log index ${item.index}${item.ordinal ? `.${item.ordinal}` : ""} · term ${item.term}`),
        item.command === "delete" || changes.length === 0 ? null
            : element("dl", {}, ...changes.flatMap(([field, { before, after }]) => [
                element("dt", {}, names[field] ?? field),
                element("dd", {},
                    item.command === "create" ? null : element("del", {}, describe(field, before)),
                    item.command === "create" ? null : element("span", { class: "arrow", role: "img", "aria-label": "became" }, "→"),
                    element("ins", {}, describe(field, after))),
            ])));
}
