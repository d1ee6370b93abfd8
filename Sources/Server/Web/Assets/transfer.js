// Import, export and the calendar: files both ways. Loaded when it is first asked for.

import { newKey } from "./api.js";
import { button, element, setText, showText } from "./dom.js";
import { filterQuery } from "./place.js";
import { createToken, importTasks, readMe } from "./resources.js";

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

export function showImport({ board }, done) {
  const file = element("input", { type: "file", accept: ".csv,.json,text/csv,application/json", "aria-label": "A CSV or JSON file" });
  const text = element("textarea", { rows: "6", "aria-label": "Or the text itself", placeholder: "title,status,priority,due,assignee,labels\nBuy milk,pending,2,2026-12-01,ann,home;travel" });
  const note = element("p", { class: "notice", role: "status", hidden: true }), faults = element("ul", { class: "import-faults" });
  const go = element("button", { class: "primary" }, "Import");
  let key = null;
  // What is sent again unchanged is the same import.
  for (const part of [file, text]) part.addEventListener("input", () => { key = null; });
  const form = element("form", {}, element("p", { class: "text" }, "A CSV file with a line of names first, or the JSON of an export. Several labels of a task stand in one field, with semicolons between them: home;travel."), file, text, note, faults, element("footer", {}, go));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const content = await file.files[0]?.text() ?? text.value;
    if (!content.trim()) return showText(note, "Choose a file, or write something.");
    key ??= newKey();
    go.disabled = true;
    showText(note, "Importing…");
    try {
      const answer = await importTasks(/^\s*[[{]/.test(content) ? "json" : "csv", board, content, key);
      showOutcome(answer, note, faults);
      done();
    } catch (problem) {
      showText(note, `${problem.message}${problem.isTransient ? " Try again: nothing is made twice." : ""}`);
    }
    go.disabled = false;
  });
  open("Import tasks", form);
}

function showOutcome({ created, errors = [] }, note, faults) {
  showText(note, `${created.toLocaleString()} tasks were made`
    + `${errors.length ? `, ${errors.length.toLocaleString()} lines were not.` : "."}`);
  faults.replaceChildren(...errors.slice(0, 50).map(({ line, detail }) => element("li", {}, `Line ${line}: ${detail}`)));
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
