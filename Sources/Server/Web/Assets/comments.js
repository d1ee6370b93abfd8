// What people say about a task. What is typed stays, through a reload too, until the cluster has it.

import { newKey, settings, signed, untilAnswered } from "./api.js";
import { avatar, waitingText } from "./card.js";
import { button, confirmed, element, setText, showProblem, toast } from "./dom.js";
import { showTime } from "./fields.js";
import { renderMarkdown } from "./markdown.js";
import { mayChange } from "./may.js";
import { addComment, deleteComment, editComment, listComments } from "./resources.js";
import { keepTyped, keptTyped } from "./typed.js";

export class Comments {
  #sending = null;
  /// Body and key of what is being sent: after a reload the same text goes again as the same request.
  #sent = null;
  /// What is being edited, by ID: { comment, text }, the version it is typed over and what is typed;
  /// and where it is shown, its `item` and `note`.
  #edits = new Map();
  #isLocked = false;
  /// As the server had them last; null until then.
  #shown = null;

  constructor(id) {
    Object.assign(this, { id, keptAs: `comments.${id}` });
    this.list = element("ol", { class: "comments" });
    this.note = element("p", { class: "hint", role: "status" });
    this.text = element("textarea", { rows: "2", "aria-label": "New comment", placeholder: "Write a comment, in Markdown", oninput: () => this.#keep() });
    this.form = element("form", { class: "comment-form", "data-needs": "tasks", onsubmit: (event) => { event.preventDefault(); this.#send(); } },
      this.text, this.note, this.submit = element("button", {}, "Comment"));
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#send();
    });
    this.root = element("section", {}, element("h2", {}, "Comments"), this.list, this.form);
    const { text = "", sent = null, edits = [] } = keptTyped(this.keptAs) ?? {};
    this.text.value = text;
    this.#sent = sent;
    for (const edit of edits) this.#edits.set(edit.comment.id, edit);
  }

  get isDirty() {
    return this.text.value.trim() !== "" || [...this.#edits.values()].some(({ comment, text }) => text !== comment.text);
  }

  /// Of a deleted task there is nothing to be said until it is back; what is typed waits.
  lock(isLocked) {
    if (isLocked === this.#isLocked) return;
    this.#isLocked = isLocked;
    this.text.readOnly = this.submit.disabled = isLocked;
    if (this.#shown) this.#show(this.#shown);
    for (const edit of this.#edits.values()) if (edit.item) this.#hold(edit);
  }

  #hold({ item }) {
    item.querySelector("textarea").readOnly = item.querySelector(".primary").disabled = this.#isLocked;
  }

  #keep() {
    const edits = [...this.#edits.values()].map(({ comment, text }) => ({ comment, text }));
    keepTyped(this.keptAs, this.isDirty ? { text: this.text.value, sent: this.#sent, edits } : null);
  }

  async load() {
    try {
      const { items } = await listComments(this.id);
      // Whose comments they are says who may change them.
      await settings.ready;
      this.#shown = items;
      this.#show(items);
    } catch (problem) {
      if (problem.status !== 404) showProblem(this.note, problem, `The comments could not be read. ${problem.message}`);
    }
  }

  /// What is being edited stays in the page, with its caret, while others come and go around it.
  #show(comments) {
    const edits = [...this.#edits.values()];
    for (const edit of edits) edit.item ??= this.#open(edit, this.#entry(edit.comment));
    for (const item of [...this.list.children]) if (!edits.some((edit) => edit.item === item)) item.remove();
    let last = null;
    for (const comment of comments) {
      const item = this.#item(comment);
      if (item.parentElement !== this.list) this.list.insertBefore(item, last ? last.nextSibling : this.list.firstChild);
      last = item;
    }
    for (const edit of this.#edits.values()) {
      const wasGone = edit.isGone;
      edit.isGone = !comments.some(({ id }) => id === edit.comment.id);
      if (!edit.isGone || wasGone) continue;
      if (edit.item.parentElement !== this.list) this.list.append(edit.item);
      this.#say(edit, "Somebody has deleted this comment. What you typed stays here until you cancel.");
    }
  }

  #item(comment) {
    const edit = this.#edits.get(comment.id);
    if (!edit) return this.#entry(comment);
    // While it is being saved, what is newer may be ours.
    if (edit.isBusy || comment.version <= edit.comment.version) return edit.item;
    // Opened, and not touched: there is nothing to keep.
    const isUntouched = edit.text === edit.comment.text;
    edit.comment = comment;
    this.#keep();
    if (isUntouched) return this.#close(edit);
    // An earlier try of ours that was not answered.
    if (comment.text === edit.text) return this.#close(edit);
    this.#say(edit, element("p", {}, "Somebody has changed this comment. Save puts yours in its place."), renderMarkdown(comment.text));
    return edit.item;
  }

  #entry(comment) {
    const edited = comment.updated !== comment.created ? " · edited" : "";
    const canChange = mayChange(comment.user) && !this.#isLocked;
    const acts = element("p", { class: "comment-acts" },
      canChange && button("link", () => this.#edit(comment, item), "Edit"),
      canChange && button("link", () => this.#remove(comment), "Delete"));
    const item = element("li", {}, element("p", { class: "comment-head" }, comment.author ? avatar(comment.author) : "Somebody unnamed",
      element("time", { class: "hint", datetime: comment.created }, showTime(comment.created) + edited), acts),
      element("div", {}, renderMarkdown(comment.text)));
    return item;
  }

  #edit(comment, item) {
    const edit = { comment, text: comment.text };
    edit.item = this.#open(edit, item);
    this.#edits.set(comment.id, edit);
    item.querySelector("textarea").focus();
  }

  #open(edit, item) {
    const text = element("textarea", { rows: "4", "aria-label": "Comment", oninput: () => { edit.text = text.value; this.#keep(); } });
    text.value = edit.text;
    edit.note = element("div", { class: "notice", role: "alert", hidden: true });
    item.querySelector(".comment-acts").hidden = true;
    item.lastChild.replaceChildren(edit.note, text,
      button("primary", () => this.#save(edit), "Save"), button("quiet", () => this.#close(edit), "Cancel"));
    this.#hold({ item });
    return item;
  }

  #say(edit, ...what) {
    edit.note.replaceChildren(...what);
    edit.note.hidden = false;
  }

  #close(edit) {
    const item = this.#entry(edit.comment);
    this.#edits.delete(edit.comment.id);
    this.#keep();
    if (edit.isGone) edit.item.remove();
    else edit.item.replaceWith(item);
    return item;
  }

  async #save(edit) {
    const { text } = edit;
    if (edit.isBusy) return;
    edit.isBusy = true;
    const saved = await this.#attempt(() => editComment(edit.comment, text).finally(() => { edit.isBusy = false; }));
    if (!saved) return;
    edit.comment = saved;
    // Somebody may have typed on meanwhile.
    if (edit.text === text) this.#close(edit);
    else this.#keep();
    this.load();
  }

  async #remove(comment) {
    if (!await confirmed("Delete this comment?", comment.text.slice(0, 200), "Delete")) return;
    if (await this.#attempt(() => deleteComment(comment))) this.load();
  }

  /// Null if it was refused. Where somebody else was faster, what they did is shown.
  async #attempt(action) {
    try {
      return await action();
    } catch (problem) {
      const isStale = problem.code === "stale_version";
      if (problem.status === 401) showProblem(this.note, problem);
      else toast(isStale ? "Somebody has just changed this comment." : problem.message, "bad");
      if (isStale || problem.status === 404) await this.load();
      return null;
    }
  }

  async #send() {
    const text = this.text.value.trim();
    if (!text || this.#sending || this.#isLocked) return;
    if (this.#sent?.body.text !== text) this.#sent = { body: signed({ text }), key: newKey() };
    this.#keep();
    const { signal } = this.#sending = new AbortController();
    try {
      await untilAnswered(() => addComment(this.id, { ...this.#sent, signal }), signal,
        (problem) => setText(this.note, `${waitingText("Saving", problem)} What you typed is kept.`));
      // Somebody may have typed on meanwhile.
      if (this.text.value.trim() === text) this.text.value = "";
      setText(this.note, "");
      this.load();
    } catch (problem) {
      showProblem(this.note, problem);
    } finally {
      this.#sent = this.#sending = null;
      this.#keep();
    }
  }
}
