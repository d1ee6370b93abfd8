// Whom a task can be assigned to.

import { listUsers } from "./resources.js";

const fresh = 60_000;
/// What is compared: two names that differ in case alone are one person's.
const folded = (name) => name.normalize("NFKC").toLowerCase();
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

/// As the user writes it whose name it is, as far as users are known by now; a task may be for
/// somebody without an account.
export const spelled = (name) => users.find((user) => folded(user) === folded(name)) ?? name;
