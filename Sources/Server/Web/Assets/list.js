// The list: the same tasks, one under the other, in the order that was asked for.

import { makeCard } from "./card.js";
import { Cards } from "./cards.js";
import { element, oncePerFrame } from "./dom.js";
import { focusCard, keepReachable } from "./nav.js";

export class ListView {
  #cards = new Cards(makeCard);
  #again = oncePerFrame(() => this.render());

  constructor(root, { tasks, boards, outbox }) {
    Object.assign(this, { root, tasks, boards, outbox });
    this.list = element("ol", { class: "rows", "data-list": "", "data-fixed": true, "aria-label": "Tasks" });
    this.more = element("button", { type: "button", class: "more", hidden: true, onclick: () => tasks.loadMore() }, "Load more");
    root.append(this.list, this.more);
  }

  render() {
    const coming = this.outbox.visible.map((entry) => ({ key: entry.key, entry }));
    const views = [...coming, ...this.tasks.view()];
    const placeOf = (view) => this.boards.nameOf(view.task, this.tasks.place.board);
    const isComplete = this.#cards.render([{ parent: this.list, views, placeOf: (view) => view.entry ? "" : placeOf(view) }]);
    if (!isComplete) this.#again();
    this.more.hidden = !this.tasks.hasMore;
    this.more.ariaBusy = String(this.tasks.loading);
    keepReachable(this.root);
  }

  item(id) { return this.#cards.item(id); }
  focus(id) { focusCard(this.item(id)); }
}
