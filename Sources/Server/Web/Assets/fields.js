// What a task is made of, in words: names, choices, limits and how values are shown.

export const statuses = { pending: "Pending", in_progress: "In progress", done: "Done" };
export const priorities = ["None", "Urgent", "High", "Medium", "Low"];
export const names = {
    title: "Title", description: "Description", status: "Status", priority: "Priority",
    due: "Due", assignee: "Assignee", labels: "Labels",
};
export const editable = Object.keys(names);
export const blank = {
    title: "", description: "", status: "pending", priority: 0,
    due: null, assignee: null, labels: [],
};

export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/// The editable fields in which `after` differs from `before`.
export function difference(before, after) {
    const changed = editable.filter((field) => !same(before[field], after[field]));
    return Object.fromEntries(changed.map((field) => [field, after[field]]));
}

export function describe(field, value) {
    if (value === null || value === undefined || value === "") return "none";
    if (field === "status") return statuses[value] ?? String(value);
    if (field === "priority") return priorities[value] ?? String(value);
    if (Array.isArray(value)) return value.length ? value.join(", ") : "none";
    return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// The server counts Unicode scalars and bytes; `maxlength` counts UTF-16 units.
const scalars = (text) => [...text].length;

/// Says what the server would refuse, by field, before a round trip says it.
export function faults(task) {
    const found = {};
    if (!task.title) found.title = "A task needs a title.";
    if (scalars(task.title) > 255) found.title = "A title has at most 255 characters.";
    if (new TextEncoder().encode(task.description ?? "").length > 65_536) {
        found.description = "A description has at most 64 KiB.";
    }
    if (scalars(task.assignee ?? "") > 64) found.assignee = "At most 64 characters.";
    if ((task.labels ?? []).length > 32) found.labels = "At most 32 labels.";
    if ((task.labels ?? []).some((label) => scalars(label) > 64)) {
        found.labels = "A label has at most 64 characters.";
    }
    return found;
}

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export const showTime = (text) => moment.format(new Date(text));

/// A due date is a day in the reader's own calendar, not an instant in UTC.
export function dueIn(text, now = new Date()) {
    const [year, month, date] = text.split("-").map(Number);
    const due = new Date(year, month - 1, date);
    const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
    const days = Math.round((due - today) / 86_400_000);
    const shown = year === today.getFullYear() ? day.format(due) : dayOfYear.format(due);
    if (days < 0) return { days, text: `${shown}, overdue` };
    return { days, text: days === 0 ? "Today" : days === 1 ? "Tomorrow" : shown };
}
