// One job as a card: made once and refilled, so that focus survives updates.

import { element, icon, setText, showText } from "./dom.js";
import { span } from "./spans.js";

export function makeJobCard({ key, job: { queue } }) {
  const title = element("a", { class: "title", href: `/queues?queue=${encodeURIComponent(queue)}&job=${key}`, tabindex: "-1" });
  const error = element("p", { class: "fault" }), meta = element("p", { class: "meta" });
  const more = element("button", { type: "button", class: "icon more", "data-act": "menu", "aria-label": `Actions for job ${key}`, tabindex: "-1" }, icon("more"));
  const item = element("li", { class: "card job", "data-key": key }, element("div", { class: "card-body" }, title, error, meta), more);

  function fill({ job }) {
    item.dataset.state = job.state;
    setText(title, `${key} · ${line(job)}`);
    setText(meta, facts(job).join(" · "));
    showText(error, job.error);
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

function retryText(retry) {
  if (!retry) return "at once, for ever";
  const attempts = retry.attempts ? `at most ${retry.attempts} in all` : "for ever";
  return retry.delay_ms ? `after ${span(retry.delay_ms)}, ${retry.backoff}, ${attempts}` : `at once, ${attempts}`;
}

/// Everything about a job, in words.
export function describeJob(job) {
  const rows = {
    State: job.state + (job.due_in_ms === null ? "" : `, for ${span(job.due_in_ms)}`),
    Put: `${new Date(job.created).toLocaleString()}, ${span(job.age_ms)} ago`,
    Priority: job.priority, "Time to run": span(job.ttr_ms),
    Retry: retryText(job.retry),
    "So far": `${job.reserves} reserved, ${job.failures} failed, ${job.timeouts} timed out, ${job.kicks} kicked`,
    "Unique key": job.unique, "Last error": job.error, Size: `${job.size.toLocaleString()} bytes`,
  };
  return Object.entries(rows).filter(([, value]) => value !== null)
    .flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, String(value))]);
}
