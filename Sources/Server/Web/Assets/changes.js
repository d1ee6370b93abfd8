// Changing and deleting: shown at once, retried, and never over a version the user has not seen.

import { deleteTask, newKey, signed, untilAnswered, updateTask } from "./api.js";
import { resolveConflict } from "./conflict.js";
import { confirmed, toast } from "./dom.js";
import { same, statuses } from "./fields.js";

/// Runs one write of one task. Its row shows the change, says when it waits, and can cancel.
async function write(tasks, id, draft, attempt) {
  const abort = new AbortController(), { signal } = abort;
  draft.cancel = () => abort.abort();
  tasks.setDraft(id, draft);
  try {
    return await untilAnswered(() => attempt(signal), signal, (problem) => {
      draft.problem = problem;
      draft.waiting?.(problem);
      tasks.changed();
    });
  } catch (problem) {
    if (signal.aborted) problem.message = "Stopped. The last try may have worked all the same.";
    throw problem;
  } finally {
    tasks.setDraft(id, null);
  }
}

async function update(tasks, { id, version }, patch, waiting) {
  const key = newKey(), body = signed(patch);
  try {
    return await write(tasks, id, { label: "Saving", patch, waiting },
      (signal) => updateTask(id, { body, version, key, signal }));
  } catch (problem) {
    const { current } = problem;
    // Our own earlier try may be what made the version stale: nothing is left to do.
    if (current && Object.keys(patch).every((field) => same(patch[field], current[field]))) return current;
    throw problem;
  }
}

/// Saves `patch` over `base`, the version the user saw. Resolves with the saved task, or with null
/// when the user went back; throws what else the server refused.
export async function saveChange(tasks, base, patch, waiting) {
  while (Object.keys(patch).length) {
    try {
      base = await update(tasks, base, patch, waiting);
      patch = {};
    } catch (problem) {
      if (!problem.current) throw problem;
      const choice = await resolveConflict(base, patch, problem.current);
      if (choice === null) return null;
      [base, patch] = [problem.current, choice];
    }
    tasks.merge(base);
  }
  return base;
}

export function refused(tasks, task, problem) {
  if (problem.status !== 404) return `“${task.title}”: ${problem.message}`;
  tasks.deleted({ ...task, version: task.version + 1 });
  return `“${task.title}” was deleted by somebody else.`;
}

export async function setStatus(tasks, id, status) {
  const task = tasks.get(id);
  if (tasks.draft(id) || task.status === status) return;
  try {
    const saved = await saveChange(tasks, task, { status });
    if (saved) toast(`“${saved.title}”: ${statuses[saved.status]}.`);
  } catch (problem) {
    toast(refused(tasks, task, problem), "bad");
  }
}

export async function remove(tasks, id, text = "It goes away for everybody; its history is kept.") {
  const task = tasks.get(id);
  if (tasks.draft(id) || !await confirmed(`Delete “${task.title}”?`, text, "Delete")) return;
  try {
    await write(tasks, id, { label: "Deleting" }, (signal) => deleteTask(id, { version: task.version, signal }));
  } catch (problem) {
    if (problem.current) {
      tasks.merge(problem.current);
      return remove(tasks, id, "Somebody has just changed it. Delete it as it is now?");
    }
    // Gone is what was asked for, whoever did it.
    if (problem.status !== 404) return toast(refused(tasks, task, problem), "bad");
  }
  tasks.deleted({ ...task, version: task.version + 1 });
  toast(`“${task.title}” was deleted.`);
}
