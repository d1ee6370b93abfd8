// A task in a sheet over the board. It has the task's own address, so that a reload or a link shows
// the task's page; going back closes it, and what was typed in it is there when it is opened again.

import { button, byId, confirmed, element, toast } from "./dom.js";
import { TaskView } from "./taskview.js";

const sheet = byId("sheet"), body = byId("sheet-body");
const style = element("link", { rel: "stylesheet", href: "/assets/task.css" });
await new Promise((loaded) => {
  style.onload = style.onerror = loaded;
  document.head.append(style);
});
let view = null, titleBefore = null;
/// What was closed with something typed in it, or still on its way, by task.
const left = new Map();

/// Whoever looks at the past and opens a card sees the task of today.
const today = element("p", { class: "notice" }, "This is the task as it is now. ",
  button("link", showHistory, "What it was is in its history"));

function showHistory() {
  const { root } = view.history;
  root.tabIndex = -1;
  root.focus();
  root.scrollIntoView();
}

export const openView = () => view;
export const isDirty = () => [view, ...left.values()].some((each) => each?.isDirty);

export function openSheet(world, id) {
  history.pushState({ sheet: id }, "", `/tasks/${id}`);
  show(world, id);
}

function show(world, id) {
  titleBefore ??= document.title;
  // First, because what is not shown has no height to fit a title into.
  if (!sheet.open) sheet.showModal();
  setAside();
  view = left.get(id) ?? new TaskView(body, world, id, () => history.back());
  left.delete(id);
  view.appear();
  if (world.tasks.place.asOf === null) today.remove();
  else view.whole.firstChild.prepend(today);
  const title = world.tasks.get(id)?.title ?? `Task ${id}`;
  sheet.ariaLabel = title;
  document.title = `${title} · Taskraft`;
  if (world.tasks.get(id)) view.update(world.tasks.get(id));
  view.load();
}

function setAside() {
  if (view?.isDirty) {
    left.set(view.id, view);
    toast("What you typed is kept, and not saved yet. Open the task again to go on.");
  }
  view = null;
}

/// After the browser went back or forth: true if there is a task to show.
export function restoreSheet(world) {
  const id = history.state?.sheet;
  if (id) {
    show(world, id);
    return true;
  }
  const wasOpen = sheet.open;
  if (wasOpen) {
    sheet.close();
    body.replaceChildren();
    setAside();
    document.title = titleBefore;
    titleBefore = null;
  }
  return wasOpen;
}

async function leave() {
  if (view?.isDirty && !await confirmed("Leave what you typed?", "It is kept on this page, but it has not been saved.", "Leave")) return;
  history.back();
}

sheet.addEventListener("cancel", (event) => {
  event.preventDefault();
  leave();
});
sheet.addEventListener("click", (event) => {
  if (event.target === sheet || event.target.closest("[data-close]")) leave();
});
