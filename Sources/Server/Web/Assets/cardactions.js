// What can be done with one card: by menu, by key, by its buttons.

import { remove } from "./changes.js";
import { toast } from "./dom.js";
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

  /// The menus are loaded when the first one is opened.
  async openMenu(anchor, id) {
    const { openCardMenu } = await import("./cardmenu.js");
    openCardMenu(this, anchor, id);
  }

  async openMoveMenu(anchor, id) {
    const { openMoveMenu } = await import("./cardmenu.js");
    openMoveMenu(this, anchor, id);
  }
}
