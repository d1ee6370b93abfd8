// One job in the list: made once and refilled, so that focus survives updates.

import { element, setText, showText } from "./dom.js";
import { span } from "./spans.js";

const button = (name, act, ...children) => element("button", { type: "button", class: name, onclick: act }, ...children);

/// `actions`: open(id), retry(id), remove(id).
export function makeJobRow(id, actions) {
  const title = button("title", () => actions.open(id));
  const meta = element("p", { class: "meta" });
  const error = element("p", { class: "fault" });
  const state = element("span", { class: "pill" });
  const retry = button("", () => actions.retry(id), "Retry");
  const remove = button("icon", () => actions.remove(id), "×");
  const item = element("li", { class: "row job" },
    element("div", { class: "body" }, title, error, meta), state, retry, remove);
  remove.ariaLabel = `Delete job ${id}`;
  retry.ariaLabel = `Retry job ${id}`;

  function fill(job) {
    item.dataset.state = job.state;
    setText(title, `${id} · ${line(job)}`);
    setText(state, job.state);
    setText(meta, facts(job).join(" · "));
    showText(error, job.error);
    retry.hidden = !["buried", "delayed"].includes(job.state);
    remove.hidden = job.state === "reserved";
  }
  return { item, fill };
}

function line({ preview, size }) {
  const text = preview.replace(/\s+/g, " ").trim();
  if (!text) return size ? `${size.toLocaleString()} bytes` : "empty";
  return text.length < preview.length || size <= new Blob([preview]).size ? text : `${text}…`;
}

function facts(job) {
  const due = { delayed: "ready in", reserved: "its lease ends in" }[job.state];
  return [
    `put ${span(job.age_ms)} ago`, due && `${due} ${span(job.due_in_ms ?? 0)}`,
    job.priority && `priority ${job.priority}`, job.attempt > 1 && `attempt ${job.attempt}`,
    job.failures && `failed ${job.failures} ×`, job.timeouts && `timed out ${job.timeouts} ×`,
    job.unique && `key ${job.unique}`,
  ].filter(Boolean);
}
