// Whom a task can be assigned to.

import { listUsers } from "./resources.js";

const fresh = 60_000;
let users = [], askedAt = -Infinity;

/// The users of the cluster; where there are none, or they may not be seen, whoever the known tasks
/// are assigned to.
export async function names(tasks) {
  if (performance.now() - askedAt > fresh) {
    askedAt = performance.now();
    users = await listUsers().then(({ items }) => items.filter(({ disabled }) => !disabled).map(({ name }) => name).sort(), () => []);
  }
  return users.length ? users : tasks.people();
}
