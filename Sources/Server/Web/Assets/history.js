// The history of one task: the entries of the replicated log that changed it, the newest first.

import { button, element, setText } from "./dom.js";
import { describe, names as fieldNames, showTime } from "./fields.js";
import { needs } from "./may.js";
import { placeURL } from "./place.js";
import { taskHistory } from "./resources.js";

const names = { ...fieldNames, status: "Status", comment: "Comment" };
const verbs = {
  create: "Created", update: "Changed", move: "Moved", delete: "Deleted", restore: "Restored", comment: "Commented",
};
const stepsMax = 2_000;

export class History {
  #turn = 0;

  /// `actions`: undo(step), restore(index); `nameOf` gives a node's name.
  constructor(id, boards, nameOf, actions) {
    Object.assign(this, { id, boards, nameOf, actions });
    this.list = element("ol", { class: "timeline" });
    this.note = element("p", { class: "hint", role: "status" });
    this.root = element("section", { class: "history" }, element("h2", {}, "History"), this.note, this.list);
  }

  async load() {
    const turn = ++this.#turn;
    try {
      const { steps, stale } = await this.#read();
      if (turn !== this.#turn) return;
      this.list.replaceChildren(...steps.reverse().map((step, at) => this.#entry(step, at === 0)));
      setText(this.note, stale ? "No quorum: this is this node’s own copy and may be behind." : "");
    } catch (problem) {
      if (turn === this.#turn) setText(this.note, `The history could not be read. ${problem.message}`);
    }
  }

  async #read() {
    let steps = [], cursor = null, stale = false;
    do {
      const page = await taskHistory(this.id, cursor);
      steps = steps.concat(page.items);
      stale ||= page.stale;
      cursor = page.next_cursor;
    } while (cursor && steps.length < stepsMax);
    return { steps, stale };
  }

  #entry(step, isNewest) {
    const { command, index, ordinal, changes } = step;
    const canUndo = ["update", "move"].includes(command) && Object.keys(changes ?? {}).length > 0;
    return element("li", { "data-command": command },
      element("p", {}, element("strong", {}, verbs[command] ?? command), ` by ${step.author ?? "somebody unnamed"} through ${this.nameOf(step.node)}`),
      element("p", { class: "hint" },
        element("time", { datetime: step.time }, showTime(step.time)), ` · log index ${index} · term ${step.term}`),
      this.#changes(step),
      element("p", { class: "timeline-acts" },
        canUndo && needs("tasks", button("link", () => this.actions.undo({ index, ordinal }), "Undo this")),
        !isNewest && command !== "delete" && needs("tasks", button("link", () => this.actions.restore(index), "Restore as of here")),
        element("a", { href: placeURL({ board: this.actions.board(), view: "board", q: "", asOf: index }) }, "The board then")));
  }

  #changes({ command, changes }) {
    if (command === "delete" || !changes) return null;
    // What a task began with is read above, as far as it is long.
    const shown = Object.keys(names).filter((field) => changes[field] && !(field === "status" && changes.column) && (command !== "create" || field !== "description"))
      .map((field) => [field, ...["before", "after"].map((side) => describe(field, changes[field][side], this.boards))])
      .filter(([, before, after]) => before !== after);
    if (!shown.length) return null;
    return element("dl", {}, ...shown.flatMap(([field, before, after]) => [
      element("dt", {}, names[field]),
      element("dd", {}, ...(command === "create" ? [] : [element("del", {}, before), " → "]), element("ins", {}, after)),
    ]));
  }
}
