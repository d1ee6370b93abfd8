// What somebody has typed about a task outlives a reload of the page, with the version it was typed
// over: the form's under the ID of the task, the comments' under one of their own.

const keyOf = (id) => `taskraft.typed.${id}`;

/// `typed` is null once there is nothing to keep.
export function keepTyped(id, typed) {
  try {
    if (typed) sessionStorage.setItem(keyOf(id), JSON.stringify(typed));
    else sessionStorage.removeItem(keyOf(id));
  } catch { /* full or off */ }
}

export function keptTyped(id) {
  try { return JSON.parse(sessionStorage.getItem(keyOf(id))); } catch { return null; }
}
