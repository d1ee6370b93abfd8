// The two menus in the head of the board: which board, and what is rarer than a filter. Loaded when
// the first one is opened.

import { newestIndex } from "./asof.js";
import { may } from "./may.js";
import { openMenu } from "./menu.js";

/// `go(change)` goes to another place.
export function showBoards(anchor, { tasks, boards }, go) {
  const shown = boards.get(tasks.place.board), canChange = may("tasks");
  const change = async (board) => {
    const { editBoard } = await import("./boardedit.js");
    editBoard(board, async (saved) => {
      await boards.load();
      go({ board: saved?.id ?? 1 });
      tasks.reload();
    });
  };
  openMenu(anchor, "Boards", [
    ...boards.all.map(({ id, name }) => ({ label: name, checked: id === tasks.place.board, act: () => go({ board: id }) })),
    { label: "All boards", checked: tasks.place.board === null, act: () => go({ board: null, view: "list" }) },
    canChange && "Change",
    canChange && shown && { label: "Edit this board…", icon: "tasks", act: () => change(shown) },
    canChange && { label: "New board…", icon: "plus", act: () => change(null) },
  ]);
}

export function showMore(anchor, { tasks, boards }, go) {
  const { place } = tasks, transfer = (act) => async () => act(await import("./transfer.js"));
  openMenu(anchor, "More", [
    "Files",
    may("tasks") && { label: "Import…", icon: "move", act: transfer(({ showImport }) => showImport(place, boards, () => tasks.reload())) },
    { label: "Export as CSV", icon: "text", act: transfer(({ exportTasks }) => exportTasks(place, "csv")) },
    { label: "Export as JSON", icon: "text", act: transfer(({ exportTasks }) => exportTasks(place, "json")) },
    { label: "Calendar of due dates…", icon: "calendar", act: transfer(({ showCalendar }) => showCalendar(place)) },
    "Time",
    {
      label: "The board as it was…", icon: "clock",
      act: () => go({ asOf: newestIndex(), view: "board", board: place.board ?? 1 }),
    },
  ]);
}
