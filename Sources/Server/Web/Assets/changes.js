// Changing and deleting: shown at once, retried while there is no quorum, and never written
// over a version the user has not seen.

import { deleteTask, newKey, signed, untilAnswered, updateTask } from "./api.js";
import { resolveConflict } from "./conflict.js";
import { confirmed, toast } from "./dom.js";
import { same, statuses } from "./fields.js";

/// Runs one write of one task. Its row shows the change, says when it waits, and can cancel.
async function write(tasks, id, { patch, label, signal, waiting }, attempt) {
    const abort = new AbortController();
    signal?.addEventListener("abort", () => abort.abort(), { once: true });
    const draft = { patch, label, problem: null, uncertain: false, cancel: () => abort.abort() };
    tasks.begin(id, draft);
    try {
        return await untilAnswered(() => attempt(abort.signal), {
            signal: abort.signal,
            waiting(problem, uncertain) {
                Object.assign(draft, { problem, uncertain });
                tasks.changed();
                waiting?.(problem, uncertain);
            },
        });
    } catch (problem) {
        problem.isCancelled = abort.signal.aborted;
        problem.wasUncertain = draft.uncertain;
        throw problem;
    } finally {
        tasks.end(id);
    }
}

async function update(tasks, base, patch, hooks) {
    const key = newKey(), body = signed(patch);
    const attempt = (signal) => updateTask(base.id, base.version, body, key, signal);
    try {
        return await write(tasks, base.id, { ...hooks, patch, label: "Saving" }, attempt);
    } catch (problem) {
        const current = problem.code === "stale_version" && problem.current;
        // Our own earlier try may be what made the version stale: nothing is left to do.
        if (current && Object.keys(patch).every((field) => same(patch[field], current[field]))) {
            return current;
        }
        throw problem;
    }
}

/// Saves `patch` over `base`, the version the user looked at. Resolves with the saved task, or
/// with null when the user preferred not to save; throws what else the server refused.
export async function saveChange(tasks, base, patch, hooks = {}) {
    let seen = base, wanted = patch;
    for (;;) {
        try {
            const task = await update(tasks, seen, wanted, hooks);
            tasks.merge(task);
            return task;
        } catch (problem) {
            if (problem.status !== 412 || !problem.current) throw problem;
            tasks.merge(problem.current);
            const choice = await resolveConflict(seen, wanted, problem.current);
            if (choice === null) return null;
            if (Object.keys(choice).length === 0) return problem.current;
            [seen, wanted] = [problem.current, choice];
        }
    }
}

const lateResult = "It may have been saved all the same; the list will show it.";

/// What to tell about a write that ended without success.
function explain(tasks, task, problem) {
    if (problem.status === 404) {
        tasks.deleted({ ...task, version: task.version + 1 });
        return `“${task.title}” was deleted by somebody else.`;
    }
    if (problem.isCancelled) return problem.wasUncertain ? lateResult : "Cancelled: nothing was changed.";
    return `“${task.title}” was not changed. ${problem.message}`;
}

export async function setStatus(tasks, id, status) {
    const task = tasks.get(id);
    if (!task || tasks.draft(id) || task.status === status) return;
    try {
        const saved = await saveChange(tasks, task, { status });
        if (saved) toast(`“${saved.title}” is now ${statuses[saved.status].toLowerCase()}.`);
    } catch (problem) {
        toast(explain(tasks, task, problem), problem.isCancelled ? "plain" : "bad");
    }
}

export async function remove(tasks, id) {
    let task = tasks.get(id);
    let text = "It disappears for everybody; its history is kept.";
    while (task && !tasks.draft(id)) {
        const heading = `Delete “${task.title}”?`;
        if (!await confirmed({ heading, text, action: "Delete" })) return;
        try {
            await removeVersion(tasks, task);
            tasks.deleted({ ...task, version: task.version + 1 });
            toast(`“${task.title}” was deleted.`);
            return;
        } catch (problem) {
            if (problem.status !== 412 || !problem.current) {
                toast(explain(tasks, task, problem), problem.isCancelled ? "plain" : "bad");
                return;
            }
            tasks.merge(problem.current);
            task = problem.current;
            text = "Somebody has just changed it. Delete it as it is now?";
        }
    }
}

async function removeVersion(tasks, task) {
    const attempt = (signal) => deleteTask(task.id, task.version, signal);
    try {
        await write(tasks, task.id, { label: "Deleting" }, attempt);
    } catch (problem) {
        // Gone is what was asked for, whoever did it.
        if (problem.status !== 404) throw problem;
    }
}
