// What every page has: the chip and the cluster behind it, the name, the theme, the live stream.

import { settings } from "./api.js";
import { ClusterView } from "./cluster.js";
import { byId, confirmed, element, icon, showText, signInAddress, toast } from "./dom.js";
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

let hasMet = false;

async function meet() {
  const known = await me(), { user, csrf } = known;
  settings.csrf = csrf;
  hasMet = true;
  met(known);
  if (!user) return;
  // The history names who signed in; nobody has to say it.
  settings.author = () => null;
  byId("author-label").hidden = true;
  byId("sign-out").hidden = false;
  showText(byId("signed-in"), `Signed in as ${user.name}`);
  showLetter(user.name);
}

/// Whether this tab keeps something that was typed and is not saved: see typed.js and outbox.js.
function isTyped() {
  try {
    return Object.entries(sessionStorage).some(([key, value]) =>
      key.startsWith("taskraft.typed.") || key === "taskraft.outbox" && value !== "[]");
  } catch { return false; }
}

/// Whoever goes to sign in finds what was typed when he comes back, and who signs out has been asked:
/// the browser need not ask whether the page may be left. First here, before others listen.
let isLeaving = false;
addEventListener("beforeunload", (event) => { if (isLeaving) event.stopImmediatePropagation(); });
addEventListener("pageshow", () => { isLeaving = false; });

/// What is typed and could not be kept is the browser's to ask about.
function leaveFor(address, isSettled = isTyped()) {
  isLeaving = isSettled;
  location.assign(address);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/signin?']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  leaveFor(link.href);
});

let told = null;

/// Nobody is taken away from what he types: it is said, and the way to sign in is offered.
settings.signedOut = () => {
  met(null);
  if (!hasMet || !isTyped()) return leaveFor(signInAddress());
  if (told?.isConnected) return;
  told = toast("You have been signed out. What you typed is kept.", "bad", ["Sign in", () => leaveFor(signInAddress())]);
};
/// A role may have changed since.
settings.forbidden = () => meet().catch(() => {});
settings.ready = location.pathname === "/signin" ? Promise.resolve() : meet().catch(() => {});

byId("sign-out").addEventListener("click", async () => {
  const question = "It has not been saved. It is thrown away when you sign out.";
  byId("menu").hidePopover();
  const wasTyped = isTyped();
  if (wasTyped && !await confirmed("Leave what you typed?", question, "Sign out")) return;
  try {
    await signOut();
    // What was typed here is nobody else's to send.
    try { sessionStorage.clear(); } catch { /* no storage */ }
    met(null);
    leaveFor("/signin", wasTyped);
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
