// Changing, deleting, taking back: shown at once, retried, and never over a version the user has
// not seen.

import { newKey, signed, untilAnswered } from "./api.js";
import { confirmed, toast } from "./dom.js";
import { same } from "./fields.js";
import { deleteTask, restoreTask, undoStep, updateTask } from "./resources.js";

/// What this page did last, newest last: what `u` takes back. Each is what was done in one go: steps
/// { id, index }; { id, made } with the version of a task that is new, or back; { id, deleted: true }.
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

async function update(tasks, base, patch, waiting) {
  const { id, version } = base, key = newKey(), body = signed(patch);
  try {
    const saved = await write(tasks, id, { label: "Saving", patch, waiting },
      (signal) => updateTask(id, { body, version, key, signal }));
    rememberChange(base, saved);
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
  // Who deleted what is known to be deleted, nobody says here: it may have been this page.
  if (tasks.get(task.id)?.deleted_at) return isDeletedText(task);
  tasks.deleted({ ...task, version: task.version + 1 });
  return `“${task.title}” was deleted by somebody else.`;
}

export const isDeletedText = ({ title }) => `“${title}” is deleted. It can be restored.`;

export async function remove(tasks, id, question = null) {
  const task = tasks.get(id);
  if (tasks.draft(id)) {
    toast(`A change of “${task.title}” is still on its way.`);
    return false;
  }
  if (question && !await confirmed(`Delete “${task.title}”?`, question, "Delete")) return false;
  const key = newKey(), step = { id, deleted: true };
  try {
    await write(tasks, id, { label: "Deleting", patch: {} },
      (signal) => deleteTask(id, { version: task.version, signal, key }));
    remember([step]);
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
  toast(`“${task.title}” was deleted.`, "plain", ["Undo", () => undo(tasks, id, step)]);
  return true;
}

/// What was deleted comes back; a task becomes what it was at log index `asOf`, but not over a
/// change that the user has not seen.
export async function restore(tasks, { id, title, version, deleted_at }, asOf = null, question = null) {
  if (isBusy(tasks, id)) return null;
  if (question && !await confirmed("Changed by somebody else", question, "Restore it")) return null;
  const key = newKey(), body = signed(asOf ? { as_of: asOf } : {});
  try {
    const restored = await write(tasks, id, { label: "Restoring", patch: {} },
      (signal) => restoreTask(id, { body, version: asOf ? version : null, key, signal }));
    tasks.merge(restored);
    // Its deletion is taken back, and what takes back the restoration is to delete it once more.
    const wasDeleted = !asOf || Boolean(deleted_at);
    if (wasDeleted) forget([{ id, deleted: true }]);
    if (wasDeleted) remember([{ id, made: restored.version }]);
    else rememberChange({ version }, restored);
    toast(asOf ? `“${restored.title}” is as it was at log index ${asOf}.` : `“${title}” is back.`);
    return restored;
  } catch (problem) {
    if (asOf && problem.status === 412 && problem.current) {
      tasks[problem.current.deleted_at ? "deleted" : "merge"](problem.current);
      return restore(tasks, problem.current, asOf,
        `“${problem.current.title}” is newer than what you see here. Make it what it was at log index ${asOf} all the same?`);
    }
    toast(`“${title}” could not be restored. ${problem.message}`, "bad");
    return null;
  }
}

/// What an answer says of the step that it tells of.
export const stepOf = ({ id, at, replayed }) => ({ id, index: at, isLost: replayed });

/// A change that changed nothing leaves the version as it was, and no step to take back.
export function rememberChange(before, after) {
  if (after.version !== before.version) remember([stepOf(after)]);
}

export function remember(steps) {
  if (steps.length) done.push(steps);
  if (done.length > doneMax) done.shift();
}

/// The cluster is another one: nothing of what was done is there.
export function forgetSteps() { done.length = 0; }

/// Whoever takes something back by its button does not want to do so once more with `u`.
function forget(steps) {
  const isSame = (step, other) => step.id === other.id && step.index === other.index && step.deleted === other.deleted;
  const at = done.findLastIndex((each) =>
    each.length === steps.length && each.every((step, place) => isSame(step, steps[place])));
  if (at >= 0) done.splice(at, 1);
}

function isBusy(tasks, id) {
  if (tasks.draft(id)) toast(`A change of “${tasks.get(id)?.title}” is still on its way.`);
  return Boolean(tasks.draft(id));
}

/// Takes back what this page did last, whatever tasks it was done to. While something is on its way,
/// nobody knows what was last.
export async function undoLast(tasks, isSending = false) {
  if (tasks.hasDrafts || isSending) return toast("A change is still on its way.");
  const steps = done.at(-1);
  if (!steps) return toast("There is nothing of yours to undo on this page.");
  if (steps.length > 1) return undoAll(tasks, steps);
  const [step] = steps;
  forget(steps);
  try {
    tellUndone(tasks, step, await takeBack(tasks, step));
  } catch (problem) {
    // The step or its task is gone: what was done before it is meant.
    if (problem.status === 404) return undoLast(tasks, isSending);
    tellLasting(step, problem);
  }
}

/// Retried like what it takes back. Null if the user thought better of it.
async function takeBack(tasks, { id, index, ordinal, made, deleted, isLost }) {
  if (isLost) throw new Error("The answer to it was lost on its way: undo it in the history of the task.");
  const key = newKey(), known = tasks.get(id);
  let isTold = false;
  const draft = {
    label: "Undoing", patch: {},
    waiting() {
      if (!isTold) toast("The cluster cannot answer now. It is tried until it does.");
      isTold = true;
    },
  };
  if (made) {
    const question = "It was changed since you did this.";
    if (known.version !== made && !known.deleted_at && !await confirmed(`Delete “${known.title}”?`, question, "Delete")) return null;
    await write(tasks, id, draft, (signal) => deleteTask(id, { version: known.version, key, signal }));
    tasks.deleted({ ...known, version: known.version + 1 });
    return known;
  }
  const send = deleted ? restoreTask : undoStep, body = signed(deleted ? {} : { index, ordinal });
  const task = await write(tasks, id, draft, (signal) => send(id, { body, key, signal }));
  tasks.merge(task);
  return task;
}

export async function undoAll(tasks, steps) {
  forget(steps);
  const waiting = [...steps], left = [];
  let undone = 0, refusal = null;
  async function work() {
    for (let step = waiting.pop(); step; step = waiting.pop()) {
      try {
        await takeBack(tasks, step);
        undone += 1;
      } catch (problem) {
        if (problem.isTransient) left.push(step);
        // A change that changed nothing has left no step.
        if (problem.status !== 404) refusal = problem;
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  remember(left);
  if (refusal) toast(`${undone} of ${steps.length} undone. ${refusal.message}`, "bad");
  else toast(`${undone} tasks: undone.`);
}

/// `step`: what `remember` takes, or { index, ordinal } where one entry made several steps.
export async function undo(tasks, id, step) {
  if (isBusy(tasks, id)) return null;
  const whole = { ...step, id };
  forget([whole]);
  try {
    return tellUndone(tasks, whole, await takeBack(tasks, whole));
  } catch (problem) {
    return tellLasting(whole, problem);
  }
}

/// `task` is null if the user thought better of it.
function tellUndone(tasks, { id, made }, task) {
  if (!task) return null;
  if (made) toast(`“${task.title}” was deleted.`, "plain", ["Undo", () => undo(tasks, id, { deleted: true })]);
  else toast(`“${task.title}”: undone.`);
  return task;
}

function tellLasting(step, problem) {
  // Stopped while the cluster could not answer: it can be tried once more.
  if (problem.isTransient) remember([step]);
  toast(`This step cannot be undone. ${problem.message}`, "bad");
  return null;
}
