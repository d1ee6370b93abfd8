// What can be done with one card: by menu, by key, by its buttons.

import { remove } from "./changes.js";
import { toast } from "./dom.js";
import { openMenu } from "./menu.js";
import { move } from "./moves.js";

export class CardActions {
  /// `views.current()` is the board or the list, `open(id)` shows a task.
  constructor({ tasks, boards }, views) { Object.assign(this, { tasks, boards, views }); }

  nameOf = (task) => this.boards.nameOf(task);

  move(id, target) { return move(this.tasks, id, target, this.nameOf); }

  /// To the end of a column, of whatever board.
  moveToColumn(id, board, column) {
    const patch = { board, column: column.key, status: column.status, rank: Number.MAX_SAFE_INTEGER };
    return this.move(id, { place: { board, column: column.key }, patch });
  }

  toggleDone(id) {
    const task = this.tasks.shown(id), wanted = task.status === "done" ? "pending" : "done";
    const column = this.boards.firstOf(task.board, wanted);
    if (!column) return toast(`This board has no column for tasks that are ${wanted}.`, "bad");
    return this.moveToColumn(id, task.board, column);
  }

  remove(id) { return remove(this.tasks, id); }

  openMenu(anchor, id) {
    const task = this.tasks.shown(id), isDone = task.status === "done";
    openMenu(anchor, `Actions for ${task.title}`, [
      { label: "Open", icon: "text", hint: "Enter", act: () => this.views.open(id) },
      { label: "Move to…", icon: "move", hint: "m", act: () => this.openMoveMenu(anchor, id) },
      { label: isDone ? "Not done" : "Done", icon: "check", hint: "x", act: () => this.toggleDone(id) },
      { label: "Copy the link", icon: "link", act: () => copyLink(id) },
      { label: "Delete", icon: "trash", hint: "Del", danger: true, act: () => this.remove(id) },
    ]);
  }

  openMoveMenu(anchor, id) {
    const task = this.tasks.shown(id), here = this.boards.columnOf(task);
    const board = this.boards.get(task.board), view = this.views.current();
    const others = this.boards.all.filter((each) => each !== board);
    const within = view.step && [
      ["Up", () => view.step(id, "up"), "Shift ↑"], ["Down", () => view.step(id, "down"), "Shift ↓"],
      ["To the top", () => view.moveTo(id, here.key, true)], ["To the end", () => view.moveTo(id, here.key)],
    ];
    openMenu(anchor, `Move ${task.title} to`, [
      "Column",
      ...board.columns.map((column) => ({
        label: column.name, checked: column === here,
        act: () => (view.moveTo ? view.moveTo(id, column.key) : this.moveToColumn(id, board.id, column)),
      })),
      within && "Place",
      ...(within || []).map(([label, act, hint]) => ({ label, act, hint })),
      others.length > 0 && "Board",
      ...others.map((each) => ({
        label: each.name, act: () => this.moveToColumn(id, each.id, this.boards.firstOf(each.id, task.status) ?? each.columns[0]),
      })),
    ]);
  }
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
