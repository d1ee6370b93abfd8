// Wires the page: the stream feeds the tasks and the cluster, both are drawn once a frame.

import { setAuthor, setIdempotencyWindow } from "./api.js";
import { remove, setStatus } from "./changes.js";
import { ClusterView, nodeName } from "./cluster.js";
import { byId, confirmed, element, setText, showText } from "./dom.js";
import { Editor } from "./editor.js";
import { EventStream } from "./events.js";
import { faults, statuses } from "./fields.js";
import { showHistory } from "./history.js";
import { ListView } from "./list.js";
import { chooseStatus } from "./menu.js";
import { Outbox } from "./outbox.js";
import { Tasks } from "./tasks.js";

const tasks = new Tasks();
const outbox = new Outbox(tasks);
const cluster = new ClusterView();
const nameOf = (id) => nodeName(cluster.info, id);
const editor = new Editor(tasks, outbox, nameOf);

const list = new ListView(tasks, outbox, {
    toggle: (id) => setStatus(tasks, id, tasks.get(id).status === "done" ? "pending" : "done"),
    menu: (button, id) => chooseStatus(button, tasks.get(id).status, (status) => setStatus(tasks, id, status)),
    edit: (id) => { if (!tasks.draft(id)) editor.edit(tasks.get(id)); },
    history: (id) => showHistory(tasks.get(id), nameOf),
    remove: (id) => remove(tasks, id),
    cancel: (id) => tasks.draft(id)?.cancel(),
    outbox: {
        edit: (entry) => editor.create(entry.body, () => outbox.discard(entry)),
        discard: async (entry) => {
            const sure = !entry.uncertain || await confirmed({
                heading: "Stop trying?", action: "Stop trying",
                text: "An earlier try may have been saved; if so, the task will show up in the list.",
            });
            if (sure) outbox.discard(entry);
        },
    },
});

// Under load many changes arrive between two frames; they are drawn together.
let frame = null;
tasks.subscribe(() => {
    frame ??= requestAnimationFrame(() => {
        frame = null;
        list.render();
        renderBanner();
    });
});

function renderBanner() {
    let text = null;
    if (tasks.problem) text = `The list could not be read. ${tasks.problem.message}`;
    else if (cluster.info && !cluster.live) {
        text = "The connection to this node is lost. What you see may be old; what you type is kept.";
    } else if (cluster.info?.tolerates < 0) {
        text = "No quorum: nothing can be saved until a majority of the nodes is back. "
            + "What you type is kept and sent then.";
    } else if (tasks.stale) text = "This list is this node’s own copy, read without a quorum. It may be behind.";
    showText(byId("banner"), text);
}

function clusterChanged(info) {
    const before = cluster.info;
    cluster.update(info);
    setIdempotencyWindow(info.idempotency_window_seconds ?? 3_600);
    const another = before && before.cluster_id !== info.cluster_id;
    if (another) tasks.forgetAll();
    const readable = cluster.hasQuorum && info.leader !== null && !tasks.loading;
    if (another || readable && (tasks.stale || tasks.problem)) tasks.reload();
    tasks.changed();
}

const stream = new EventStream({
    // Every opening may follow a gap: the stream first, then the list, misses nothing.
    opened: () => { cluster.setLive(true); tasks.reload(); },
    lost: () => {
        cluster.setLive(false);
        if (tasks.isUntouched) tasks.reload();
        tasks.changed();
    },
    cluster: clusterChanged,
    reset: () => tasks.reload(),
    task: ({ kind, task }) => {
        if (kind === "created") {
            if (!tasks.get(task.id)) outbox.noticed(task);
            tasks.created(task);
        } else if (kind === "deleted") tasks.deleted(task);
        else tasks.merge(task);
    },
});

function showFilter(status) {
    for (const button of byId("filters").children) {
        button.setAttribute("aria-pressed", String(button.dataset.status === status));
    }
    const query = status ? `?${new URLSearchParams({ status })}` : location.pathname;
    history.replaceState(null, "", query);
}

function startFilters() {
    const asked = new URLSearchParams(location.search).get("status") ?? "";
    tasks.status = asked in statuses ? asked : "";
    byId("filters").append(...Object.entries({ "": "All", ...statuses }).map(([status, name]) =>
        element("button", {
            type: "button", "data-status": status,
            onclick: () => { showFilter(status); tasks.reload(status); },
        }, name)));
    showFilter(tasks.status);
}

function startQuickAdd() {
    const title = byId("quick-title");
    const clear = () => { title.value = ""; setText(byId("quick-fault"), ""); };
    byId("quick-add").addEventListener("submit", (event) => {
        event.preventDefault();
        const task = { title: title.value.trim() };
        const fault = faults(task).title ?? "";
        setText(byId("quick-fault"), fault);
        title.toggleAttribute("aria-invalid", fault !== "");
        if (fault === "") { outbox.add(task); clear(); }
        title.focus();
    });
    byId("quick-details").addEventListener("click", () => editor.create({ title: title.value.trim() }, clear));
}

function startAuthor() {
    const input = byId("author"), key = "taskraft.author";
    try { input.value = localStorage.getItem(key) ?? ""; } catch { /* no storage: typed each time */ }
    input.addEventListener("change", () => {
        try { localStorage.setItem(key, input.value.trim()); } catch { /* as above */ }
    });
    setAuthor(() => input.value.trim() || null);
}

addEventListener("beforeunload", (event) => {
    if (!outbox.isEmpty || tasks.hasDrafts || editor.isDirty) event.preventDefault();
});

startFilters();
startQuickAdd();
startAuthor();
outbox.restore();
cluster.render();
stream.connect();
