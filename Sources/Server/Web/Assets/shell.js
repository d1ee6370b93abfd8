// What every page has: the chip and the cluster behind it, the name, the theme, the live stream.

import { settings } from "./api.js";
import { ClusterView } from "./cluster.js";
import { byId, element, icon, showText, toast } from "./dom.js";
import { followEvents } from "./events.js";
import { showKeys } from "./keys.js";
import { met } from "./may.js";
import { readMe, signOut } from "./resources.js";

export const cluster = new ClusterView();

settings.quorumIsLost = () => cluster.live && cluster.info.tolerates < 0;

/// Follows the stream of this node. `handlers`: opened, lost, and those of events.js, each of them
/// optional; the chip is kept up before they are called.
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
kept("author", author, showLetter);

function showLetter(name) {
  byId("you-letter").replaceChildren(name ? element("span", {}, [...name][0].toUpperCase()) : icon("person"));
}

/// Who is signed in: { user, role, scopes, csrf, has_users }. Without users everybody is an admin.
export const me = async () => await readMe();

async function meet() {
  const known = await me(), { user, csrf } = known;
  settings.csrf = csrf;
  met(known);
  if (!user) return;
  // The history names who signed in; nobody has to say it.
  settings.author = () => null;
  byId("author-label").hidden = true;
  byId("sign-out").hidden = false;
  showText(byId("signed-in"), `Signed in as ${user.name}`);
  showLetter(user.name);
}

settings.signedOut = () => {
  met(null);
  const here = location.pathname + location.search;
  location.assign(`/signin?next=${encodeURIComponent(here)}`);
};
/// A role may have changed since.
settings.forbidden = () => meet().catch(() => {});
settings.ready = location.pathname === "/signin" ? Promise.resolve() : meet().catch(() => {});

byId("sign-out").addEventListener("click", async () => {
  try {
    await signOut();
    // What was typed here is nobody else's to send.
    try { sessionStorage.clear(); } catch { /* no storage */ }
    met(null);
    location.assign("/signin");
  } catch (problem) {
    toast(problem.message, "bad");
  }
});

const theme = byId("theme"), { dataset } = document.documentElement;
for (const input of theme.querySelectorAll("input")) input.checked = input.value === (dataset.theme ?? "");
theme.addEventListener("change", ({ target: { value } }) => {
  if (value) dataset.theme = value;
  else delete dataset.theme;
  try { localStorage.setItem("taskraft.theme", value); } catch { /* until the page is left */ }
});

/// The line is there at once, what it finds a moment later: nothing that is typed is lost.
async function openPalette() {
  const dialog = byId("palette");
  if (dialog.open) return;
  byId("palette-input").value = "";
  dialog.showModal();
  const { showPalette } = await import("./palette.js");
  showPalette();
}

byId("find").addEventListener("click", openPalette);
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  openPalette();
});
byId("show-keys").addEventListener("click", () => {
  byId("menu").hidePopover();
  showKeys();
});
