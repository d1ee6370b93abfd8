// Keys: a table that the help, the palette and the keyboard itself read.

import { byId, element } from "./dom.js";
import { may, sayMayNot } from "./may.js";

const groups = new Map();
/// After `g` the next key names a page.
const sequenceTime = 1_200;
let before = null;

/// `bindings`: { key, label, act?, hint?, needs? }; what has no `act` is handled elsewhere and only
/// shown, and `needs` is the scope that it takes.
export function addKeys(group, bindings) {
  groups.set(group, [...groups.get(group) ?? [], ...bindings]);
}

const isOffered = ({ needs }) => !needs || may(needs);

export const allBindings = () => [...groups.values()].flat().filter(isOffered);

/// Single letters get in the way of speech input, so they can be switched off (WCAG 2.1.4).
const isOn = () => {
  try { return localStorage.getItem("taskraft.letters") !== "off"; } catch { return true; }
};

const isTyping = ({ target }) => target.closest?.("input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (document.querySelector("dialog[open]") || !isOn()) return;
  const key = before ? `${before} ${event.key}` : event.key;
  before = null;
  if (event.key === "g" && key === "g") {
    before = "g";
    setTimeout(() => { before = null; }, sequenceTime);
    return;
  }
  const found = [...groups.values()].flat().find((binding) => binding.key === key && binding.act);
  if (!found) return;
  event.preventDefault();
  if (isOffered(found)) found.act();
  else sayMayNot();
});

export function showKeys() {
  const letters = element("input", { type: "checkbox" });
  letters.checked = isOn();
  letters.addEventListener("change", () => {
    try { localStorage.setItem("taskraft.letters", letters.checked ? "on" : "off"); } catch { /* stays on */ }
  });
  byId("keys-table").replaceChildren(...[...groups].map(([name, bindings]) => element("section", {},
    element("h3", {}, name),
    element("dl", {}, ...bindings.filter(isOffered).flatMap(({ key, label, hint }) => [
      element("dt", {}, ...(hint ?? key).split(" ").map((part) => element("kbd", {}, part))), element("dd", {}, label),
    ])))), element("label", { class: "inline" }, letters, "Single letters work as keys"));
  byId("keys").showModal();
}

addKeys("Everywhere", [
  { key: "ctrl k", hint: "Ctrl K", label: "Find a task, go anywhere, do anything" },
  { key: "?", label: "Show the keys", act: showKeys },
  { key: "g t", label: "Go to the tasks", act: () => location.assign("/") },
  { key: "g q", label: "Go to the queues", act: () => location.assign("/queues") },
  { key: "g c", label: "Go to the cluster", act: () => location.assign("/cluster") },
  { key: "Escape", hint: "Esc", label: "Close what is open" },
]);
