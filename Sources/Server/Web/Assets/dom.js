// The only place that makes elements. Data becomes text and attributes, never markup.

export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const button = (name, act, ...children) =>
  element("button", { type: "button", class: name, onclick: act }, ...children);

export function icon(name) {
  const make = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
  const image = make("svg"), use = make("use");
  image.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  image.append(use);
  return image;
}

/// Leaves the node alone when nothing changed: a live region speaks on every write.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/// The same for an attribute: writing it again makes the browser look for new styles.
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

export function showText(node, text) {
  setText(node, text ?? "");
  node.hidden = !text;
}

/// The page to sign in, which leads back here.
export const signInAddress = () => `/signin?next=${encodeURIComponent(location.pathname + location.search)}`;

/// Why something was refused; where somebody has to sign in first, with the way there.
export function showProblem(node, problem, text = problem.message) {
  showText(node, text);
  if (problem.status === 401) node.append(" ", element("a", { href: signInAddress() }, "Sign in"));
}

const shelf = byId("toasts");

/// Whatever lies outside of a modal dialog is behind it, and cannot be pressed: the toasts go into the
/// dialog on top, and come out of it again.
function putShelf() {
  const top = document.activeElement?.closest("dialog:modal")
    ?? [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (shelf.parentElement !== top) top.append(shelf);
}
new MutationObserver(putShelf).observe(document.body, { subtree: true, attributeFilter: ["open"] });

/// `action` is a label and what it does, offered as long as the toast is there.
export function toast(text, tone = "plain", action = null) {
  const shown = element("p", { class: "toast", "data-tone": tone }, element("span", {}, text),
    action && button("link", () => { shown.remove(); action[1](); }, action[0]));
  putShelf();
  shelf.append(shown);
  if (shelf.children.length > 3) shelf.firstChild.remove();
  setTimeout(() => shown.remove(), tone === "bad" || action ? 12_000 : 5_000);
  return shown;
}

/// Says something to those who do not see it happen.
export function announce(text) {
  setText(byId("spoken"), text);
}

/// Opens a modal dialog; resolves with its return value when it closes.
export function openDialog(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

export async function confirmed(heading, text, action) {
  setText(byId("confirm-heading"), heading);
  setText(byId("confirm-text"), text);
  setText(byId("confirm-yes"), action);
  return await openDialog(byId("confirm")) === "yes";
}

/// Asks for a line of text, and offers `words`; `more` is an element below the line. Null when the user
/// went back.
export async function asked(heading, { note = null, words = [], more = null } = {}) {
  const line = byId("ask-text");
  setText(byId("ask-heading"), heading);
  showText(byId("ask-note"), note);
  byId("ask-more").replaceChildren(...[more].filter(Boolean));
  byId("ask-words").replaceChildren(...words.map((value) => element("option", { value })));
  // A line with nothing to choose from is none to choose in.
  if (words.length) line.setAttribute("list", "ask-words");
  else line.removeAttribute("list");
  line.value = "";
  return await openDialog(byId("ask")) === "yes" ? line.value.trim() || null : null;
}

/// Calls `act` once before the next frame, however often it is asked to.
export function oncePerFrame(act) {
  let frame = null;
  return () => {
    frame ??= requestAnimationFrame(() => { frame = null; act(); });
  };
}
