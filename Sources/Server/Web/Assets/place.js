// Where somebody is: a board, a view of it and a filter. It lives in the URL and nowhere else.

const firstBoard = 1, newestFirst = "-created";

/// `board` is null for the tasks of all boards, which only the list can show.
export function readPlace(search) {
  const given = new URLSearchParams(search);
  const board = given.get("board") === "all" ? null : Number(given.get("board")) || firstBoard;
  return {
    board,
    view: board === null || given.get("view") === "list" ? "list" : "board",
    q: given.get("q") ?? "",
    sort: given.get("sort") ?? "",
    asOf: Number(given.get("as_of")) || null,
  };
}

export function placeURL({ board, view, q, sort, asOf }) {
  const given = new URLSearchParams();
  if (board !== firstBoard) given.set("board", board ?? "all");
  if (view === "list" && board !== null) given.set("view", view);
  if (q.trim()) given.set("q", q.trim());
  if (sort) given.set("sort", sort);
  if (asOf) given.set("as_of", asOf);
  // Colons and commas are what filters consist of; they need no escape in a query.
  const text = given.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return text ? `/?${text}` : "/";
}

/// The filter as the server takes it. The last word counts as the beginning of one, because it may
/// still be typed.
export function filterOf(place) {
  const text = place.q.trim().replace(/(^|\s)(?!p[0-4]$)([\p{L}\p{N}]+)$/iu, "$1$2*");
  return [boardIn(place), text].filter(Boolean).join(" ");
}

/// What the filter says of the board by itself, because nobody has typed it.
const boardIn = ({ board, q }) => (board === null || /(^|\s)board:/.test(q) ? "" : `board:${board}`);

/// What the server says of a filter that it cannot read, for whoever typed it: it counts from 0, and
/// counts the board too.
export function filterFault(place, text) {
  const [, offset, expected] = /at character (\d+): (.*)$/s.exec(text) ?? [];
  if (offset === undefined) return text;
  const before = boardIn(place), unseen = before && before.length + 1;
  return `At character ${Math.max(Number(offset) - unseen, 0) + spacesBefore(place.q) + 1}: ${expected}`;
}

const spacesBefore = (q) => [...q].length - [...q.trimStart()].length;

/// Whether such a fault is in the last word, which may still be typed.
export function isAtEnd(q, fault) {
  const at = Number(/^At character (\d+):/.exec(fault)?.[1]), last = termsOf(q).at(-1) ?? "";
  return at > [...q].length - [...last].length;
}

/// The reader's own offset from UTC, such as +02:00: whose day `today` is in a filter.
export function zone(now = new Date()) {
  const minutes = -now.getTimezoneOffset(), two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/// What a request says that takes a filter.
export const filterQuery = (place) => new URLSearchParams({ q: filterOf(place), zone: zone() });

/// The words of a filter: at spaces, but not between quotation marks.
const termsOf = (q) => q.match(/(?:"(?:\\.|[^"\\])*"?|[^\s"])+/g) ?? [];

/// The place as one text of the filter language, for a saved view: `board:` says which board, and
/// an order that it is a list, because a board has an order of its own.
export function viewOf({ board, view, q, sort }) {
  const terms = termsOf(q).filter((term) => !term.startsWith("sort:"));
  if (board !== null && !terms.some((term) => term.startsWith("board:"))) terms.unshift(`board:${board}`);
  if (view === "list") terms.push(`sort:${sort || newestFirst}`);
  return terms.join(" ");
}

/// Where a saved view leads. One that names neither board nor order, as views once did, is a filter
/// for wherever one is.
export function placeOf(query, here) {
  const terms = termsOf(query), sort = take(terms, /^sort:(-?[a-z]+)$/), board = take(terms, /^board:([1-9]\d*)$/);
  if (sort === null && board === null) return { ...here, q: query, asOf: null };
  return {
    board: board && Number(board), view: sort ? "list" : "board", q: terms.join(" "),
    sort: sort === null || sort === newestFirst ? "" : sort, asOf: null,
  };
}

function take(terms, pattern) {
  const at = terms.findIndex((term) => pattern.test(term));
  return at < 0 ? null : pattern.exec(terms.splice(at, 1)[0])[1];
}

export const sortOf = ({ view, sort }) => (view === "board" ? "rank" : sort || newestFirst);

/// What a task has in a field that it has nothing in.
const nothing = { due: null, priority: 0 };

/// The order the server sorts by, to put what is new in its place. What has nothing in the field comes
/// last, whichever way the others are sorted.
export function orderBy(sort) {
  const field = sort.replace(/^-/, ""), sign = sort.startsWith("-") ? -1 : 1;
  const isLast = (task) => field in nothing && task[field] === nothing[field];
  return (a, b) => isLast(a) - isLast(b) || sign * (compare(a[field], b[field]) || a.id - b.id);
}

const compare = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
