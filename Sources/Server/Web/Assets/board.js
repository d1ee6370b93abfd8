// The board: a list of cards for each column, by rank.

import { makeCard } from "./card.js";
import { Cards } from "./cards.js";
import { button, element, icon, oncePerFrame, setAttribute, setText } from "./dom.js";
import { makeDraggable } from "./drag.js";
import { may, needs } from "./may.js";
import { announceMove, targetIn } from "./moves.js";
import { focusCard, keepReachable } from "./nav.js";

export class BoardView {
  #cards = new Cards(makeCard);
  #columns = new Map();
  #lists = new Map();
  #again = oncePerFrame(() => this.render());

  /// `actions`: move(id, target), addTo(column).
  constructor(root, { tasks, boards, outbox }, actions) {
    Object.assign(this, { root, tasks, boards, outbox, actions });
    makeDraggable(root, {
      drop: (item, list, before) => {
        const last = before ?? list.querySelector("[data-new]");
        this.#place(Number(item.dataset.key), list.dataset.list, last?.dataset.key ? Number(last.dataset.key) : null);
      },
    });
  }

  get board() { return this.boards.get(this.tasks.place.board); }

  render() {
    const { board } = this;
    if (!board) return;
    this.root.toggleAttribute("data-past", this.tasks.place.asOf !== null);
    this.#sort();
    const coming = new Map(board.columns.map(({ key }) => [key, this.#comingTo(key)]));
    this.#renderColumns(board, coming);
    const lists = board.columns.map(({ key }) => ({
      parent: this.#columns.get(key).list, views: [...this.#lists.get(key), ...coming.get(key)],
    }));
    if (!this.#cards.render(lists)) this.#again();
    keepReachable(this.root);
  }

  #sort() {
    this.#lists = new Map(this.board.columns.map(({ key }) => [key, []]));
    for (const view of this.tasks.view()) {
      this.#lists.get(this.boards.columnOf(view.task)?.key)?.push(view);
    }
  }

  /// New tasks on their way stand at the end of their column, where the server will put them; one
  /// that it refused may name a column that is gone.
  #comingTo(key) {
    if (this.tasks.place.asOf) return [];
    const { id } = this.board;
    const columnOf = (body) => this.boards.columnOf({ status: "pending", ...body }) ?? this.board.columns[0];
    return this.outbox.visible.filter(({ body }) => body.board === id && columnOf(body).key === key)
      .map((entry) => ({ key: entry.key, entry }));
  }

  #renderColumns(board, coming) {
    const isPast = this.tasks.place.asOf !== null;
    for (const [key, { item }] of this.#columns) {
      if (this.#lists.has(key)) continue;
      item.remove();
      this.#columns.delete(key);
    }
    board.columns.forEach((column, at) => {
      if (!this.#columns.has(column.key)) this.#columns.set(column.key, this.#makeColumn(column.key));
      const { item, name, count, add, list } = this.#columns.get(column.key), views = this.#lists.get(column.key);
      if (this.root.children[at] !== item) this.root.insertBefore(item, this.root.children[at] ?? null);
      setAttribute(item, "data-status", column.status);
      setText(name, column.name);
      setText(count, (views.length + coming.get(column.key).length).toLocaleString() + (this.tasks.hasMore ? "+" : ""));
      setAttribute(list, "aria-label", column.name);
      add.hidden = isPast;
      // What is deleted is restored before it is moved.
      list.toggleAttribute("data-fixed", isPast || !may("tasks") || views.some(({ task }) => task.deleted_at));
    });
  }

  #makeColumn(key) {
    const name = element("h2"), count = element("span", { class: "count" });
    const list = element("ol", { class: "cards", "data-list": key });
    const add = needs("tasks", button("icon add", () => this.actions.addTo(key), icon("plus")));
    add.ariaLabel = "Add a task to this column";
    const item = element("section", { class: "column", "data-column": key }, element("header", {}, name, count, add), list);
    return { item, name, count, add, list };
  }

  item(id) { return this.#cards.item(id); }

  #place(id, key, before) {
    const views = this.#lists.get(key), column = this.board.columns.find((each) => each.key === key);
    const place = views.findIndex((view) => view.key === id);
    if (place >= 0 && (views[place + 1]?.key ?? null) === before) return;
    this.#send(id, column, targetIn(views, this.board.id, column, id, before));
  }

  #send(id, column, target) {
    const { title } = this.tasks.shown(id);
    const others = this.#lists.get(column.key).filter(({ key, task }) => key !== id && task.rank < target.patch.rank);
    const count = this.#lists.get(column.key).filter(({ key }) => key !== id).length + 1;
    this.actions.move(id, target);
    announceMove(title, column.name, others.length + 1, count);
    requestAnimationFrame(() => requestAnimationFrame(() => this.item(id)?.scrollIntoView({ block: "nearest", inline: "nearest" })));
  }

  /// One step by the keyboard: within the column, or into the next one at about the same height. From
  /// where the card is by now: two steps may come within one frame.
  step(id, direction) {
    this.#sort();
    const { columns } = this.board, here = this.boards.columnOf(this.tasks.shown(id));
    const views = this.#lists.get(here.key), at = views.findIndex(({ key }) => key === id);
    if (direction === "up" && at > 0) return this.#place(id, here.key, views[at - 1].key);
    if (direction === "down" && at < views.length - 1) return this.#place(id, here.key, views[at + 2]?.key ?? null);
    if (direction === "up" || direction === "down") return;
    const column = columns[columns.indexOf(here) + (direction === "left" ? -1 : 1)];
    if (column) this.#place(id, column.key, this.#lists.get(column.key)[at]?.key ?? null);
  }

  /// By the menu: to the top or the end of a column.
  moveTo(id, key, isTop = false) {
    const first = this.#lists.get(key).find((view) => view.key !== id);
    this.#place(id, key, isTop ? first?.key ?? null : null);
  }

  focus(id) { focusCard(this.item(id)); }
}
