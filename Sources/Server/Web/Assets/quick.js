// The syntax of quick add: Buy milk #home !p1 @ann ^tomorrow, and @"Ada Lovelace" where there is a space

/// At spaces, but not between the quotation marks of a label or a name.
const words = /[#@]"[^"]*"(?!\S)|\S+/g;
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const priorityWords = { urgent: 1, high: 2, medium: 3, low: 4 };

/// The fields of a task out of one line. A word that is not understood stays in the title; a
/// backslash keeps one there that would be.
export function parseQuick(line, today = new Date()) {
  const title = [], labels = [], fields = {};
  for (const word of line.match(words) ?? []) {
    const mark = word[0], rest = word.slice(1), name = nameIn(rest);
    if (mark === "\\" && rest) title.push(rest);
    else if (mark === "#" && name && !isNumber(rest)) labels.push(name);
    else if (mark === "@" && name) fields.assignee = name;
    else if (mark === "!" && priorityOf(rest) !== null) fields.priority = priorityOf(rest);
    else if (mark === "^" && dayOf(rest, today)) fields.due = dayOf(rest, today);
    else title.push(word);
  }
  if (labels.length) fields.labels = [...new Set(labels)];
  return { title: title.join(" "), ...fields };
}

/// One word, or whatever stands between quotation marks; empty if it is no name.
function nameIn(text) {
  const quoted = /^"([^"]*)"$/.exec(text)?.[1].trim();
  return quoted ?? /^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u.exec(text)?.[0] ?? "";
}

/// “#1” is a number of something, and stays in the title; a label begins with a letter or a quotation mark.
const isNumber = (text) => /^\p{N}/u.test(text);

function priorityOf(text) {
  const [, digit] = /^p?([0-4])$/.exec(text) ?? [];
  return digit === undefined ? priorityWords[text.toLowerCase()] ?? null : Number(digit);
}

/// today, tomorrow, fri (the next one), 3d, 2w, 12-24 (the next one) or 2026-12-24.
function dayOf(text, today) {
  const at = new Date(today.getFullYear(), today.getMonth(), today.getDate());
  const word = text.toLowerCase(), [, count, unit] = /^(\d{1,3})([dw])$/.exec(word) ?? [];
  const weekday = weekdays.findIndex((name) => word.length > 2 && weekdayName(name).startsWith(word));
  if (word.length > 2 && "tomorrow".startsWith(word)) at.setDate(at.getDate() + 1);
  else if (weekday >= 0) at.setDate(at.getDate() + ((weekday - at.getDay() + 6) % 7) + 1);
  else if (count) at.setDate(at.getDate() + Number(count) * (unit === "w" ? 7 : 1));
  else if (!"today".startsWith(word) || word.length < 3) return calendarDay(word, at);
  return dayText(at);
}

const weekdayName = (short) => ({
  sun: "sunday", mon: "monday", tue: "tuesday", wed: "wednesday", thu: "thursday", fri: "friday", sat: "saturday",
})[short];

function calendarDay(text, today) {
  const [, year, month, day] = /^(?:(\d{4})-)?(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  if (!day) return null;
  const at = new Date(Number(year ?? today.getFullYear()), month - 1, Number(day));
  if (at.getMonth() !== month - 1) return null;
  if (!year && at < today) at.setFullYear(at.getFullYear() + 1);
  return dayText(at);
}

export function dayText(at) {
  const two = (number) => String(number).padStart(2, "0");
  return `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
