// Moving a task: shown at once in its new place, ranked by the server.

import { newKey, signed } from "./api.js";
import { refused, rememberChange, stepOf, undo, write } from "./changes.js";
import { announce, confirmed, toast } from "./dom.js";
import { moveTask } from "./resources.js";

/// Where each task that is on its way shall go in the end. Keys that are held down ask for more
/// than one step; only the last one counts.
const wanted = new Map();

/// `column` is the lower-case list of visible tasks it goes into; `before` is the one it shall
/// stand before, null for the end.
export function targetIn(cards, board, column, id, before) {
  const others = cards.filter(({ key }) => key !== id);
  const at = before === null ? others.length : others.findIndex(({ key }) => key === before);
  const above = others[at - 1]?.task, below = others[at]?.task;
  const rank = !above ? (below?.rank ?? 2) - 1 : !below ? above.rank + 1 : (above.rank + below.rank) / 2;
  const neighbour = above ? { after: above.id } : below ? { before: below.id } : {};
  return { place: { board, column: column.key, ...neighbour }, patch: { board, column: column.key, status: column.status, rank } };
}

export async function move(tasks, id, target, nameOf) {
  const isRunning = wanted.has(id);
  wanted.set(id, target);
  if (isRunning) return tasks.draft(id) && tasks.setDraft(id, Object.assign(tasks.draft(id), { patch: target.patch }));
  const task = tasks.get(id);
  try {
    let moved;
    for (let next = null; next !== wanted.get(id);) {
      next = wanted.get(id);
      moved = await send(tasks, id, next, nameOf);
      if (!moved) return;
      tasks.merge(moved);
    }
    const step = stepOf(moved);
    if (nameOf(task) !== nameOf(moved)) {
      toast(`“${moved.title}”: ${nameOf(moved)}.`, "plain", ["Undo", () => undo(tasks, id, step)]);
    }
  } catch (problem) {
    toast(refused(tasks, task, problem), "bad");
  } finally {
    wanted.delete(id);
  }
}

async function send(tasks, id, { place, patch }, nameOf) {
  const seen = tasks.get(id), key = newKey(), body = signed(place);
  try {
    const moved = await write(tasks, id, { label: "Moving", patch },
      (signal) => moveTask(id, { body, version: seen.version, key, signal }));
    rememberChange(seen, moved);
    return moved;
  } catch (problem) {
    const { current } = problem;
    if (!current) throw problem;
    tasks.merge(current);
    // Another field was changed: nobody else's doing is lost by the move.
    const wasMoved = nameOf(current) !== nameOf(seen);
    if (wasMoved && !await confirmed("Moved by somebody else",
      `“${current.title}” is in ${nameOf(current)} now. Move it to ${nameOf({ ...current, ...patch })} all the same?`,
      "Move it")) return null;
    return send(tasks, id, { place, patch }, nameOf);
  }
}

/// What a screen reader says while a card moves.
export function announceMove(title, column, at, count) {
  announce(`${title}: ${column}, ${at} of ${count}`);
}
