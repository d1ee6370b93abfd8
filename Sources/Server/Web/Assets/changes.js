// Changing, deleting, taking back: shown at once, retried, and never over a version the user has
// not seen.

import { newKey, signed, untilAnswered } from "./api.js";
import { confirmed, toast } from "./dom.js";
import { same } from "./fields.js";
import { deleteTask, restoreTask, undoStep, updateTask } from "./resources.js";

/// What this page did last, newest last: what `u` takes back.
const done = [];
const doneMax = 50;
/// A browser opens so many connections.
const atOnce = 6;

/// Runs one write of one task, or of several. Their cards show the change, say when it waits, and
/// can cancel. `draft.patch` is what they show, or says it for each task.
export async function write(tasks, ids, draft, attempt) {
  const abort = new AbortController(), { signal } = abort, cancel = () => abort.abort();
  const patchOf = (id) => (typeof draft.patch === "function" ? draft.patch(tasks.get(id)) : draft.patch);
  const drafts = new Map([ids].flat().map((id) => [id, { ...draft, cancel, patch: patchOf(id) }]));
  for (const [id, each] of drafts) tasks.setDraft(id, each);
  try {
    return await untilAnswered(() => attempt(signal), signal, (problem) => {
      for (const each of drafts.values()) each.problem = problem;
      draft.waiting?.(problem);
      tasks.changed();
    });
  } catch (problem) {
    if (signal.aborted) problem.message = "Stopped. The last try may have worked all the same.";
    throw problem;
  } finally {
    for (const id of drafts.keys()) tasks.setDraft(id, null);
  }
}

async function update(tasks, { id, version }, patch, waiting) {
  const key = newKey(), body = signed(patch);
  try {
    const saved = await write(tasks, id, { label: "Saving", patch, waiting },
      (signal) => updateTask(id, { body, version, key, signal }));
    remember([{ id, index: saved.at }]);
    return saved;
  } catch (problem) {
    const { current } = problem;
    // Our own earlier try may be what made the version stale: nothing is left to do.
    if (current && Object.keys(patch).every((field) => same(patch[field], current[field]))) return current;
    throw problem;
  }
}

/// Saves `patch` over `base`, the version the user saw. Resolves with the saved task, or with null
/// when the user went back; throws what else the server refused.
export async function saveChange(tasks, boards, base, patch, waiting) {
  while (Object.keys(patch).length) {
    try {
      base = await update(tasks, base, patch, waiting);
      patch = {};
    } catch (problem) {
      if (!problem.current) throw problem;
      const { resolveConflict } = await import("./conflict.js");
      const choice = await resolveConflict(base, patch, problem.current, boards);
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

export async function remove(tasks, id, question = null) {
  const task = tasks.get(id);
  if (tasks.draft(id)) {
    toast(`A change of “${task.title}” is still on its way.`);
    return false;
  }
  if (question && !await confirmed(`Delete “${task.title}”?`, question, "Delete")) return false;
  try {
    await write(tasks, id, { label: "Deleting", patch: {} },
      (signal) => deleteTask(id, { version: task.version, signal, key: newKey() }));
  } catch (problem) {
    if (problem.current) {
      tasks.merge(problem.current);
      return remove(tasks, id, "Somebody has just changed it. Delete it as it is now?");
    }
    // Gone is what was asked for, whoever did it.
    if (problem.status !== 404) {
      toast(refused(tasks, task, problem), "bad");
      return false;
    }
  }
  tasks.deleted({ ...task, version: task.version + 1 });
  toast(`“${task.title}” was deleted.`, "plain", ["Undo", () => restore(tasks, task)]);
  return true;
}

export async function restore(tasks, { id, title }, asOf = null) {
  try {
    const restored = await restoreTask(id, asOf);
    tasks.merge(restored);
    toast(asOf ? `“${restored.title}” is as it was at log index ${asOf}.` : `“${title}” is back.`);
    return restored;
  } catch (problem) {
    toast(`“${title}” could not be restored. ${problem.message}`, "bad");
    return null;
  }
}

/// `steps`: { id, index }, done in one go.
export function remember(steps) {
  const known = steps.filter(({ index }) => index);
  if (known.length) done.push(known);
  if (done.length > doneMax) done.shift();
}

/// Takes back what this page did last, whatever tasks it was done to.
export async function undoLast(tasks) {
  const steps = done.pop();
  if (!steps) return toast("There is nothing of yours to undo on this page.");
  if (steps.length > 1) return undoAll(tasks, steps);
  await undo(tasks, steps[0].id, { index: steps[0].index });
}

export async function undoAll(tasks, steps) {
  const waiting = [...steps];
  let undone = 0, refusal = null;
  async function work() {
    for (let step = waiting.pop(); step; step = waiting.pop()) {
      try {
        tasks.merge(await undoStep(step.id, { index: step.index }));
        undone += 1;
      } catch (problem) {
        // A change that changed nothing has left no step.
        if (problem.status !== 404) refusal = problem;
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  if (refusal) toast(`${undone} of ${steps.length} undone. ${refusal.message}`, "bad");
  else toast(`${undone} tasks: undone.`);
}

export async function undo(tasks, id, step) {
  try {
    const task = await undoStep(id, step);
    tasks.merge(task);
    toast(`“${task.title}”: undone.`);
    return task;
  } catch (problem) {
    toast(`This step cannot be undone. ${problem.message}`, "bad");
    return null;
  }
}
