// The bar of what can be done with all chosen cards. Loaded when the first one is chosen.

import { newKey, signed } from "./api.js";
import { remember, undoAll, write } from "./changes.js";
import { asked, button, byId, element, icon, setText, toast } from "./dom.js";
import { openMenu } from "./menu.js";
import { names, spelled } from "./people.js";
import { changeTasks, listLabels, listTasks } from "./resources.js";

/// A filter takes so many numbers.
const atOnce = 32;
const labelsOffered = 12;

const counted = (count) => (count === 1 ? "1 task" : `${count.toLocaleString()} tasks`);

export class ChosenBar {
  constructor(world, selection) {
    Object.assign(this, world, { selection });
    this.count = element("strong");
    const act = (name, image, label) => button("quiet", ({ currentTarget }) => this.perform(name, currentTarget), icon(image), label);
    this.root = element("div", { class: "chosen-bar", role: "toolbar", "aria-label": "With the chosen tasks", hidden: true },
      this.count, act("check", "check", "Done"), act("move", "move", "Move to…"), act("label", "flag", "Label…"),
      act("assign", "person", "Assign…"), act("remove", "trash", "Delete"),
      element("button", { type: "button", class: "icon", "aria-label": "Choose nothing", onclick: () => selection.clear() }, "×"));
    byId("main").append(this.root);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.target.matches("input, textarea, select")) return;
      if (selection.size && !document.querySelector("dialog[open], :popover-open")) selection.clear();
    });
  }

  render() {
    const { size } = this.selection, hadFocus = this.root.contains(document.activeElement);
    this.root.hidden = size === 0;
    document.body.toggleAttribute("data-choosing", size > 0);
    setText(this.count, `${size.toLocaleString()} chosen`);
    if (!size && hadFocus) byId("main").focus();
  }

  perform(name, anchor) {
    const ids = this.selection.ids;
    if (name === "check") return this.#finish(ids);
    if (name === "move") return this.#openColumns(ids, anchor);
    if (name === "label") return this.#openLabels(ids, anchor);
    if (name === "assign") return this.#openPeople(ids, anchor);
    return this.#change(`${counted(ids.length)} deleted.`, "Deleting", [{ ids, change: { delete: true }, patch: {} }]);
  }

  /// Done, or not done if all of them are.
  #finish(ids) {
    const wanted = ids.every((id) => this.tasks.shown(id).status === "done") ? "pending" : "done";
    const groups = [...Map.groupBy(ids, (id) => this.tasks.shown(id).board)].map(([board, some]) => {
      const column = this.boards.firstOf(board, wanted);
      return column && this.#move(some, board, column);
    });
    if (groups.includes(undefined)) return toast(`A board has no column for tasks that are ${wanted}.`, "bad");
    return this.#change(`${counted(ids.length)} ${wanted}.`, "Moving", groups);
  }

  #move(ids, board, { key, status }) {
    const patch = { board, column: key, status, rank: Number.MAX_SAFE_INTEGER };
    return { ids, change: { move: { board, column: key } }, patch };
  }

  #openColumns(ids, anchor) {
    const here = this.tasks.place.board;
    const boards = this.boards.all.filter(({ id }) => here === null || id === here).concat(
      this.boards.all.filter(({ id }) => here !== null && id !== here));
    openMenu(anchor, `Move ${counted(ids.length)} to`, boards.flatMap((board) => [
      board.name,
      ...board.columns.map((column) => ({
        label: column.name,
        act: () => this.#change(`${counted(ids.length)} moved to ${column.name}.`, "Moving", [this.#move(ids, board.id, column)]),
      })),
    ]));
  }

  async #openLabels(ids, anchor) {
    const { items } = await listLabels().catch(() => ({ items: [] }));
    const offered = items.toSorted((a, b) => b.count - a.count).slice(0, labelsOffered);
    const add = (labels) => this.#change(`${counted(ids.length)} labelled ${labels.join(", ")}.`, "Saving", this.#labelled(ids, labels));
    openMenu(anchor, `Label ${counted(ids.length)}`, [
      ...offered.map(({ label }) => ({ label, act: () => add([label]) })),
      { label: "Another label…", icon: "plus", act: async () => {
        const text = await asked(`Label ${counted(ids.length)}`, { words: items.map((each) => each.label) });
        // As in a task's own field: a comma stands between two labels.
        const labels = text?.split(",").map((label) => label.trim()).filter(Boolean) ?? [];
        if (labels.length) add([...new Set(labels)]);
      } },
    ]);
  }

  /// One change for all of them; each card shows its own labels and the new ones.
  #labelled(ids, labels) {
    return [{ ids, change: { add_labels: labels }, patch: (task) => ({ labels: [...new Set([...task.labels, ...labels])] }) }];
  }

  async #openPeople(ids, anchor) {
    const people = await names(this.tasks);
    const assign = (assignee) => this.#change(
      assignee ? `${counted(ids.length)} assigned to ${assignee}.` : `${counted(ids.length)} assigned to nobody.`,
      "Saving", [{ ids, change: { patch: { assignee } }, patch: { assignee } }]);
    openMenu(anchor, `Assign ${counted(ids.length)}`, [
      ...people.map((name) => ({ label: name, icon: "person", act: () => assign(name) })),
      { label: "Nobody", act: () => assign(null) },
      { label: "Somebody else…", icon: "plus", act: async () => {
        const name = await asked(`Assign ${counted(ids.length)} to`, { words: people });
        if (name) assign(spelled(name));
      } },
    ]);
  }

  /// `groups`: { ids, change, patch }, where `patch` is what the cards show meanwhile.
  async #change(said, label, groups) {
    const steps = [], refusals = [];
    this.selection.clear();
    try {
      for (const { ids, change, patch } of groups) {
        for (let at = 0; at < ids.length; at += atOnce) {
          const answer = await this.#send(ids.slice(at, at + atOnce), change, patch, label);
          steps.push(...answer.steps);
          refusals.push(...answer.failed);
        }
      }
    } catch (problem) {
      refusals.push({ detail: problem.message });
    }
    remember(steps);
    const undo = steps.length ? ["Undo", () => undoAll(this.tasks, steps)] : null;
    if (refusals.length === 0) return toast(said, "plain", undo);
    toast(`${counted(steps.length)} changed. Not all of them: ${refusals[0].detail}`, "bad", undo);
  }

  /// The cards keep what they show until the tasks are here as they are since.
  #send(ids, change, patch, label) {
    const key = newKey(), body = signed({ filter: `id:${ids.join(",")}`, ...change });
    return write(this.tasks, ids, { label, patch }, async (signal) => {
      const answer = await changeTasks({ body, key, signal });
      if (change.delete) for (const { id } of answer.steps) this.tasks.deleted(after(this.tasks.get(id)));
      else for (const task of (await listTasks({ q: `id:${ids.join(",")}` }).catch(() => ({ items: [] }))).items) this.tasks.merge(task);
      return answer;
    });
  }
}

const after = (task) => ({ ...task, version: task.version + 1 });
