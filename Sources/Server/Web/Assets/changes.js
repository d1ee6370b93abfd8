// Changing, deleting, taking back: shown at once, retried, and never over a version the user has
// not seen.

import { newKey, signed, untilAnswered } from "./api.js";
import { confirmed, toast } from "./dom.js";
import { same } from "./fields.js";
import { deleteTask, restoreTask, undoStep, updateTask } from "./resources.js";

/// What this page did last, newest last: what `u` takes back. Each is what was done in one go: steps
/// { id, index }, or { id, made: true } for a task that is new.
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
  const key = newKey();
  let index;
  try {
    ({ at: index } = await write(tasks, id, { label: "Deleting", patch: {} },
      (signal) => deleteTask(id, { version: task.version, signal, key })));
    remember([{ id, index }]);
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
  toast(`“${task.title}” was deleted.`, "plain",
    ["Undo", () => (index ? undo(tasks, id, { index }) : restore(tasks, task))]);
  return true;
}

/// What was deleted comes back; a task becomes what it was at log index `asOf`, but not over a
/// change that the user has not seen.
export async function restore(tasks, { id, title, version, deleted_at }, asOf = null, question = null) {
  if (question && !await confirmed("Changed by somebody else", question, "Restore it")) return null;
  const key = newKey();
  try {
    const restored = await write(tasks, id, { label: "Restoring", patch: {} },
      (signal) => restoreTask(id, asOf, { version: asOf ? version : null, key, signal }));
    tasks.merge(restored);
    if (!deleted_at) remember([{ id, index: restored.at }]);
    toast(asOf ? `“${restored.title}” is as it was at log index ${asOf}.` : `“${title}” is back.`);
    return restored;
  } catch (problem) {
    if (asOf && problem.status === 412 && problem.current) {
      tasks.merge(problem.current);
      return restore(tasks, problem.current, asOf,
        `“${problem.current.title}” is newer than what you see here. Make it what it was at log index ${asOf} all the same?`);
    }
    toast(`“${title}” could not be restored. ${problem.message}`, "bad");
    return null;
  }
}

export function remember(steps) {
  const known = steps.filter(({ index, made }) => index || made);
  if (known.length) done.push(known);
  if (done.length > doneMax) done.shift();
}

/// Whoever takes a step back by its button does not want to do so once more with `u`.
function forget(id, index) {
  const at = done.findIndex((steps) => steps.length === 1 && steps[0].id === id && steps[0].index === index);
  if (at >= 0) done.splice(at, 1);
}

/// Takes back what this page did last, whatever tasks it was done to.
export async function undoLast(tasks) {
  const steps = done.at(-1);
  if (!steps) return toast("There is nothing of yours to undo on this page.");
  const busy = steps.find(({ id }) => tasks.draft(id));
  if (busy) return toast(`A change of “${tasks.get(busy.id)?.title}” is still on its way.`);
  done.pop();
  if (steps.length > 1) return undoAll(tasks, steps);
  await undo(tasks, steps[0].id, steps[0]);
}

/// Retried like what it takes back.
async function takeBack(tasks, { id, index, ordinal, made }) {
  const key = newKey(), draft = { label: "Undoing", patch: {} };
  if (made) {
    const task = tasks.get(id);
    await write(tasks, id, draft, (signal) => deleteTask(id, { version: task.version, key, signal }));
    tasks.deleted({ ...task, version: task.version + 1 });
    return task;
  }
  const body = signed({ index, ordinal });
  const task = await write(tasks, id, draft, (signal) => undoStep(id, { body, key, signal }));
  tasks.merge(task);
  return task;
}

export async function undoAll(tasks, steps) {
  const waiting = [...steps];
  let undone = 0, refusal = null;
  async function work() {
    for (let step = waiting.pop(); step; step = waiting.pop()) {
      try {
        await takeBack(tasks, step);
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

/// `step`: { index } with the ordinal where one entry made several steps, or { made }.
export async function undo(tasks, id, step) {
  forget(id, step.index);
  try {
    const task = await takeBack(tasks, { ...step, id });
    toast(`“${task.title}”: undone.`);
    return task;
  } catch (problem) {
    // Stopped while the cluster could not answer: it can be tried once more.
    if (problem.isTransient) remember([{ ...step, id }]);
    toast(`This step cannot be undone. ${problem.message}`, "bad");
    return null;
  }
}
