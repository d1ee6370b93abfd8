// Import, export and the calendar: files both ways. Loaded when it is first asked for.

import { newKey } from "./api.js";
import { button, element, setText, showProblem, showText } from "./dom.js";
import { filterQuery } from "./place.js";
import { createToken, importTasks, readMe } from "./resources.js";
import { keepTyped, keptTyped } from "./typed.js";

const dialog = element("dialog", { class: "transfer", "aria-labelledby": "transfer-heading" });
document.body.append(dialog);

function open(heading, ...content) {
  dialog.replaceChildren(element("header", {}, element("h2", { id: "transfer-heading" }, heading),
    element("form", { method: "dialog" }, element("button", { class: "icon", "aria-label": "Close" }, "×"))), ...content);
  dialog.showModal();
}

/// The browser fetches the file itself: it may be larger than a page would hold.
export function exportTasks(place, format) {
  const link = element("a", { href: `/v1/export.${format}?${filterQuery(place)}`, download: `tasks.${format}` });
  document.body.append(link);
  link.click();
  link.remove();
}

/// What is typed or pasted outlives the dialog and a reload, with the key under which it was sent: what
/// is sent again unchanged is the same import.
const keptAs = "import";

/// `place` says into which board; a file may name others.
export function showImport(place, boards, done) {
  // A board whose columns are not known takes what it is given by its status.
  const shown = place.board && (boards.get(place.board) ?? { id: place.board, columns: [] }), kept = keptTyped(keptAs);
  const file = element("input", { type: "file", accept: ".csv,.json,text/csv,application/json", "aria-label": "A CSV or JSON file" });
  const text = element("textarea", { rows: "6", "aria-label": "Or the text itself", placeholder: "title,status,priority,due,assignee,labels\nBuy milk,pending,2,2026-12-01,ann,home;travel" });
  const note = element("p", { class: "notice", role: "status", hidden: true }), faults = element("ul", { class: "import-faults" });
  const go = element("button", { class: "primary" }, "Import"), into = boardChoice(shown);
  // Into another board it is another import.
  let key = kept?.board === place.board ? kept?.key ?? null : null;
  text.value = kept?.text ?? "";
  into.choose(kept?.into);
  const content = async () => await file.files[0]?.text() ?? text.value;
  const look = async () => into.offer(await content());
  const keep = () => keepTyped(keptAs, text.value ? { text: text.value, key, board: place.board, into: into.chosen } : null);
  for (const part of [file, text, into.root]) part.addEventListener("input", () => {
    key = null;
    keep();
    if (part !== into.root) look().catch(() => {});
  });
  const form = element("form", {}, element("p", { class: "text" }, "A CSV file with a line of names first, or the JSON of an export. Several labels of a task stand in one field, with semicolons between them: home;travel."), file, text, into.root, note, faults, element("footer", {}, go));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      const given = await content();
      if (!given.trim()) return say(note, "Choose a file, or write something.");
      const table = tableOf(given), isHere = into.offer(given) && into.chosen === "here";
      key ??= newKey();
      keep();
      say(note, "Importing…");
      const answer = await importTasks(table.format, place.board, isHere ? table.without(shown) : given, key);
      showOutcome(answer, boardsOf(answer, isHere ? null : table, place, boards), note, faults);
      // With a file chosen, what is typed beside it was not what went.
      if (!file.files.length) keepTyped(keptAs, null);
      done();
    } catch (problem) {
      showProblem(note, problem, `${problem.message}${problem.isTransient ? " Try again: nothing is made twice." : ""}`);
    } finally {
      go.disabled = false;
    }
  });
  look().catch(() => {});
  open("Import tasks", form);
}

function say(note, text, tone = null) {
  if (tone) note.dataset.tone = tone;
  else delete note.dataset.tone;
  showText(note, text);
}

/// An export names the board of each task. Whoever imports it into another board seldom means to fill
/// the old one a second time.
function boardChoice(shown) {
  const way = (value, label, checked) => element("label", { class: "inline" },
    element("input", { type: "radio", name: "into", value, checked }), label);
  const root = element("fieldset", { class: "plain", hidden: true }, element("legend", {}, "The file names boards"),
    way("here", "Into this board", true), way("named", "Into the boards that the file names"));
  const inputs = [...root.querySelectorAll("input")];
  return {
    root,
    get chosen() { return inputs.find(({ checked }) => checked).value; },
    choose(value) { for (const each of inputs) each.checked = each.value === (value ?? "here"); },
    /// Whether there is something to choose: not where the file names this board only, or none.
    offer(content) {
      const isOffered = Boolean(shown) && [...tableOf(content).named.values()].some((id) => id !== String(shown.id));
      root.hidden = !isOffered;
      return isOffered;
    },
  };
}

/// A file as far as boards go: `named` has the number of the board that a line names, by line, and
/// `without(board)` gives the file for that board alone. What cannot be read, the server explains.
function tableOf(content) {
  return /^\s*[[{]/.test(content) ? jsonTable(content) : csvTable(content);
}

function jsonTable(content) {
  let value = null;
  try { value = JSON.parse(content); } catch { /* the server says where */ }
  const items = [Array.isArray(value) ? value : value?.items].find(Array.isArray) ?? [];
  const named = new Map();
  items.forEach((item, at) => { if (item?.board !== undefined) named.set(at + 1, String(item.board)); });
  const placed = (item, board) => {
    if (item?.board === undefined) return item;
    const { board: _, column, ...rest } = item;
    return hasColumn(board, column) ? { ...rest, column } : rest;
  };
  return { format: "json", named, without: (board) => (named.size ? JSON.stringify(items.map((item) => placed(item, board))) : content) };
}

/// A column that the board has not is left to the status to say.
const hasColumn = (board, key) => board.columns.some((column) => column.key === key);

function csvTable(content) {
  const [header, ...records] = csvRecords(content);
  const names = header?.fields.map(({ value }) => value.trim().toLowerCase()) ?? [];
  const boardAt = names.indexOf("board"), columnAt = names.indexOf("column");
  const placed = records.filter(({ fields }) => fields[boardAt]?.value.trim());
  const named = new Map(placed.map(({ line, fields }) => [line, fields[boardAt].value.trim()]));
  return { format: "csv", named, without(board) {
    const gone = placed.flatMap(({ fields }) => {
      const column = fields[columnAt];
      return [fields[boardAt], column && !hasColumn(board, column.value.trim()) && column].filter(Boolean);
    }).sort((a, b) => a.begin - b.begin);
    let rest = "", at = 0;
    // Their fields stay, empty, so that lines and fields are counted as they were.
    for (const { begin, end } of gone) [rest, at] = [rest + content.slice(at, begin), end];
    return rest + content.slice(at);
  } };
}

/// The records of a CSV file, with the line that each begins in and where its fields stand.
function csvRecords(content) {
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|\r|\n|$)/y, records = [];
  field.lastIndex = content.startsWith("\ufeff") ? 1 : 0;
  let line = 1, record = { line, fields: [] };
  while (field.lastIndex < content.length) {
    const begin = field.lastIndex, found = field.exec(content);
    // The server says what is wrong with it.
    if (!found) return [];
    const [, raw, end] = found;
    record.fields.push({ value: raw.replace(/^"|"$/g, "").replaceAll('""', '"'), begin, end: begin + raw.length });
    line += raw.split("\n").length - 1;
    if (end === ",") continue;
    records.push(record);
    line += 1;
    record = { line, fields: [] };
  }
  if (record.fields.length) records.push(record);
  return records;
}

/// What the boards are called that the tasks went into.
function boardsOf({ tasks = [] }, table, place, boards) {
  const own = String(place.board ?? boards.all[0]?.id);
  const ids = new Set(tasks.map(({ line }) => table?.named.get(line) ?? own));
  return [...ids].map((id) => `“${boards.get(Number(id))?.name ?? `board ${id}`}”`);
}

const counted = (count, one, many) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

function showOutcome({ created, errors = [] }, names, note, faults) {
  const made = counted(created, "task was made", "tasks were made"), list = new Intl.ListFormat("en").format(names);
  const missed = errors.length ? `, ${counted(errors.length, "line was not", "lines were not")}` : "";
  say(note, `${made}${list && ` in ${list}`}${missed}.`, errors.length ? null : "good");
  // A field is named as its column is; the server writes it as a path in JSON.
  const words = (detail) => detail.replace(/^\/([a-z_]+)(?:\/\d+)? /, "$1 ");
  faults.replaceChildren(...errors.slice(0, 50).map(({ line, detail }) => element("li", {}, `Line ${line}: ${words(detail)}`)));
}

export async function showCalendar(place) {
  const address = element("input", { readonly: true, "aria-label": "Address of the calendar" });
  const note = element("p", { class: "hint", role: "status" });
  const url = (token) => `${location.origin}/v1/calendar.ics?${filterQuery(place)}${token ? `&token=${token}` : ""}`;
  open("Calendar of due dates",
    element("p", { class: "text" }, "Subscribe to this address in a calendar. It shows the open tasks of the present filter that have a due date."),
    address, note, element("footer", {}, button("primary", async ({ target }) => {
      try {
        target.disabled = true;
        address.value ||= await tokenAddress();
      } catch (problem) {
        return setText(note, problem.message);
      } finally {
        target.disabled = false;
      }
      address.select();
      try {
        await navigator.clipboard.writeText(address.value);
        setText(note, "Copied.");
      } catch { setText(note, "Copy it from the line above."); }
    }, "Copy")));
  // Where there are users, a calendar needs a token of its own, which can read and no more. It is
  // made when somebody wants the address, not when somebody looks.
  const tokenAddress = async () => url((await createToken({ name: "Calendar", scopes: ["read"] })).secret);
  try {
    const { user } = await readMe();
    if (user) setText(note, "Copy makes the address, with a token that can read and do no more.");
    else address.value = url(null);
  } catch (problem) {
    setText(note, problem.message);
  }
}
