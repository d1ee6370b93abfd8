// A small menu of statuses under a button, by mouse, touch and keys. A <select> would do,
// but it changes the task at every press of an arrow key.

import { byId, element } from "./dom.js";
import { statuses } from "./fields.js";

const menu = byId("status-menu");
let anchor = null;
let closedAt = 0;

export function chooseStatus(button, current, choose) {
    // The press that dismissed the menu arrives as a click on its button, too.
    if (anchor === button && performance.now() - closedAt < 250) return;
    anchor = button;
    menu.replaceChildren(...Object.entries(statuses).map(([status, name]) => element("button", {
        type: "button", role: "menuitemradio", tabindex: "-1", "data-status": status,
        "aria-checked": String(status === current),
        onclick: () => { menu.hidePopover(); choose(status); },
    }, name)));
    menu.showPopover();
    place(button.getBoundingClientRect());
    button.setAttribute("aria-expanded", "true");
    menu.querySelector("[aria-checked=true]").focus();
}

function place(target) {
    const { offsetWidth: width, offsetHeight: height } = menu;
    const below = target.bottom + 4;
    const top = below + height > innerHeight ? target.top - height - 4 : below;
    menu.style.left = `${Math.max(8, Math.min(target.right - width, innerWidth - width - 8))}px`;
    menu.style.top = `${Math.max(8, top)}px`;
}

menu.addEventListener("toggle", (event) => {
    if (event.newState === "open") return;
    closedAt = performance.now();
    anchor?.setAttribute("aria-expanded", "false");
});

menu.addEventListener("keydown", (event) => {
    const items = [...menu.children];
    const at = items.indexOf(document.activeElement);
    const target = {
        ArrowDown: items[(at + 1) % items.length],
        ArrowUp: items[(at - 1 + items.length) % items.length],
        Home: items[0],
        End: items.at(-1),
    }[event.key];
    if (target) {
        event.preventDefault();
        target.focus();
    } else if (event.key === "Tab") {
        menu.hidePopover();
    }
});

// The menu is placed once; it must not stay behind when its button scrolls away.
addEventListener("scroll", () => { if (menu.matches(":popover-open")) menu.hidePopover(); }, { passive: true });
