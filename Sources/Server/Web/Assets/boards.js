// The boards and their columns.

import { listBoards } from "./resources.js";

export class Boards {
  #known = new Map();

  get all() { return [...this.#known.values()].sort((a, b) => a.id - b.id); }
  get(id) { return this.#known.get(id); }

  async load() {
    const { items } = await listBoards();
    this.#known = new Map(items.map((board) => [board.id, board]));
  }

  /// The column a task stands in: without one of its own, the home of its status.
  columnOf({ board, column, status }) {
    const columns = this.get(board)?.columns ?? [];
    return columns.find(({ key }) => key === column) ?? columns.find((each) => each.home && each.status === status);
  }

  /// A column's key alone, as the history has it.
  columnName(key) {
    return this.all.flatMap(({ columns }) => columns).find((column) => column.key === key)?.name;
  }

  /// “Done”, or with the board's name where there is more than one and it is not the one that is shown.
  nameOf(task, shown = null) {
    const column = this.columnOf(task)?.name ?? task.column;
    return this.all.length > 1 && task.board !== shown ? `${this.get(task.board)?.name} / ${column}` : column;
  }

  firstOf(board, status) { return this.get(board)?.columns.find((column) => column.status === status); }
}
