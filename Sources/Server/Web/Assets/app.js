// Wires the page: the stream feeds the tasks and the cluster, both are drawn once a frame.

import { remove, setStatus } from "./changes.js";
import { nodeName } from "./cluster.js";
import { byId, element, setText, showText, toast } from "./dom.js";
import { Editor } from "./editor.js";
import { statuses, titleFault } from "./fields.js";
import { showHistory } from "./history.js";
import { ListView } from "./list.js";
import { Outbox } from "./outbox.js";
import { cluster, follow } from "./shell.js";
import { Tasks } from "./tasks.js";

const tasks = new Tasks();
const outbox = new Outbox(tasks);
const nameOf = (id) => nodeName(cluster.info, id);
const editor = new Editor(tasks, nameOf);
const quickTitle = byId("quick-title");

const list = new ListView(tasks, outbox, {
  setStatus: (id, status) => setStatus(tasks, id, status),
  history: (id) => showHistory(tasks.get(id), nameOf),
  remove: (id) => remove(tasks, id),
  cancel: (id) => tasks.draft(id)?.cancel(),
  edit(target) {
    if (!target.body) return tasks.draft(target) || editor.open(tasks.get(target));
    quickTitle.value = target.body.title;
    quickTitle.focus();
    outbox.discard(target);
  },
  discard(entry) {
    outbox.discard(entry);
    toast("Stopped. The last try may have worked all the same.");
  },
});

// Under load many changes arrive between two frames; they are drawn together.
let frame = null;
tasks.changed = () => {
  frame ??= requestAnimationFrame(() => {
    frame = null;
    list.render();
    showText(byId("banner"), bannerText());
  });
};

function bannerText() {
  if (cluster.info && !cluster.live) {
    return "This node does not answer. What you see may be old; what you type is kept.";
  }
  if (cluster.info?.tolerates < 0) {
    return "No quorum: nothing can be saved until a majority of the nodes is back. "
      + "What you type is kept and sent then.";
  }
  if (tasks.problem) return `The list could not be read. ${tasks.problem.message}`;
  return tasks.stale ? "This list is this node’s own copy, read without a quorum. It may be behind." : null;
}

// Every opening may follow a gap: the stream first, then the list, misses nothing. The stream begins
// with the state of the cluster, which tells whether the list can be asked for at all.
let gap = false;

follow({
  opened() { gap = true; },
  lost() {
    if (tasks.isUntouched) tasks.reload();
    tasks.changed();
  },
  reset: () => tasks.reload(),
  cluster(info, before) {
    const another = before && before.cluster_id !== info.cluster_id;
    if (another) tasks.forgetAll();
    const overdue = (tasks.stale || tasks.problem) && cluster.canServe && !tasks.loading;
    if (gap || another || overdue) tasks.reload();
    gap = false;
    tasks.changed();
  },
  task({ kind, task }) {
    if (kind === "deleted") return tasks.deleted(task);
    if (kind !== "created") return tasks.merge(task);
    if (!tasks.get(task.id)) outbox.noticed(task);
    tasks.created(task);
  },
});

function showFilter(status) {
  for (const button of byId("filters").children) button.ariaPressed = String(button.value === status);
  history.replaceState(null, "", status ? `?status=${status}` : location.pathname);
}

const asked = new URLSearchParams(location.search).get("status");
tasks.status = Object.hasOwn(statuses, asked) ? asked : "";
byId("filters").append(...Object.entries({ "": "All", ...statuses }).map(([value, name]) => element("button", {
  type: "button", value, onclick() { showFilter(value); tasks.reload(value); },
}, name)));
showFilter(tasks.status);

byId("quick-add").addEventListener("submit", (event) => {
  event.preventDefault();
  const title = quickTitle.value.trim();
  const fault = titleFault(title);
  setText(byId("quick-fault"), fault);
  quickTitle.ariaInvalid = fault ? "true" : null;
  if (!fault) {
    outbox.add({ title });
    quickTitle.value = "";
  }
  quickTitle.focus();
});

addEventListener("beforeunload", (event) => {
  if (!outbox.isEmpty || tasks.hasDrafts || editor.isDirty) event.preventDefault();
});

outbox.restore();
