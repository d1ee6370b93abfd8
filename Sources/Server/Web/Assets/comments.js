// What people say about a task. A new comment stays in its box until the cluster has it.

import { newKey, signed, untilAnswered } from "./api.js";
import { avatar, waitingText } from "./card.js";
import { button, confirmed, element, setText, toast } from "./dom.js";
import { showTime } from "./fields.js";
import { renderMarkdown } from "./markdown.js";
import { addComment, deleteComment, editComment, listComments } from "./resources.js";

export class Comments {
  #sending = null;

  constructor(id) {
    this.id = id;
    this.list = element("ol", { class: "comments" });
    this.note = element("p", { class: "hint", role: "status" });
    this.text = element("textarea", { rows: "2", "aria-label": "New comment", placeholder: "Write a comment, in Markdown" });
    this.form = element("form", { class: "comment-form", onsubmit: (event) => { event.preventDefault(); this.#send(); } },
      this.text, this.note, element("button", {}, "Comment"));
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#send();
    });
    this.root = element("section", {}, element("h2", {}, "Comments"), this.list, this.form);
  }

  get isDirty() { return this.text.value.trim() !== ""; }

  async load() {
    try {
      const { items } = await listComments(this.id);
      this.list.replaceChildren(...items.map((comment) => this.#entry(comment)));
    } catch (problem) {
      if (problem.status !== 404) setText(this.note, `The comments could not be read. ${problem.message}`);
    }
  }

  #entry(comment) {
    const body = element("div", {}, renderMarkdown(comment.text));
    const edited = comment.updated !== comment.created ? " · edited" : "";
    const acts = element("p", { class: "comment-acts" },
      button("link", () => this.#edit(comment, body, acts), "Edit"), button("link", () => this.#remove(comment), "Delete"));
    return element("li", {}, element("p", { class: "comment-head" }, comment.author ? avatar(comment.author) : "Somebody unnamed",
      element("time", { class: "hint", datetime: comment.created }, showTime(comment.created) + edited), acts), body);
  }

  #edit(comment, body, acts) {
    const text = element("textarea", { rows: "4", "aria-label": "Comment" });
    text.value = comment.text;
    acts.hidden = true;
    body.replaceChildren(text, button("primary", async () => {
      if (await this.#attempt(() => editComment(comment, text.value))) this.load();
    }, "Save"), button("quiet", () => this.load(), "Cancel"));
    text.focus();
  }

  async #remove(comment) {
    if (!await confirmed("Delete this comment?", comment.text.slice(0, 200), "Delete")) return;
    if (await this.#attempt(() => deleteComment(comment))) this.load();
  }

  async #attempt(action) {
    try {
      await action();
      return true;
    } catch (problem) {
      toast(problem.code === "stale_version" ? "Somebody has just changed this comment." : problem.message, "bad");
      return false;
    }
  }

  async #send() {
    const text = this.text.value.trim();
    if (!text || this.#sending) return;
    const body = signed({ text }), key = newKey(), { signal } = this.#sending = new AbortController();
    try {
      await untilAnswered(() => addComment(this.id, { body, key, signal }), signal,
        (problem) => setText(this.note, `${waitingText("Saving", problem)} What you typed is kept.`));
      this.text.value = "";
      setText(this.note, "");
      await this.load();
    } catch (problem) {
      setText(this.note, problem.message);
    } finally {
      this.#sending = null;
    }
  }
}
