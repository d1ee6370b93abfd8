// Wires the page of tasks: the URL says where, the stream feeds what is known, and both views of it
// are drawn once a frame.

import { forgetSteps, remember, undoLast } from "./changes.js";
import { BoardView } from "./board.js";
import { Boards } from "./boards.js";
import { CardActions } from "./cardactions.js";
import { wireCards } from "./cardinput.js";
import { byId, element, oncePerFrame, setAttribute, setText, showText, toast } from "./dom.js";
import { FilterLine } from "./filterline.js";
import { addKeys } from "./keys.js";
import { ListView } from "./list.js";
import { may } from "./may.js";
import { Outbox } from "./outbox.js";
import { names } from "./people.js";
import { filterOf, placeURL, readPlace } from "./place.js";
import { offerColumns, typeTask, wireQuickAdd } from "./quickadd.js";
import { listTasks } from "./resources.js";
import { Selection } from "./selection.js";
import { cluster, follow } from "./shell.js";
import { Tasks } from "./tasks.js";
import { SavedViews } from "./views.js";

/// What a task consists of is loaded when the first one is opened.
let sheet = null;

async function openSheet(id) {
  sheet ??= await import("./sheet.js");
  sheet.openSheet(world, id);
}

const tasks = new Tasks(), boards = new Boards();
const outbox = new Outbox((task) => {
  tasks.merge(task);
  remember([{ id: task.id, made: task.version }]);
  reveal(task.id);
  sayIfHidden(task);
}, () => tasks.changed());
const world = { tasks, boards, outbox };
const selection = new Selection(tasks, async () => {
  tasks.changed();
  (await chosenBar()).render();
});
const views = {
  current: () => current(), open: openSheet,
  choose: (id) => selection.toggle(id), isChosen: (id) => selection.has(id),
};
const actions = new CardActions(world, views);
const board = new BoardView(byId("board"), world, {
  move: (id, target) => actions.move(id, target),
  addTo: (key) => typeTask(key),
});
const list = new ListView(byId("list"), world);
const filter = new FilterLine((q) => go({ q }, { isStep: false }), () => names(tasks));
const saved = new SavedViews(() => tasks.place, go);

let bar = null;

/// What is done with several cards is loaded when the first one is chosen.
async function chosenBar() {
  const { ChosenBar } = await import("./chosen.js");
  return bar ??= new ChosenBar(world, selection);
}

/// What was just added is seen, once it is drawn.
function reveal(key) {
  requestAnimationFrame(() => requestAnimationFrame(() => current().item(key)?.scrollIntoView({ block: "nearest" })));
}

/// A filter that does not take what was just added lets it vanish: that is said.
async function sayIfHidden(task) {
  const { place } = tasks;
  if (!place.q.trim() || place.asOf !== null) return;
  const { items } = await listTasks({ q: `${filterOf(place)} id:${task.id}` }).catch(() => ({ items: [task] }));
  if (items.length || tasks.place !== place) return;
  toast(`“${task.title}” was added. The filter hides it.`, "plain", ["Open", () => openSheet(task.id)]);
}

function current() { return tasks.place.view === "board" ? board : list; }

/// Goes to another place. Typing in the filter makes one entry of the browser's history, not twenty.
function go(change, { isStep = true } = {}) {
  const place = { ...tasks.place, ...change };
  const url = placeURL(place);
  if (url === placeURL(tasks.place) && tasks.place.q === place.q) return;
  history[isStep ? "pushState" : "replaceState"](null, "", url);
  tasks.open(place);
}

const render = oncePerFrame(() => {
  const { place } = tasks, shown = boards.get(place.board), isNone = isNoBoard(place);
  setAttribute(document.body, "data-view", place.view);
  byId("board").hidden = place.view !== "board" || isNone;
  byId("list").hidden = place.view !== "list" || isNone;
  byId("sort").hidden = place.view !== "list";
  byId("quick-add").hidden = place.board === null || place.asOf !== null || isNone;
  setText(byId("board-name"), place.board === null ? "All boards" : shown?.name ?? "Tasks");
  document.title = `${byId("board-name").textContent} · Taskraft`;
  for (const each of byId("view").children) each.ariaPressed = String(each.value === place.view);
  byId("sort").value = place.sort;
  offerColumns(shown?.columns ?? []);
  const isFilterWrong = tasks.problem?.status === 400;
  showPast(place.asOf);
  filter.show(place.q, isFilterWrong ? tasks.problem.message : null, place.asOf !== null);
  saved.show();
  if (isReady(shown)) {
    current().render();
    dropEarly();
  }
  selection.render((id) => current().item(id));
  showText(byId("banner"), bannerText(isFilterWrong));
  showEmpty(place, isNone);
  if (!byId("empty").hidden && !place.q && may("tasks") && !isNone) import("./tour.js");
});
tasks.changed = render;

/// The cards that the page came with stay until there are others to take their place.
let early = [...document.querySelectorAll("[data-early]")];
const firstPlace = placeURL(readPlace(location.search));

function isReady(board) {
  if (early.length === 0 || placeURL(tasks.place) !== firstPlace) return true;
  // What was typed is shown in any case, once there is no hope for the rest.
  const isWorth = tasks.isKnown || tasks.problem !== null && !outbox.isEmpty;
  return isWorth && (tasks.place.board === null || board !== undefined);
}

function dropEarly() {
  const focused = early.some((each) => each.contains(document.activeElement)) && document.activeElement.pathname;
  for (const each of early) each.remove();
  early = [];
  if (focused) views.current().focus(Number(focused.split("/").at(-1)));
}

function bannerText(isFilterWrong) {
  if (cluster.info && !cluster.live) {
    return "This node does not answer. What you see may be old; what you type is kept.";
  }
  if (cluster.standstill) return `${cluster.standstill.text} What you type is kept, and sent then.`;
  if (tasks.problem && !isFilterWrong) return `The tasks could not be read. ${tasks.problem.message}`;
  return tasks.stale ? "This is this node’s own copy, read without a quorum. It may be behind." : null;
}

/// Known only once there are boards: the first one always is.
function isNoBoard({ board }) { return board !== null && boards.all.length > 0 && !boards.get(board); }

function showEmpty({ board }, isNone) {
  const node = byId("empty"), text = `There is no board ${board}. `;
  if (!isNone) return showText(node, emptyText());
  node.hidden = false;
  if (node.firstChild?.textContent !== text) {
    node.replaceChildren(text, element("a", { href: "/" }, `Go to ${boards.all[0].name}`));
  }
}

function emptyText() {
  if (tasks.loading || !tasks.isKnown || tasks.problem || tasks.place.asOf || tasks.view().length || !outbox.isEmpty) return null;
  return tasks.place.q.trim() ? "No task matches the filter."
    : may("tasks") ? "No tasks yet. Write the first one above." : "No tasks yet.";
}

// Every opening may follow a gap: the stream first, then the tasks, misses nothing. The stream begins
// with the state of the cluster, which tells whether the tasks can be asked for at all.
let gap = false;

/// Side by side: what comes first waits for the rest where it is drawn.
async function catchUp() {
  tasks.reload();
  sheet?.openView()?.load();
  const loads = await Promise.allSettled([boards.load(), saved.load()]);
  tasks.problem ??= loads.find(({ reason }) => reason)?.reason ?? null;
  tasks.changed();
}

follow({
  opened() { gap = true; },
  lost() {
    if (tasks.isUntouched) catchUp();
    tasks.changed();
  },
  reset: catchUp,
  cluster(info, before) {
    const another = before && before.cluster_id !== info.cluster_id;
    if (another) {
      tasks.forgetAll();
      forgetSteps();
    }
    const overdue = (tasks.stale || tasks.problem && tasks.problem.status !== 400) && cluster.canServe && !tasks.loading;
    if (gap || another || overdue) catchUp();
    gap = false;
    tasks.changed();
  },
  task({ kind, task }) {
    if (kind === "created" && !tasks.get(task.id)) outbox.noticed({ ...task, column: boards.columnOf(task)?.key });
    tasks.merge(task);
    const view = sheet?.openView();
    if (view?.id === task.id) view.changed(task);
  },
  comment({ comment }) {
    const view = sheet?.openView();
    if (view && view.id === comment?.task_id) view.commented();
  },
  board: () => boards.load().then(tasks.changed, () => {}),
  view: () => saved.load().catch(() => {}),
});

wireCards([byId("board"), byId("list")], {
  tasks, outbox, actions, selection, openSheet, step: (id, direction) => current().step?.(id, direction),
  withChosen: async (act, anchor) => (await chosenBar()).perform(act, anchor),
});

// The head of the page.
wireQuickAdd((fields) => reveal(outbox.add(fields).key), () => tasks.place.board, () => names(tasks));
for (const each of byId("view").children) each.addEventListener("click", () => go({ view: each.value, board: tasks.place.board ?? 1 }));
byId("sort").addEventListener("change", ({ target }) => go({ sort: target.value }));
for (const [id, name] of [["boards", "showBoards"], ["more-actions", "showMore"]]) {
  byId(id).addEventListener("click", async ({ currentTarget }) => (await import("./deskmenus.js"))[name](currentTarget, world, go));
}

/// The slider over the log is loaded when the past is looked at.
async function showPast(asOf) {
  if (asOf !== null || !byId("as-of").hidden) (await import("./asof.js")).showAsOf(asOf, go);
}

addKeys("Tasks", [
  { key: "n", label: "New task", act: () => typeTask(), needs: "tasks" },
  { key: "/", label: "Filter", act: () => filter.focus() },
  { key: "b", label: "Show the board", act: () => go({ view: "board", board: tasks.place.board ?? 1 }) },
  { key: "l", label: "Show the list", act: () => go({ view: "list" }) },
  { key: "u", label: "Undo what you did last", act: () => undoLast(tasks, outbox.isSending), needs: "tasks" },
]);
addKeys("On a card", [
  { key: "arrows", hint: "← ↑ ↓ →", label: "Go to another card" },
  { key: "shift arrows", hint: "Shift ← ↑ ↓ →", label: "Move the card", needs: "tasks" },
  { key: "enter", hint: "Enter", label: "Open" },
  { key: "m", label: "Move to…", needs: "tasks" },
  { key: "x", label: "Done, or not done", needs: "tasks" },
  { key: "delete", hint: "Del", label: "Delete", needs: "tasks" },
  { key: "v", label: "Choose, for m, x and Del to mean all that are chosen", needs: "tasks" },
  { key: "choose", hint: "Ctrl click", label: "Choose, with Shift all up to it", needs: "tasks" },
]);

addEventListener("popstate", () => {
  if (!sheet?.restoreSheet(world) && location.pathname === "/") tasks.open(readPlace(location.search));
});
addEventListener("beforeunload", (event) => {
  if (!outbox.isEmpty || tasks.hasDrafts || sheet?.isDirty()) event.preventDefault();
});

document.addEventListener("may", () => tasks.changed());
tasks.place = readPlace(location.search);
outbox.restore();
render();
