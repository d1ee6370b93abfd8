// What somebody has typed into the form of a task outlives a reload of the page, with the version it
// was typed over.

const keyOf = (id) => `taskraft.typed.${id}`;

/// `typed` is { base, typed }, or null once there is nothing to keep.
export function keepTyped(id, typed) {
  try {
    if (typed) sessionStorage.setItem(keyOf(id), JSON.stringify(typed));
    else sessionStorage.removeItem(keyOf(id));
  } catch { /* full or off */ }
}

export function keptTyped(id) {
  try { return JSON.parse(sessionStorage.getItem(keyOf(id))); } catch { return null; }
}
