// The two menus in the head of the board: which board, and what is rarer than a filter.

import { newestIndex, wireAsOf } from "./asof.js";
import { byId } from "./dom.js";
import { openMenu } from "./menu.js";

/// `go(change)` goes to another place.
export function wireMenus({ tasks, boards }, go) {
  byId("boards").addEventListener("click", ({ currentTarget }) => openMenu(currentTarget, "Boards", boardItems()));
  byId("more-actions").addEventListener("click", ({ currentTarget }) => openMenu(currentTarget, "More", moreItems()));
  wireAsOf(showPast);

  function boardItems() {
    const shown = boards.get(tasks.place.board);
    return [
      ...boards.all.map(({ id, name }) => ({ label: name, checked: id === tasks.place.board, act: () => go({ board: id }) })),
      { label: "All boards", checked: tasks.place.board === null, act: () => go({ board: null, view: "list" }) },
      "Change",
      shown && { label: "Columns of this board…", icon: "tasks", act: () => changeBoard(shown) },
      { label: "New board…", icon: "plus", act: () => changeBoard(null) },
    ];
  }

  function moreItems() {
    const transfer = (act) => async () => act(await import("./transfer.js"));
    return [
      "Files",
      { label: "Import…", icon: "move", act: transfer(({ showImport }) => showImport(() => tasks.reload())) },
      { label: "Export as CSV", icon: "text", act: transfer(({ exportTasks }) => exportTasks(tasks.place, "csv")) },
      { label: "Export as JSON", icon: "text", act: transfer(({ exportTasks }) => exportTasks(tasks.place, "json")) },
      { label: "Calendar of due dates…", icon: "calendar", act: transfer(({ showCalendar }) => showCalendar(tasks.place)) },
      "Time",
      { label: "The board as it was…", icon: "clock", act: () => showPast(newestIndex()) },
    ];
  }

  /// Sliding through the log makes one entry of the browser's history.
  function showPast(asOf) {
    const isStep = asOf === null || tasks.place.asOf === null;
    go({ asOf, view: "board", board: tasks.place.board ?? 1 }, { isStep });
  }

  async function changeBoard(shown) {
    const { editBoard } = await import("./boardedit.js");
    editBoard(shown, async (saved) => {
      await boards.load();
      go({ board: saved?.id ?? 1 });
      tasks.reload();
    });
  }
}
