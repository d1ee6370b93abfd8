// Wires the page of one task.

import { undoLast } from "./changes.js";
import { Boards } from "./boards.js";
import { byId, setText, showText } from "./dom.js";
import { addKeys } from "./keys.js";
import { placeURL } from "./place.js";
import { cluster, follow } from "./shell.js";
import { Tasks } from "./tasks.js";
import { TaskView } from "./taskview.js";

const id = Number(location.pathname.split("/").pop());
const tasks = new Tasks(), boards = new Boards();
const view = new TaskView(byId("task"), { tasks, boards }, id, () => location.assign("/"));

tasks.changed = () => {
  const task = tasks.get(id);
  if (!task) return;
  document.title = `${task.title} · Taskraft`;
  setText(byId("task-heading"), task.title);
  byId("to-board").href = placeURL({ board: task.board, view: "board", q: "" });
};

function showState() {
  showText(byId("banner"), cluster.info && !cluster.live
    ? "This node does not answer. What you see may be old; what you type is kept."
    : cluster.standstill && `${cluster.standstill.text} What you type is kept, and sent then.`);
}

let gap = true;

async function load() {
  try { await boards.load(); } catch { /* the view says what is wrong */ }
  await view.load();
}

follow({
  opened() { gap = true; },
  lost: showState,
  reset: load,
  cluster() {
    if (gap) load();
    gap = false;
    showState();
  },
  task({ task }) {
    if (task.id !== id) return;
    tasks.merge(task);
    view.changed(task);
  },
  comment({ comment }) { if (comment?.task_id === id) view.commented(); },
});

addKeys("Task", [
  { key: "ctrl enter", hint: "Ctrl Enter", label: "Save", needs: "tasks" },
  { key: "u", label: "Undo what you did last", act: () => undoLast(tasks), needs: "tasks" },
]);
addEventListener("beforeunload", (event) => {
  if (view.isDirty || tasks.hasDrafts) event.preventDefault();
});
