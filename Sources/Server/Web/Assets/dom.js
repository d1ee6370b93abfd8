// The only place that makes elements. Data becomes text and attributes, never markup.

export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

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

export function showText(node, text) {
  setText(node, text ?? "");
  node.hidden = !text;
}

export function toast(text, tone = "plain") {
  const shown = element("p", { class: "toast", "data-tone": tone }, text);
  const shelf = byId("toasts");
  shelf.append(shown);
  if (shelf.children.length > 3) shelf.firstChild.remove();
  setTimeout(() => shown.remove(), tone === "bad" ? 12_000 : 5_000);
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
