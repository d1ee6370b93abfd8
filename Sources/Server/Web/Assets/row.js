// One task in a list: made once and refilled, so that focus survives updates.

import { element, icon, setText } from "./dom.js";
import { dueIn, priorities, statuses } from "./fields.js";

const button = (name, act, ...children) => element("button", { type: "button", class: name, onclick: act }, ...children);

/// `actions`: setStatus(id, status), edit(id), history(id), remove(id), cancel(id).
export function makeRow(id, actions) {
  const check = button("check", () =>
    actions.setStatus(id, check.ariaPressed === "true" ? "pending" : "done"), icon("check"));
  const title = button("title", () => actions.edit(id));
  const meta = element("p", { class: "meta" });
  const note = element("span");
  const progress = element("p", { class: "progress" }, note, " ", button("link", () => actions.cancel(id), "Cancel"));
  const status = element("select", { class: "pill", onchange: choose },
    ...Object.entries(statuses).map(([value, name]) => element("option", { value }, name)));
  const history = button("icon", () => actions.history(id), icon("clock"));
  const remove = button("icon", () => actions.remove(id), icon("trash"));
  const item = element("li", { class: "row" }, check,
    element("div", { class: "body" }, title, meta, progress), status, history, remove);

  // The row shows what the task is; a choice shows once it is on its way.
  function choose() {
    const { value } = status;
    status.value = item.dataset.status;
    actions.setStatus(id, value);
  }

  let filledFrom = [];
  function fill({ source, task, draft }) {
    const from = [source, draft, draft?.problem];
    if (from.every((part, at) => part === filledFrom[at])) return;
    filledFrom = from;
    item.dataset.status = task.status;
    item.ariaBusy = String(draft !== undefined);
    setText(title, task.title);
    check.ariaPressed = String(task.status === "done");
    check.ariaLabel = `Done: ${task.title}`;
    status.value = task.status;
    status.ariaLabel = `Status of ${task.title}`;
    history.ariaLabel = `History of ${task.title}`;
    remove.ariaLabel = `Delete ${task.title}`;
    meta.replaceChildren(...facts(task));
    progress.hidden = !draft?.problem;
    setText(note, draft?.problem ? waitingText(draft.label, draft.problem) : "");
  }
  return { item, fill };
}

/// A new task the cluster has not confirmed yet. `actions`: edit(entry), discard(entry).
export function makeOutboxRow(entry, actions) {
  const note = element("span");
  const edit = button("link", () => actions.edit(entry), "Edit");
  const progress = element("p", { class: "progress" },
    note, " ", edit, " ", button("link", () => actions.discard(entry), "Discard"));
  const item = element("li", { class: "row", "aria-busy": "true" }, element("span", { class: "check" }),
    element("div", { class: "body" }, element("p", { class: "title" }, entry.body.title), progress));

  function fill() {
    const { problem, failed } = entry;
    item.toggleAttribute("data-failed", failed);
    edit.hidden = !failed;
    progress.hidden = !problem;
    if (problem) setText(note, failed ? `Not saved. ${problem.message}` : waitingText("Saving", problem));
  }
  return { item, fill };
}

export function waitingText(label, problem) {
  const reason = problem.code === "no_quorum" ? "No quorum"
    : problem.isUncertain ? "No answer yet" : "The cluster is busy";
  return `${label}… ${reason}; trying again by itself.`;
}

function* facts({ priority, due, assignee, labels, status }) {
  const fact = (image, text, attributes = {}) =>
    element("span", { class: "fact", ...attributes }, icon(image), text);
  if (priority) yield fact("flag", priorities[priority], { "data-priority": priority });
  if (due) {
    const { days, text } = dueIn(due);
    const late = days < 0 && status !== "done";
    yield fact("calendar", late ? `${text}, overdue` : text, { "data-late": late });
  }
  if (assignee) yield fact("person", assignee);
  for (const label of labels) yield element("span", { class: "label" }, label);
}
