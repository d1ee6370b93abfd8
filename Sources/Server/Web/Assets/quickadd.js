// The line that adds tasks, with what it has understood beside it. What is typed in it outlives a
// reload of the page.

import { facts } from "./card.js";
import { byId, element, setText } from "./dom.js";
import { titleFault } from "./fields.js";
import { spelled } from "./people.js";
import { parseQuick } from "./quick.js";
import { keepTyped, keptTyped } from "./typed.js";

const line = byId("quick-line"), column = byId("quick-column"), fault = byId("quick-fault");
const keptAs = "new";
/// The column that was chosen before a reload, until there are columns to choose from.
let keptColumn = null;

/// What was typed, with a user's name as that user writes it.
function read() {
  const { assignee, ...fields } = parseQuick(line.value);
  return assignee ? { ...fields, assignee: spelled(assignee) } : fields;
}

/// `add(fields)` is given what was typed, and the line itself; `boardID()` is the board it is for, and
/// `people()` those whose task it may be.
export function wireQuickAdd(add, boardID, people) {
  byId("quick-add").addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = read(), wrong = titleFault(fields.title);
    setText(fault, wrong);
    line.ariaInvalid = wrong ? "true" : null;
    if (!wrong) {
      // Whoever types before the columns are known leaves the column to the server.
      add({ line: line.value, ...fields, board: boardID(), ...column.value && { column: column.value } });
      line.value = "";
      showRead();
      keep();
    }
    line.focus();
  });
  column.addEventListener("change", keep);
  let names = [];
  line.addEventListener("focus", async () => offerNames(names = await people()));
  line.addEventListener("input", () => {
    offerNames(names);
    showRead();
    keep();
  });
  line.addEventListener("blur", () => { if (isEmpty()) forgive(); });
  line.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") line.blur();
  });
  takeUp();
}

const isEmpty = () => line.value.trim() === "";

function keep() {
  keepTyped(keptAs, isEmpty() ? null : { line: line.value, column: column.value || keptColumn });
}

/// What was typed before a reload; whoever types on already is not interrupted.
function takeUp() {
  const kept = keptTyped(keptAs);
  if (!kept || !isEmpty()) return;
  [line.value, keptColumn] = [kept.line, kept.column];
  showRead();
}

function forgive() {
  line.ariaInvalid = null;
  setText(fault, "");
}

/// The last word is completed, if it is to be a name: whole lines are what a browser can offer. It
/// looks for what is typed in the label, too, where no quotation mark is in the way.
function offerNames(names) {
  const before = /^(?:.*\s)?@(?="?[^"]*$)/.exec(line.value)?.[0];
  const option = (name) => element("option", /\s/.test(name)
    ? { value: `${before}"${name}"`, label: before + name } : { value: before + name });
  byId("quick-words").replaceChildren(...(before === undefined ? [] : names.map(option)));
}

/// The chips beside the line: what will not be in the title.
function showRead() {
  const { title, ...fields } = read();
  byId("quick-read").replaceChildren(...facts(fields));
  if (line.ariaInvalid && (isEmpty() || !titleFault(title))) forgive();
}

export function offerColumns(columns) {
  const chosen = keptColumn || column.value;
  if (columns.length) keptColumn = null;
  column.replaceChildren(...columns.map(({ key, name }) => element("option", { value: key }, name)));
  if (columns.some(({ key }) => key === chosen)) column.value = chosen;
  column.hidden = columns.length < 2;
}

/// False if the line is needed for another text: it is not thrown away.
export function typeTask(key = null, text = null) {
  if (text !== null && line.value.trim()) return false;
  if (key) column.value = key;
  if (text !== null) line.value = text;
  showRead();
  keep();
  line.focus();
  return true;
}
