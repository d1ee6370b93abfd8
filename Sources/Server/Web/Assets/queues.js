// Wires the page of queues: the stream feeds the cluster, and what changes too often for a stream
// is asked for, as long as somebody looks.

import { changeQueue, listQueues } from "./resources.js";
import { byId, confirmed, showText, toast } from "./dom.js";
import { offerQueue, wireEnqueue } from "./enqueue.js";
import { JobBoard } from "./jobboard.js";
import { addKeys } from "./keys.js";
import { QueueTable } from "./queuetable.js";
import { cluster, follow } from "./shell.js";

const interval = 1_500;

const jobs = new JobBoard(refresh);
const table = new QueueTable((name) => choose(name));
let problem = null, stale = false, running = false, again = false;

function bannerText() {
  if (cluster.info && !cluster.live) return "This node does not answer. What you see may be old.";
  if (cluster.standstill) return cluster.standstill.text;
  if (problem) return `The queues could not be read. ${problem.message}`;
  return stale ? "This is this node’s own copy, read without a quorum. It may be behind." : null;
}

function choose(name) {
  jobs.choose(name);
  table.choose(name);
  if (name) offerQueue(name);
  history.replaceState(null, "", name ? `?queue=${encodeURIComponent(name)}` : location.pathname);
  refresh();
}

/// One round at a time; what is asked for meanwhile is one more.
async function refresh() {
  if (running) { again = true; return; }
  running = true;
  do {
    again = false;
    try {
      const answer = await listQueues();
      ({ stale } = answer);
      table.update(answer.items);
      if (!jobs.queue && answer.items.length) choose(answer.items[0].name);
      jobs.update(answer.items.find(({ name }) => name === jobs.queue));
      problem = null;
      await jobs.refresh();
    } catch (failure) {
      problem = failure;
    }
    showText(byId("banner"), bannerText());
  } while (again);
  running = false;
}

byId("pause").addEventListener("click", async () => {
  const { queue, isPaused } = jobs;
  await attempt(() => changeQueue(queue, isPaused ? "resume" : "pause"));
});

byId("purge").addEventListener("click", async () => {
  const { queue, waiting } = jobs;
  const text = `${waiting.toLocaleString()} jobs that wait in it are deleted. Those that run stay.`;
  if (!await confirmed(`Purge ${queue}?`, text, "Purge")) return;
  await attempt(async () => {
    const { removed } = await changeQueue(queue, "purge");
    toast(`${removed.toLocaleString()} jobs deleted.`);
  });
});

async function attempt(action) {
  try {
    await action();
  } catch (failure) {
    toast(failure.message, "bad");
  }
  refresh();
}

follow({
  lost: () => showText(byId("banner"), bannerText()),
  cluster: () => showText(byId("banner"), bannerText()),
});

const enqueue = byId("enqueue-dialog");
byId("open-enqueue").addEventListener("click", () => enqueue.showModal());
wireEnqueue((queue) => {
  enqueue.close();
  if (!jobs.queue) choose(queue);
  else refresh();
});
addKeys("Queues", [
  { key: "n", label: "Put a job", act: () => enqueue.showModal(), needs: "enqueue" },
  { key: "/", label: "Find a text in the jobs", act: () => byId("match").focus() },
  { key: "r", label: "Retry the job of the card", needs: "work" },
  { key: "delete", hint: "Del", label: "Delete the job of the card", needs: "work" },
]);
setInterval(() => { if (!document.hidden) refresh(); }, interval);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
choose(new URLSearchParams(location.search).get("queue"));
