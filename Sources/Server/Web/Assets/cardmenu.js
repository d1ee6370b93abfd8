// The menus of a card.

import { toast } from "./dom.js";
import { may } from "./may.js";
import { openMenu } from "./menu.js";

export function openCardMenu(actions, anchor, id) {
  const task = actions.tasks.shown(id), isDone = task.status === "done", canChange = may("tasks");
  openMenu(anchor, `Actions for ${task.title}`, [
    { label: "Open", icon: "text", hint: "Enter", act: () => actions.views.open(id) },
    canChange && { label: "Move to…", icon: "move", hint: "m", act: () => openMoveMenu(actions, anchor, id) },
    canChange && { label: isDone ? "Not done" : "Done", icon: "check", hint: "x", act: () => actions.toggleDone(id) },
    canChange && { label: actions.views.isChosen(id) ? "Do not choose" : "Choose", icon: "plus", hint: "v", act: () => actions.views.choose(id) },
    { label: "Copy the link", icon: "link", act: () => copyLink(id) },
    canChange && { label: "Delete", icon: "trash", hint: "Del", danger: true, act: () => actions.remove(id) },
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
  openMenu(anchor, `Move ${task.title} to`, [
    "Column",
    ...board.columns.map((column) => ({
      label: column.name, checked: column === here,
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
