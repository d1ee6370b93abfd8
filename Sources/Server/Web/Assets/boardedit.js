// Making a board, and changing its columns. Loaded when it is first asked for. What is typed and not
// saved is there when the dialog is opened again, through a reload too.

import { button, confirmed, element, setText, toast } from "./dom.js";
import { same, statuses } from "./fields.js";
import { createBoard, deleteBoard, listBoards, listTasks, updateBoard } from "./resources.js";
import { keepTyped, keptTyped } from "./typed.js";

/// What a new board begins with is called as on the first one.
const firstNames = { ...statuses, pending: "To do" };
/// So many tasks are counted; of more it is said that they are.
const countMax = 500;

const dialog = element("dialog", { "aria-labelledby": "board-heading" });
document.body.append(dialog);

/// `board` is null for a new one; `done(board)` is called with what the server has, or with null
/// once it is deleted.
export function editBoard(board, done) {
  const keptAs = `board.${board?.id ?? "new"}`, shown = fieldsOf(board), kept = keptTyped(keptAs);
  const begin = kept?.typed ?? shown, newest = board;
  // What was typed is saved over the version that it was typed over.
  if (kept?.board) board = kept.board;
  const name = element("input", { maxlength: "64", required: true });
  const queue = element("input", { placeholder: "none", autocomplete: "off" });
  const fault = element("p", { class: "fault", role: "alert" }), rows = element("ol", { class: "column-rows" });
  name.value = begin.name;
  queue.value = begin.queue;
  rows.append(...begin.columns.map((column) => row(column)));
  const discard = () => { keepTyped(keptAs, null); editBoard(newest, done); };
  const form = element("form", { class: "board-form" },
    kept && element("p", { class: "notice" }, "You typed this, and have not saved it. ", button("link", discard, "Discard it")),
    element("label", {}, "Name", name),
    element("fieldset", { class: "plain" }, element("legend", {}, "Columns"), rows,
      button("quiet", () => { rows.append(row(null)); rows.lastChild.querySelector("input").focus(); }, "Add a column")),
    element("label", {}, "Queue that gets a job for each task that is done", queue), fault,
    element("footer", { class: "reversed" }, element("button", { class: "primary" }, "Save"),
      board && board.id !== 1 && button("quiet", () => attempt(async () => {
        if (!await confirmed(`Delete the board “${board.name}”?`, "Only a board without tasks can be deleted.", "Delete")) return;
        await deleteBoard(board);
        finish(null);
      }), "Delete this board")));
  // Columns are moved and removed by clicks.
  for (const kind of ["input", "click"]) form.addEventListener(kind, keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      const columns = read(rows);
      if (await mayMove(board, columns)) finish(await save(board, name.value.trim(), queue.value.trim(), columns));
    });
  });
  dialog.replaceChildren(element("header", {}, element("h2", { id: "board-heading" }, board ? "This board" : "New board"),
    element("form", { method: "dialog" }, element("button", { class: "icon", "aria-label": "Close" }, "×"))), form);
  dialog.onclose = () => {
    if (keptTyped(keptAs)) toast("What you typed is kept, and not saved yet. Open the board again to go on.");
  };
  if (!dialog.open) dialog.showModal();
  name.focus();

  function keep() {
    if (!form.isConnected) return;
    const typed = { name: name.value, queue: queue.value, columns: typedColumns(rows) };
    keepTyped(keptAs, same(typed, shown) ? null : { board, typed });
  }

  /// Was somebody else faster, what they made of the board is said, and the next try goes over it.
  async function attempt(action) {
    try {
      await action();
    } catch (problem) {
      const known = problem.status === 412 ? await listBoards().catch(() => null) : null;
      const theirs = known?.items.find(({ id }) => id === board.id);
      if (theirs) board = theirs;
      setText(fault, theirs ? changedText(theirs) : problem.message);
    }
  }

  function finish(result) {
    keepTyped(keptAs, null);
    dialog.close();
    if (result) toast(`The board “${result.name}” is saved.`);
    done(result);
  }
}

/// What the dialog begins with.
function fieldsOf(board) {
  const columns = board?.columns ?? Object.keys(statuses).map((status) => ({ key: status, name: firstNames[status], status }));
  return {
    name: board?.name ?? "", queue: board?.on_done ?? "",
    columns: columns.map(({ key, name, status }) => ({ key, name, status })),
  };
}

/// Whoever removes a column with tasks in it is told where they go, and may think again.
async function mayMove(board, columns) {
  const gone = board?.columns.filter(({ key }) => !columns.some((column) => column.key === key)) ?? [];
  const counts = await Promise.all(gone.map(async ({ key }) => {
    const { items, next_cursor: more } = await listTasks({ q: `board:${board.id} column:${key}`, limit: countMax });
    return { count: items.length, isMore: more !== null };
  }));
  const moves = gone.map(({ name }, at) => ({ name, ...counts[at] })).filter(({ count }) => count > 0);
  if (!moves.length || !columns.length) return true;
  const said = moves.map(({ name, count, isMore }) => (count === 1 ? `1 task in ${name} goes`
    : `${isMore ? "More than " : ""}${count.toLocaleString()} tasks in ${name} go`) + ` to ${columns[0].name}.`);
  return confirmed(moves.length === 1 ? `Remove the column “${moves[0].name}”?` : "Remove these columns?", said.join(" "), "Remove");
}

/// Tasks of columns that are gone move to the first that stays.
function save(board, name, queue, columns) {
  const patch = { name, columns, on_done: queue || null };
  if (!board) return createBoard(patch);
  const isOneGone = board.columns.some(({ key }) => !columns.some((column) => column.key === key));
  return updateBoard(board, isOneGone ? { ...patch, move_to: columns[0]?.key } : patch);
}

const changedText = ({ name, columns, on_done: queue }) => `Somebody has just changed this board. It is “${name}” now, `
  + `with the columns ${columns.map((column) => column.name).join(", ")}${queue ? ` and the queue ${queue}` : ""}. `
  + "Try again to go over that.";

function row(column) {
  const name = element("input", { "aria-label": "Name of the column", maxlength: "64", required: true });
  name.value = column?.name ?? "";
  const status = element("select", { "aria-label": "Status of its tasks" },
    ...Object.entries(statuses).map(([value, text]) => element("option", { value }, text)));
  status.value = column?.status ?? "in_progress";
  const move = (label, sign, act) => {
    const made = button("icon", act, sign);
    made.ariaLabel = label;
    return made;
  };
  const item = element("li", { "data-column-key": column?.key ?? "" }, name, status,
    move("Move it up", "↑", () => item.previousElementSibling?.before(item)),
    move("Move it down", "↓", () => item.nextElementSibling?.after(item)),
    move("Remove this column", "×", () => item.remove()));
  return item;
}

/// As they stand in the dialog; a new one has no key yet.
const typedColumns = (rows) => [...rows.children].map((item) => {
  const [name, status] = item.querySelectorAll("input, select");
  return { key: item.dataset.columnKey, name: name.value, status: status.value };
});

/// A new column's key is made of its name; filters use it.
function read(rows) {
  const columns = typedColumns(rows), taken = new Set(columns.map(({ key }) => key));
  return columns.map(({ key, name, status }) => {
    if (!key) {
      const stem = name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 24) || "column";
      for (let number = 1; !key || taken.has(key); number += 1) key = number === 1 ? stem : `${stem}-${number}`;
      taken.add(key);
    }
    return { key, name: name.trim(), status };
  });
}
