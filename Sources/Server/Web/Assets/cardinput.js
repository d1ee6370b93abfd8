// What a click, a tap or a key on a card means: what their buttons do, and what is meant beside them.

import { isDeletedText } from "./changes.js";
import { toast } from "./dom.js";
import { may, sayMayNot } from "./may.js";
import { makeNavigable } from "./nav.js";
import { placeURL } from "./place.js";
import { typeTask } from "./quickadd.js";

/// What a key does to all chosen cards, if it is pressed on one of them.
const forAll = new Set(["check", "move", "remove"]);
/// What changes something, or begins to.
const changing = new Set([...forAll, "choose"]);

/// `step(id, direction)` moves a card by one place; `withChosen(act, anchor)` does something with all
/// that are chosen.
export function wireCards(roots, { tasks, outbox, actions, selection, openSheet, step, withChosen }) {
  const isLive = () => tasks.place.asOf === null;
  const isDeleted = (id) => Boolean(tasks.get(id)?.deleted_at);
  const sayDeleted = (id) => toast(isDeletedText(tasks.get(id)));

  for (const root of roots) {
    root.addEventListener("click", (event) => {
      const card = event.target.closest(".card"), act = event.target.closest("[data-act]");
      const isChoosing = event.ctrlKey || event.metaKey || event.shiftKey;
      if (act && !isChoosing) return perform(act.dataset.act, act, card);
      if (!card?.dataset.key || act || event.target.closest("a") && !event.target.matches(".title")) return;
      // Where nothing can be chosen, such a click is the browser's: it opens a link elsewhere.
      if (isChoosing && !may("tasks")) return;
      event.preventDefault();
      const id = Number(card.dataset.key), isTap = event.pointerType === "touch" && selection.size > 0;
      if (isChoosing && isLive() && isDeleted(id)) return sayDeleted(id);
      if (event.shiftKey) selection.extendTo(card);
      else if (isChoosing || isTap) selection.toggle(id);
      else openSheet(id);
    });
    makeNavigable(root, {
      step: (card, direction) => {
        const id = Number(card.dataset.key);
        if (!may("tasks")) sayMayNot();
        else if (isLive() && isDeleted(id)) sayDeleted(id);
        else if (isLive()) step(id, direction);
      },
      keys: (key, card) => {
        const act = { m: "move", x: "check", " ": "check", Delete: "remove", ContextMenu: "menu", e: "open", v: "choose" }[key];
        const anchor = card.querySelector("[data-act=menu]");
        if (forAll.has(act) && selection.has(Number(card.dataset.key))) withChosen(act, anchor);
        else if (act) perform(act, anchor, card);
        return act !== undefined;
      },
    });
  }

  function perform(act, anchor, card) {
    const id = Number(card.dataset.key), entry = outbox.find(card.dataset.new);
    if (act === "cancel") return tasks.draft(id)?.cancel();
    if (act === "open") return openSheet(id);
    if (act === "discard") {
      outbox.discard(entry);
      return toast("Stopped. The last try may have worked all the same.");
    }
    if (act === "edit-new") return editNew(entry);
    if (changing.has(act) && !may("tasks")) return sayMayNot();
    if (!isLive()) return toast("This is the past. Go back to now to change something.");
    if (changing.has(act) && isDeleted(id)) return sayDeleted(id);
    if (act === "choose") return selection.toggle(id);
    if (act === "check") return actions.toggleDone(id);
    if (act === "menu") return actions.openMenu(anchor, id);
    if (act === "move") return actions.openMoveMenu(anchor, id);
    return actions.remove(id);
  }

  /// Back into the line that it was typed in, which stands on its board.
  function editNew(entry) {
    const place = { ...tasks.place, board: entry.body.board, asOf: null };
    if (placeURL(place) !== placeURL(tasks.place)) {
      history.pushState(null, "", placeURL(place));
      tasks.open(place);
    }
    // The next frame shows the line, with the columns of the board.
    requestAnimationFrame(() => {
      if (typeTask(entry.body.column, entry.line ?? entry.body.title)) outbox.discard(entry);
      else toast("The line for new tasks is not empty: add or clear what it says first.");
    });
  }
}
