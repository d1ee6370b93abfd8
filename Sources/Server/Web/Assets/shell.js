// What every page has: the chip and the cluster behind it, the name, the theme, the live stream.

import { settings } from "./api.js";
import { ClusterView } from "./cluster.js";
import { byId, element, icon } from "./dom.js";
import { followEvents } from "./events.js";
import { showKeys } from "./keys.js";
import { showPalette } from "./palette.js";

export const cluster = new ClusterView();

settings.quorumIsLost = () => cluster.live && cluster.info.tolerates < 0;

/// Follows the stream of this node. `handlers`: opened, lost, reset, task, comment, board, view and
/// cluster, each of them optional; the chip is kept up before they are called.
export function follow(handlers) {
  followEvents((name, value) => {
    const before = cluster.info;
    if (name === "lost") cluster.lost();
    if (name === "cluster") {
      cluster.update(value);
      settings.idempotencyWindow = value.idempotency_window_seconds * 1_000;
    }
    handlers[name]?.(value, before);
  });
}

/// A preference of this browser; without storage it lasts as long as the page.
function kept(name, input, used) {
  const key = `taskraft.${name}`;
  try { input.value = localStorage.getItem(key) ?? ""; } catch { /* no storage */ }
  input.addEventListener("change", () => {
    const value = input.value.trim();
    try { localStorage.setItem(key, value); } catch { /* as above */ }
    used(value);
  });
  used(input.value);
}

const author = byId("author");
settings.author = () => author.value.trim() || null;
kept("author", author, (name) => byId("you-letter").replaceChildren(
  name ? element("span", {}, [...name][0].toUpperCase()) : icon("person")));

const theme = byId("theme"), { dataset } = document.documentElement;
for (const input of theme.querySelectorAll("input")) input.checked = input.value === (dataset.theme ?? "");
theme.addEventListener("change", ({ target: { value } }) => {
  if (value) dataset.theme = value;
  else delete dataset.theme;
  try { localStorage.setItem("taskraft.theme", value); } catch { /* until the page is left */ }
});

byId("find").addEventListener("click", showPalette);
byId("show-keys").addEventListener("click", () => {
  byId("menu").hidePopover();
  showKeys();
});
