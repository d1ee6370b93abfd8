// What a task is made of, in words: names, choices and how values are shown.

export const statuses = { pending: "Pending", in_progress: "In progress", done: "Done" };
export const priorities = ["None", "Urgent", "High", "Medium", "Low"];
/// What people edit. The status follows from the column.
export const names = {
  title: "Title", description: "Description", board: "Board", column: "Column", priority: "Priority",
  due: "Due", assignee: "Assignee", labels: "Labels",
};
export const editable = Object.keys(names);

export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/// The editable fields in which `after` differs from `before`.
export function difference(before, after) {
  const changed = editable.filter((field) => !same(before[field], after[field]));
  return Object.fromEntries(changed.map((field) => [field, after[field]]));
}

/// `boards` tells what boards and columns are called.
export function describe(field, value, boards) {
  if (value === null || value === undefined || value.length === 0) return "none";
  if (field === "status") return statuses[value] ?? value;
  if (field === "board") return boards?.get(value)?.name ?? `board ${value}`;
  if (field === "column") return boards?.columnName(value) ?? value;
  if (field === "due") return dayIn(value).shown;
  if (field === "priority") return priorities[value] ?? String(value);
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/// The server counts Unicode scalars; `maxlength` would count UTF-16 units.
export function titleFault(title) {
  if (!title) return "A task needs a title.";
  return [...title].length > 255 ? "A title has at most 255 characters." : "";
}

const format = (options) => new Intl.DateTimeFormat(undefined, options);
const day = format({ day: "numeric", month: "short" });
const dayOfYear = format({ dateStyle: "medium" });
const moment = format({ dateStyle: "medium", timeStyle: "medium" });

export const showTime = (text) => moment.format(new Date(text));

/// A due date is a day in the reader's own calendar, not an instant in UTC.
function dayIn(text, now = new Date()) {
  const [year, month, date] = text.split("-").map(Number), at = new Date(year, month - 1, date);
  return { at, shown: (year === now.getFullYear() ? day : dayOfYear).format(at) };
}

export function dueIn(text) {
  const now = new Date(), { at, shown } = dayIn(text, now);
  const days = Math.round((at - new Date(now.getFullYear(), now.getMonth(), now.getDate())) / 86_400_000);
  return { days, text: { 0: "Today", 1: "Tomorrow" }[days] ?? shown };
}

/// The same text has the same hue on every page: one of 24, which the style sheet turns into colours.
export function hue(text) {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)) % 360;
  return Math.floor(sum / 15);
}
