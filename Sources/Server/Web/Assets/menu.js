// A menu at a button: what is in it is told when it opens.

import { element, icon } from "./dom.js";

let open = null;

/// `items`: { label, act, icon?, hint?, checked?, danger? } or a text, which heads those that follow.
export function openMenu(anchor, label, items) {
  open?.remove();
  const menu = element("div", { class: "menu", popover: "auto", role: "menu", "aria-label": label },
    ...items.filter(Boolean).map((item) => (typeof item === "string"
      ? element("p", { class: "menu-head", role: "presentation" }, item) : row(item))));
  open = menu;
  anchor.setAttribute("aria-expanded", "true");
  // Within a dialog where there is one: everything else is inert then.
  (anchor.closest("dialog") ?? document.getElementById("main")).append(menu);
  menu.showPopover();
  put(menu, anchor.getBoundingClientRect());
  const rows = [...menu.querySelectorAll("button")];
  (rows.find((each) => each.ariaChecked === "true") ?? rows[0])?.focus();

  menu.addEventListener("keydown", (event) => {
    const at = rows.indexOf(document.activeElement), last = rows.length - 1;
    const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key]
      ?? startingWith(rows, at, event.key);
    event.stopPropagation();
    if (event.key === "Tab") menu.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    rows[to].focus();
  });
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    anchor.setAttribute("aria-expanded", "false");
    const wasInside = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    if (open === menu) open = null;
    if (wasInside && anchor.isConnected) anchor.focus();
  });

  function row({ label: name, act, icon: image, hint, checked, danger }) {
    return element("button", {
      type: "button", class: danger ? "danger-item" : "", tabindex: "-1",
      role: checked === undefined ? "menuitem" : "menuitemradio",
      "aria-checked": checked === undefined ? null : String(checked),
      onclick() {
        menu.hidePopover();
        act();
      },
    }, icon(image ?? (checked ? "check" : "none")), element("span", {}, name), hint && element("kbd", { "aria-hidden": "true" }, hint));
  }
}

function startingWith(rows, at, key) {
  if (key.length !== 1 || key === " ") return undefined;
  const found = [...rows.slice(at + 1), ...rows.slice(0, at + 1)]
    .find((each) => each.textContent.trim().toLowerCase().startsWith(key.toLowerCase()));
  return found && rows.indexOf(found);
}

function put(menu, box) {
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  const below = box.bottom + 4;
  const top = below + height < innerHeight - 8 ? below : Math.max(8, box.top - height - 4);
  Object.assign(menu.style, { left: `${left}px`, top: `${top}px` });
}
