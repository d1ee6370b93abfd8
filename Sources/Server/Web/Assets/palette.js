// Ctrl-K: find a task, go anywhere, do anything. Loaded when it is first asked for.

import { byId, element } from "./dom.js";
import { allBindings } from "./keys.js";
import { filterOf, placeOf, placeURL, readPlace } from "./place.js";
import { listBoards, listTasks, listViews } from "./resources.js";

const foundMax = 8, typingPause = 120;
const list = element("ul", { id: "palette-list", role: "listbox", "aria-label": "What was found" });
const note = element("p", { class: "hint", role: "status" });
const dialog = byId("palette"), input = byId("palette-input");
dialog.append(list, note);

let commands = [], tasks = [], chosen = 0, timer = null, turn = 0;

/// The dialog is open already, and something may have been typed into it.
export function showPalette() {
  tasks = [];
  commands = allBindings().filter(({ act }) => act).map(({ label, act, hint, key }) => ({ label, act, hint: hint ?? key }));
  show();
  if (input.value) search();
  learnPlaces();
}

/// Boards and views, where the server can be asked.
async function learnPlaces() {
  const go = (path) => () => location.assign(path);
  try {
    const [boards, views] = await Promise.all([listBoards(), listViews()]);
    commands.push(
      ...boards.items.map(({ id, name }) => ({ label: `Board ${name}`, act: go(`/?board=${id}`) })),
      ...views.items.map(({ name, query }) => ({ label: `View ${name}`, act: go(placeURL(placeOf(query, readPlace("")))) })));
    show();
  } catch { /* the rest is there */ }
}

function matches() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  return [...tasks, ...found];
}

function show() {
  const found = matches();
  chosen = Math.max(0, Math.min(chosen, found.length - 1));
  list.replaceChildren(...found.map(({ label, hint, act }, at) => element("li", {
    role: "option", id: `palette-${at}`, "aria-selected": String(at === chosen), onclick() { run(act); },
  }, element("span", {}, label), hint && element("kbd", {}, hint))));
  input.setAttribute("aria-activedescendant", found.length ? `palette-${chosen}` : "");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
  note.textContent = found.length ? "" : "Nothing found.";
}

function run(act) {
  dialog.close();
  act();
}

async function search() {
  const mine = ++turn, text = input.value.trim();
  const id = /^#?(\d+)$/.exec(text)?.[1];
  let items = [];
  try {
    if (text) ({ items } = await listTasks({ q: id ? `id:${id}` : filterOf({ board: null, q: text }), sort: "-updated", limit: foundMax }));
  } catch { /* half a filter is no filter yet */ }
  if (mine !== turn) return;
  tasks = items.map((task) => ({ label: task.title, hint: `#${task.id}`, act: () => location.assign(`/tasks/${task.id}`) }));
  show();
}

input.addEventListener("input", () => {
  chosen = 0;
  show();
  clearTimeout(timer);
  timer = setTimeout(search, typingPause);
});
input.addEventListener("keydown", (event) => {
  const found = matches(), last = found.length - 1;
  const to = { ArrowDown: chosen === last ? 0 : chosen + 1, ArrowUp: chosen === 0 ? last : chosen - 1 }[event.key];
  if (event.key === "Enter" && !event.isComposing && found[chosen]) {
    event.preventDefault();
    run(found[chosen].act);
  } else if (to !== undefined) {
    event.preventDefault();
    chosen = to;
    show();
  }
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
