// Markdown as elements, never as markup: what is not understood stays the text it is.
// Headings, paragraphs, lists with boxes, quotes, code, rules, emphasis, links.

import { element } from "./dom.js";

const block = {
  fence: /^(`{3,}|~{3,})\s*(\S*)/, heading: /^(#{1,6})\s+(.*?)\s*#*$/, rule: /^\s{0,3}([-*_])(\s*\1){2,}\s*$/,
  quote: /^\s{0,3}>\s?(.*)$/, item: /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/,
};
const depthMax = 12;

export function renderMarkdown(text) {
  return element("div", { class: "markdown" }, ...blocks(text.replace(/\r\n?/g, "\n").split("\n"), 0));
}

function blocks(lines, depth) {
  const made = [];
  const rest = [...lines];
  while (rest.length) {
    const [line] = rest;
    if (!line.trim()) rest.shift();
    else if (depth > depthMax) made.push(element("p", {}, rest.splice(0).join("\n")));
    else if (block.fence.test(line)) made.push(fenced(rest));
    else if (block.rule.test(line)) made.push(rest.shift() && element("hr"));
    else if (block.heading.test(line)) made.push(heading(rest.shift()));
    else if (block.quote.test(line)) {
      made.push(element("blockquote", {}, ...blocks(taken(rest, (each) => block.quote.exec(each)?.[1]), depth + 1)));
    } else if (block.item.test(line)) made.push(list(rest, depth));
    else made.push(element("p", {}, ...inlines(paragraph(rest))));
  }
  return made;
}

/// Takes lines from the start as long as `part` makes something of them.
function taken(rest, part) {
  const found = [];
  while (rest.length) {
    const each = part(rest[0]);
    if (each === undefined) break;
    found.push(each);
    rest.shift();
  }
  return found;
}

function paragraph(rest) {
  const first = rest.shift();
  const isPlain = (line) => line.trim() && !Object.values(block).some((start) => start.test(line));
  return [first, ...taken(rest, (line) => (isPlain(line) ? line : undefined))].map((line) => line.trim()).join("\n");
}

/// A page has one h1, the title of the task: what is written below it starts lower.
function heading(line) {
  const [, marks, text] = block.heading.exec(line);
  return element(`h${Math.min(6, marks.length + 2)}`, {}, ...inlines(text));
}

function fenced(rest) {
  const [, fence] = block.fence.exec(rest.shift());
  const code = taken(rest, (line) => (line.startsWith(fence) ? undefined : line));
  rest.shift();
  return element("pre", { tabindex: "0" }, element("code", {}, code.join("\n")));
}

function list(rest, depth) {
  const [, indent, number] = block.item.exec(rest[0]);
  const items = [];
  while (rest.length) {
    const start = block.item.exec(rest[0]);
    if (!start || start[1].length !== indent.length || Boolean(start[2]) !== Boolean(number)) break;
    rest.shift();
    const inner = taken(rest, (line) => (!line.trim() && !/^\s/.test(rest[1] ?? "") ? undefined
      : !line.trim() || /^\s*/.exec(line)[0].length > indent.length ? line.slice(indent.length + 2) : undefined));
    items.push(item(start[3], inner, depth));
  }
  return number ? element("ol", { start: Number(number) }, ...items) : element("ul", {}, ...items);
}

function item(text, inner, depth) {
  const [, mark, rest] = /^\[([ xX])\]\s+(.*)$/.exec(text) ?? [];
  const box = mark && element("input", { type: "checkbox", disabled: true, checked: mark !== " ", "aria-label": rest });
  return element("li", { class: box ? "boxed" : null }, box || null, ...inlines(rest ?? text), ...blocks(inner, depth + 1));
}

/// Inside a paragraph: the first mark that is closed again wins, and what is inside is read anew.
/// What stands between two marks is bounded, so that no text takes long, whoever wrote it.
const marks = [
  [/\\([\\`*_{}[\]()#+\-.!~<>])/g, ([, text]) => text],
  [/(`{1,9})([^`]|[^`][\s\S]{0,2000}?[^`])\1(?!`)/g, ([, , code]) => element("code", {}, code)],
  [/\[([^\]]{1,500})\]\(\s{0,9}<?([^\s)>]{1,2000})>?\s{0,9}\)/g, ([whole, text, to]) => link(to, inlines(text)) ?? whole],
  [/<((?:https?|mailto):[^\s>]{1,2000})>/g, ([whole, to]) => link(to, [to]) ?? whole],
  [/\bhttps?:\/\/[^\s<>"']{0,2000}[^\s<>"'.,:;!?)\]]/g, ([to]) => link(to, [to]) ?? to],
  [/(\*\*|__)(?=\S)([\s\S]{0,2000}?\S)\1/g, ([, , text]) => element("strong", {}, ...inlines(text))],
  [/~~(?=\S)([\s\S]{0,2000}?\S)~~/g, ([, text]) => element("del", {}, ...inlines(text))],
  [/(?<![\p{L}\p{N}])([*_])(?=\S)((?:(?!\1)[\s\S]){0,2000}?\S)\1(?![\p{L}\p{N}])/gu, ([, , text]) => element("em", {}, ...inlines(text))],
  [/(?: {2,9}|\\)?\n/g, () => element("br")],
];

function inlines(text) {
  const made = [], next = marks.map(() => undefined);
  let at = 0;
  for (;;) {
    let first = -1;
    marks.forEach(([pattern], place) => {
      // A mark that is not there any more is not looked for again.
      if (next[place] === undefined || next[place]?.index < at) {
        pattern.lastIndex = at;
        next[place] = pattern.exec(text);
      }
      if (next[place] && (first < 0 || next[place].index < next[first].index)) first = place;
    });
    if (first < 0) return [...made, text.slice(at)].filter((part) => part !== "");
    made.push(text.slice(at, next[first].index), marks[first][1](next[first]));
    at = next[first].index + next[first][0].length;
  }
}

/// Nothing but the web and mail is linked to, and nobody is told where the reader came from.
function link(to, content) {
  let url;
  try { url = new URL(to, location.origin); } catch { return null; }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return null;
  return element("a", { href: url.href, rel: "noopener noreferrer nofollow" }, ...content);
}
