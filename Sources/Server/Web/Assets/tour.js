// The first visit: a board without tasks offers some to play with, and a tour of breaking the
// cluster. Loaded when a board is empty.

import { newKey, signed } from "./api.js";
import { byId, element, toast } from "./dom.js";
import { readPlace } from "./place.js";
import { createTask, listTasks } from "./resources.js";

const day = 86_400_000;
const inDays = (days) => new Date(Date.now() + days * day).toISOString().slice(0, 10);

const samples = () => [
  { title: "Kill the leader and watch", status: "in_progress", priority: 1, labels: ["tour"],
    description: "On the page Cluster: choose the leader and kill it. Within a second another one leads, and this task is still here." },
  { title: "Drag this card to another column", labels: ["tour"] },
  { title: "Change this in two windows at once", labels: ["tour"],
    description: "The second one to save is shown both versions, and chooses. Nothing is overwritten in silence." },
  { title: "Book the venue", status: "in_progress", priority: 1, due: inDays(2), labels: ["launch"] },
  { title: "Write the invitation", priority: 2, due: inDays(5), labels: ["launch", "writing"] },
  { title: "Order coffee", priority: 3, due: inDays(-1), labels: ["office"] },
  { title: "Ask three people what they think of it", labels: ["launch"] },
  { title: "Fix the squeaking door", labels: ["office"] },
  { title: "Renew the domain", priority: 1, due: inDays(12) },
  { title: "Read the manual’s first chapter", status: "done", labels: ["tour"] },
  { title: "Choose a name", status: "done", labels: ["launch"] },
];

const offer = element("section", { id: "first-visit", class: "first-visit", "aria-labelledby": "first-visit-heading", hidden: true },
  element("h2", { id: "first-visit-heading" }, "New here?"),
  element("p", {}, "This list lives on several nodes at once. Any of them may die; what was saved stays."),
  element("p", { class: "first-visit-ways" },
    element("button", { type: "button", class: "primary", onclick: addSamples }, "Add sample tasks"),
    element("a", { class: "button", href: "/cluster?tour", "data-needs": "admin" }, "Break the cluster in three steps")));

async function addSamples({ target }) {
  target.disabled = true;
  try {
    const board = readPlace(location.search).board ?? undefined;
    for (const fields of samples()) await createTask({ body: signed({ ...fields, board }), key: newKey() });
    toast("Sample tasks were added. They carry the label tour, launch or office.");
  } catch (problem) {
    toast(`Not all could be added. ${problem.message}`, "bad");
  }
  target.disabled = false;
}

let turn = 0;

/// What is empty because of a filter is not a first visit, nor is one empty board among others.
async function show() {
  const mine = ++turn, isEmpty = () => !empty.hidden && !new URLSearchParams(location.search).has("q");
  offer.hidden = true;
  if (!isEmpty()) return;
  const { items } = await listTasks({ limit: 1 }).catch(() => ({ items: [null] }));
  if (mine === turn) offer.hidden = items.length > 0 || !isEmpty();
}

const empty = byId("empty");
document.head.append(element("link", { rel: "stylesheet", href: "/assets/tour.css" }));
empty.after(offer);
new MutationObserver(show).observe(empty, { attributes: true, attributeFilter: ["hidden"] });
show();
