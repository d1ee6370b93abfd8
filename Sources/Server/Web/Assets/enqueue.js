// Puts a job. What was typed stays until the cluster has it, and a second try is the same request.

import { newKey } from "./api.js";
import { byId, setText, toast } from "./dom.js";
import { putJob } from "./resources.js";

const digits = /^\d+$/;

export function wireEnqueue(done) {
  const form = byId("enqueue");
  // A key belongs to one content: what is sent again unchanged is one job.
  let key = null, keyed = null;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault("", null);
    const queue = form.elements.queue.value.trim();
    if (!queue) return fault("A queue needs a name.", "queue");
    const body = draft(form.elements), content = JSON.stringify([queue, body]);
    if (content !== keyed) [key, keyed] = [newKey(), content];
    form.ariaBusy = "true";
    try {
      const { id, duplicate } = await putJob(queue, { body, key });
      toast(duplicate ? `Job ${id} has this key already.` : `Job ${id} is in ${queue}.`);
      form.reset();
      form.elements.queue.value = queue;
      keyed = null;
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
