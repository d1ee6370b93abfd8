// The line that adds tasks, with what it has understood beside it.

import { facts } from "./card.js";
import { byId, element, setText } from "./dom.js";
import { titleFault } from "./fields.js";
import { spelled } from "./people.js";
import { parseQuick } from "./quick.js";

const line = byId("quick-line"), column = byId("quick-column"), fault = byId("quick-fault");

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
    }
    line.focus();
  });
  let names = [];
  line.addEventListener("focus", async () => offerNames(names = await people()));
  line.addEventListener("input", () => {
    offerNames(names);
    showRead();
  });
  line.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") line.blur();
  });
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
  if (line.ariaInvalid && !titleFault(title)) {
    line.ariaInvalid = null;
    setText(fault, "");
  }
}

export function offerColumns(columns) {
  const chosen = column.value;
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
  line.focus();
  return true;
}
