// One task on the board or in the list: made once and refilled, so that focus survives updates.
// What is done with a card is decided where the cards are; `data-act` says what a button is for.

import { element, icon, setText } from "./dom.js";
import { dueIn, hue, priorities } from "./fields.js";
import { needs } from "./may.js";

const act = (name, action, label, ...children) =>
  element("button", { type: "button", class: name, "data-act": action, "aria-label": label, tabindex: "-1" }, ...children);

/// Cloned for each card: thousands of them are made in one go.
const pattern = element("li", { class: "card" },
  act("check", "check", "Done", icon("check")),
  element("div", { class: "card-body" },
    element("a", { class: "title", tabindex: "-1" }),
    element("p", { class: "meta" }),
    element("p", { class: "progress", hidden: true }, element("span"), " ", act("link", "cancel", null, "Cancel"))),
  element("span", { class: "place" }),
  act("icon more", "menu", "Actions", icon("more")));

/// `view` is a task as tasks.js has it, or an entry of the outbox.
export const makeCard = (view) => (view.entry ? makeOutboxCard(view.entry) : makeTaskCard(view.key));

function makeTaskCard(key) {
  const item = pattern.cloneNode(true);
  const [check, body, place, more] = item.children, [title, meta, progress] = body.children;
  item.dataset.key = key;
  title.href = `/tasks/${key}`;

  let shown = null, shownPlace;
  function fill(view, placeName) {
    if (view === shown && placeName === shownPlace) return;
    [shown, shownPlace] = [view, placeName];
    const { task, draft } = view;
    item.dataset.status = task.status;
    item.ariaBusy = String(draft !== undefined);
    setText(title, task.title);
    check.ariaPressed = String(task.status === "done");
    check.ariaLabel = `Done: ${task.title}`;
    more.ariaLabel = `Actions for ${task.title}`;
    setText(place, placeName ?? "");
    meta.replaceChildren(...facts(task));
    progress.hidden = !draft?.problem;
    setText(progress.firstChild, draft?.problem ? waitingText(draft.label, draft.problem) : "");
  }
  return { item, fill };
}

/// A new task the cluster has not confirmed yet.
function makeOutboxCard(entry) {
  const note = element("span"), edit = needs("tasks", act("link", "edit-new", null, "Edit"));
  const progress = element("p", { class: "progress" }, note, " ", edit, " ", act("link", "discard", null, "Discard"));
  const item = element("li", { class: "card", "aria-busy": "true", "data-new": entry.key }, element("span", { class: "check" }),
    element("div", { class: "card-body" }, element("p", { class: "title" }, entry.body.title),
      element("p", { class: "meta" }, ...facts(entry.body)), progress));

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

export function* facts({ priority, due, assignee, labels = [], status, description }) {
  const fact = (image, text, attributes = {}) =>
    element("span", { class: "fact", ...attributes }, icon(image), text);
  if (priority) yield fact("flag", priorities[priority], { "data-priority": priority });
  if (due) {
    const { days, text } = dueIn(due);
    const late = days < 0 && status !== "done";
    yield fact("calendar", late ? `${text}, overdue` : text, { "data-late": late, "data-soon": days < 2 && !late });
  }
  for (const label of labels) yield element("span", { class: "label", "data-hue": hue(label) }, label);
  if (description) yield element("span", { class: "fact", title: "Has a description" }, icon("text"));
  if (assignee) yield avatar(assignee);
}

export function avatar(name) {
  return element("span", { class: "fact who", "data-hue": hue(name) },
    element("span", { class: "avatar", "aria-hidden": "true" }, [...name][0].toUpperCase()), name);
}
