// The history of one task: the entries of the replicated log that changed it.

import { taskHistory } from "./api.js";
import { byId, element, openDialog, setText } from "./dom.js";
import { describe, names, showTime } from "./fields.js";

const verbs = { create: "Created", update: "Changed", delete: "Deleted" };

/// A slow page of the task looked at before must not end up under this one.
let shown;

export function showHistory(task, nameOf) {
  shown = { id: task.id, cursor: null, nameOf };
  setText(byId("history-heading"), `History of “${task.title}”`);
  byId("history-entries").replaceChildren();
  byId("history-more").onclick = loadPage;
  loadPage();
  openDialog(byId("history"));
}

async function loadPage() {
  const wanted = shown, more = byId("history-more");
  let note = "";
  more.hidden = true;
  setText(byId("history-note"), "Loading…");
  try {
    const page = await taskHistory(wanted.id, wanted.cursor);
    if (wanted !== shown) return;
    byId("history-entries").append(...page.items.map((item) => entry(item, wanted.nameOf)));
    wanted.cursor = page.next_cursor;
    more.hidden = !wanted.cursor;
    if (page.stale) note = "No quorum: this is this node’s own copy and may be behind.";
  } catch (problem) {
    if (wanted !== shown) return;
    note = `The history could not be read. ${problem.message}`;
    more.hidden = false;
  }
  setText(byId("history-note"), note);
}

function entry(item, nameOf) {
  const created = item.command === "create";
  const changes = item.command === "delete" ? [] : Object.keys(names)
    .filter((field) => item.changes?.[field])
    .map((field) => [field, ...["before", "after"].map((side) => describe(field, item.changes[field][side]))])
    .filter(([, before, after]) => before !== after);
  return element("li", { "data-command": item.command },
    element("p", {},
      element("strong", {}, verbs[item.command] ?? item.command),
      ` by ${item.author ?? "somebody unnamed"} through ${nameOf(item.node)}`),
    element("p", { class: "hint" },
      element("time", { datetime: item.time }, showTime(item.time)),
      ` · log index ${item.index} · term ${item.term}`),
    changes.length === 0 ? null : element("dl", {}, ...changes.flatMap(([field, before, after]) => [
      element("dt", {}, names[field]),
      element("dd", {},
        ...(created ? [] : [element("del", {}, before), " → "]), element("ins", {}, after)),
    ])));
}
