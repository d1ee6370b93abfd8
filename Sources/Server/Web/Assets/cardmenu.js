// The menus of a card.

import { restore } from "./changes.js";
import { toast } from "./dom.js";
import { may } from "./may.js";
import { openMenu } from "./menu.js";

export function openCardMenu(actions, anchor, id) {
  const task = actions.tasks.shown(id), isDone = task.status === "done", canChange = may("tasks");
  if (task.deleted_at) return openDeletedMenu(actions, anchor, task);
  openMenu(anchor, `Actions for ${task.title}`, [
    { label: "Open", icon: "text", hint: "Enter", act: () => actions.views.open(id) },
    canChange && { label: "Move to…", icon: "move", hint: "m", act: () => openMoveMenu(actions, anchor, id) },
    canChange && { label: isDone ? "Not done" : "Done", icon: "check", hint: "x", act: () => actions.toggleDone(id) },
    canChange && { label: actions.views.isChosen(id) ? "Do not choose" : "Choose", icon: "plus", hint: "v", act: () => actions.views.choose(id) },
    { label: "Copy the link", icon: "link", act: () => copyLink(id) },
    canChange && { label: "Delete", icon: "trash", hint: "Del", danger: true, act: () => actions.remove(id) },
  ]);
}

/// Everything else takes a task that is there.
function openDeletedMenu({ tasks, views }, anchor, { id, title }) {
  openMenu(anchor, `Actions for ${title}`, [
    { label: "Open", icon: "text", hint: "Enter", act: () => views.open(id) },
    may("tasks") && { label: "Restore", icon: "plus", act: () => restore(tasks, tasks.get(id)) },
  ]);
}

export function openMoveMenu(actions, anchor, id) {
  const { boards, views } = actions, task = actions.tasks.shown(id), here = boards.columnOf(task);
  const board = boards.get(task.board), view = views.current();
  const others = boards.all.filter((each) => each !== board);
  const within = view.step && [
    ["Up", () => view.step(id, "up"), "Shift ↑"], ["Down", () => view.step(id, "down"), "Shift ↓"],
    ["To the top", () => view.moveTo(id, here.key, true)], ["To the end", () => view.moveTo(id, here.key)],
  ];
  const columns = board.columns.filter((column) => column !== here);
  if (!columns.length && !others.length && !within) return toast("There is no other column to move it to.");
  openMenu(anchor, `Move ${task.title} to`, [
    columns.length > 0 && "Column",
    ...columns.map((column) => ({
      label: column.name,
      act: () => (view.moveTo ? view.moveTo(id, column.key) : actions.moveToColumn(id, board.id, column)),
    })),
    within && "Place",
    ...(within || []).map(([label, act, hint]) => ({ label, act, hint })),
    others.length > 0 && "Board",
    ...others.map((each) => ({
      label: each.name, act: () => actions.moveToColumn(id, each.id, boards.firstOf(each.id, task.status) ?? each.columns[0]),
    })),
  ]);
}

async function copyLink(id) {
  const link = `${location.origin}/tasks/${id}`;
  try {
    await navigator.clipboard.writeText(link);
    toast("The link is copied.");
  } catch {
    toast(link);
  }
}
