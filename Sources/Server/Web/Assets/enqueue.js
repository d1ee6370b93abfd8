// Puts a job. What was typed stays until the cluster has it, and a second try is the same request.

import { newKey } from "./api.js";
import { byId, setText, toast } from "./dom.js";
import { putJob } from "./resources.js";
import { keepTyped, keptTyped } from "./typed.js";

const keptAs = "job", typedIn = ["queue", "body", "priority", "delay", "ttr", "attempts"];
const digits = /^\d+$/;

/// Proposes the queue that is shown, unless a job for another one was begun.
export function offerQueue(name) {
  if (!keptTyped(keptAs)) byId("enqueue").elements.queue.value = name;
}

export function wireEnqueue(done) {
  const form = byId("enqueue"), kept = keptTyped(keptAs);
  // A key belongs to one content: what is sent again unchanged is one job.
  let { key = null, keyed = null } = kept ?? {};
  for (const [name, value] of Object.entries(kept?.typed ?? {})) form.elements[name].value = value;
  const keep = () => {
    const typed = Object.fromEntries(typedIn.map((name) => [name, form.elements[name].value]));
    const isEmpty = typedIn.every((name) => name === "queue" || !typed[name]);
    keepTyped(keptAs, isEmpty ? null : { typed, key, keyed });
  };
  form.addEventListener("input", keep);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault("", null);
    const queue = form.elements.queue.value.trim();
    if (!queue) return fault("A queue needs a name.", "queue");
    const body = draft(form.elements), content = JSON.stringify([queue, body]);
    if (content !== keyed) [key, keyed] = [newKey(), content];
    keep();
    form.ariaBusy = "true";
    try {
      const { id, duplicate } = await putJob(queue, { body, key });
      toast(duplicate ? `Job ${id} has this key already.` : `Job ${id} is in ${queue}.`);
      form.reset();
      form.elements.queue.value = queue;
      keyed = null;
      keepTyped(keptAs, null);
      done(queue);
    } catch (problem) {
      const [first] = problem.errors ?? [];
      fault(first ? `${first.pointer.slice(1)} ${first.detail}` : problem.message, first?.pointer.slice(1));
    }
    form.ariaBusy = "false";
  });

  /// `path` names the field within the request, such as `retry/attempts`.
  function fault(text, path) {
    setText(byId("enqueue-fault"), text);
    const name = path?.split("/").pop();
    for (const field of form.elements) field.ariaInvalid = name && field.name === name ? "true" : null;
    if (name) form.elements.namedItem(name)?.focus();
  }
}

function draft({ body, priority, delay, ttr, attempts }) {
  const made = { body: body.value };
  const number = (text) => (digits.test(text) ? Number(text) : text);
  if (priority.value.trim()) made.priority = number(priority.value.trim());
  if (delay.value.trim()) made.delay = delay.value.trim();
  if (ttr.value.trim()) made.ttr = ttr.value.trim();
  if (attempts.value.trim()) made.retry = { attempts: number(attempts.value.trim()) };
  return made;
}
