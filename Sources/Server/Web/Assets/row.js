// One task in a list. The element is made once and refilled, so that focus survives updates.

import { element, icon, setText, showText } from "./dom.js";
import { dueIn, priorities, statuses } from "./fields.js";

/// `actions`: toggle(id), menu(button, id), edit(id), history(id), remove(id), cancel(id).
export function makeRow(id, actions) {
    const check = element("button", {
        type: "button", class: "check", "aria-pressed": "false", onclick: () => actions.toggle(id),
    }, icon("check"));
    const title = element("button", { type: "button", class: "title", onclick: () => actions.edit(id) });
    const meta = element("p", { class: "meta" });
    const note = element("span");
    const cancel = element("button", {
        type: "button", class: "link", onclick: () => actions.cancel(id),
    }, "Cancel");
    const progress = element("p", { class: "progress" }, note, " ", cancel);
    const status = element("button", {
        type: "button", class: "pill", "aria-haspopup": "menu", "aria-expanded": "false",
        onclick: () => actions.menu(status, id),
    });
    const history = iconButton("clock", () => actions.history(id));
    const remove = iconButton("trash", () => actions.remove(id));
    const item = element("li", { class: "row" }, check,
        element("div", { class: "body" }, title, meta, progress), status, history, remove);

    let filledFrom = [];
    function fill({ source, task, draft }) {
        const from = [source, draft, draft?.problem];
        if (from.every((part, at) => part === filledFrom[at])) return;
        filledFrom = from;
        item.dataset.status = task.status;
        item.toggleAttribute("data-busy", draft !== undefined);
        item.setAttribute("aria-busy", String(draft !== undefined));
        check.setAttribute("aria-pressed", String(task.status === "done"));
        check.setAttribute("aria-label", `Done: ${task.title}`);
        setText(title, task.title);
        setText(status, statuses[task.status] ?? task.status);
        status.dataset.status = task.status;
        status.setAttribute("aria-label", `Status of ${task.title}: ${status.textContent}`);
        history.setAttribute("aria-label", `History of ${task.title}`);
        remove.setAttribute("aria-label", `Delete ${task.title}`);
        meta.replaceChildren(...facts(task));
        meta.hidden = meta.children.length === 0;
        progress.hidden = !draft?.problem;
        setText(note, draft?.problem ? waitingText(draft.label, draft.problem) : "");
    }
    return { item, fill, focusTarget: title };
}

/// `entry` is a new task the cluster has not confirmed yet.
export function makeOutboxRow(entry, { edit, discard }) {
    const note = element("span");
    const change = element("button", { type: "button", class: "link", onclick: () => edit(entry) }, "Edit and try again");
    const drop = element("button", { type: "button", class: "link", onclick: () => discard(entry) }, "Discard");
    const progress = element("p", { class: "progress" }, note, " ", change, " ", drop);
    const item = element("li", { class: "row", "data-busy": true, "aria-busy": "true" },
        element("span", { class: "check", "aria-hidden": "true" }),
        element("div", { class: "body" }, element("p", { class: "title" }, entry.body.title), progress));

    function fill() {
        const failed = entry.state === "failed";
        item.toggleAttribute("data-failed", failed);
        change.hidden = !failed;
        progress.hidden = entry.state === "saving";
        if (failed) setText(note, `Not saved. ${[entry.problem.message, ...entry.problem.errors.map((error) => error.detail)].join(" ")}`);
        else showText(note, entry.problem && waitingText("Saving", entry.problem));
    }
    return { item, fill, focusTarget: drop };
}

export function waitingText(label, problem) {
    const reason = problem.code === "no_quorum" ? "No quorum"
        : problem.isUncertain ? "No answer yet" : "The cluster is busy";
    return `${label}… ${reason}; trying again by itself.`;
}

function iconButton(name, act) {
    return element("button", { type: "button", class: "icon", onclick: act }, icon(name));
}

function facts(task) {
    const found = [];
    if (task.priority > 0) {
        found.push(fact("flag", priorities[task.priority] ?? `Priority ${task.priority}`, {
            class: "fact", "data-priority": task.priority,
        }));
    }
    if (task.due) {
        const due = dueIn(task.due);
        const late = due.days < 0 && task.status !== "done";
        found.push(fact("calendar", late ? due.text : due.text.replace(", overdue", ""), {
            class: "fact", "data-late": late, title: `Due ${task.due}`,
        }));
    }
    if (task.assignee) found.push(fact("person", task.assignee, { class: "fact" }));
    for (const label of task.labels) found.push(element("span", { class: "label" }, label));
    return found;
}

const fact = (image, text, attributes) => element("span", attributes, icon(image), text);
