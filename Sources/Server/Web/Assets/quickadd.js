// The line that adds tasks, with what it has understood beside it.

import { facts } from "./card.js";
import { byId, element, setText } from "./dom.js";
import { titleFault } from "./fields.js";
import { parseQuick } from "./quick.js";

const line = byId("quick-line"), column = byId("quick-column"), fault = byId("quick-fault");

/// `add(fields)` is given what was typed, and the line itself; `place()` tells the board and the column of the filter.
export function wireQuickAdd(add, boardID) {
  byId("quick-add").addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = parseQuick(line.value), wrong = titleFault(fields.title);
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
  line.addEventListener("input", showRead);
  line.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") line.blur();
  });
}

/// The chips beside the line: what will not be in the title.
function showRead() {
  const { title, ...fields } = parseQuick(line.value);
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
