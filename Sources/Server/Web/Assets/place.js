// Where somebody is: a board, a view of it and a filter. It lives in the URL and nowhere else.

const firstBoard = 1;

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
export function filterOf({ board, q }) {
  const text = q.trim().replace(/(^|\s)(?!p[0-4]$)([\p{L}\p{N}]+)$/iu, "$1$2*");
  const isNamed = board === null || /(^|\s)board:/.test(text);
  return [isNamed ? "" : `board:${board}`, text].filter(Boolean).join(" ");
}

export const sortOf = ({ view, sort }) => (view === "board" ? "rank" : sort || "-created");

/// The order the server sorts by, to put what is new in its place.
export function orderBy(sort) {
  const field = sort.replace(/^-/, ""), sign = sort.startsWith("-") ? -1 : 1;
  return (a, b) => sign * (compare(a[field], b[field]) || a.id - b.id);
}

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
