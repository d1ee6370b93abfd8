#!/usr/bin/env python3
"""Every page, light and dark, on a desk and on a phone: axe finds nothing, and nothing is cut off.

    looks.py [--save FOLDER]    keeps pictures of them, the ones of Docs/Screenshots
"""

import os
import sys

from browsers import (
    DESKTOP, PHONE, Browsers, accessible, card, cluster, expect, is_live, post)
from harness import run

TASKS = [
    ("Order a replacement disk for n2", "in_progress", 1, -1, "ann", ["ops", "hardware"]),
    ("Write the release notes for 2.0", "pending", 2, 3, "ben", ["docs"]),
    ("Ask the landlord about the heating", "pending", 0, 1, None, ["home"]),
    ("Kill all three nodes at once under load, start them, count", "in_progress", 1, 3, "dee",
     ["chaos", "test"]),
    ("Bound what one client may have under way", "in_progress", 2, 5, "farid", ["replica"]),
    ("Catch up after twenty seconds without a database", "pending", 2, 6, "chloé", ["mysql"]),
    ("Book the train to Hamburg", "pending", 3, 0, "ann", ["home", "travel"]),
    ("Buy cinnamon, star anise and a proper grater", "pending", 4, None, None, ["home"]),
    ("Renew the certificate of the status page", "pending", 1, 2, "ben", ["ops"]),
    ("Headers by hand where the encoder is the cost", "done", 3, None, "dee", ["http"]),
    ("Read the thesis again, chapter 6", "done", 0, None, "emil", ["raft"]),
    ("Draw the ring of nodes for the cluster page", "done", 2, -3, "farid", ["web"]),
    ("Explain linearizable reads to the new colleague", "done", 0, None, "ann", ["docs"]),
]
DESCRIPTION = """The old one has **1,024 reallocated sectors**.

- [x] ask for the price
- [ ] order it
- [ ] swap it while `n1` and `n3` hold the quorum
"""


def fill(world):
    """Days are told from the day of the run, so that the pictures do not age."""
    import datetime
    today, node = datetime.date.today(), world.node(1)
    for title, status, priority, days, assignee, labels in TASKS:
        due = None if days is None else (today + datetime.timedelta(days)).isoformat()
        made = post(world, node, "/v1/tasks", {
            "title": title, "status": status, "priority": priority, "due": due,
            "assignee": assignee, "labels": labels, "author": "Ann"})
        if title.startswith("Order"):
            changed = post(world, node, f"/v1/tasks/{made['id']}", {
                "description": DESCRIPTION, "author": "Ben"}, "PATCH", {"If-Match": '"1"'})
            post(world, node, f"/v1/tasks/{made['id']}/comments", {
                "text": "The shop closes at *eight*.", "author": "Dee"})
            assert changed["version"] == 2
    post(world, node, "/v1/views", {"name": "At home", "query": "label:home"})
    for queue, count in (("mail", 9), ("thumbnails", 5)):
        for number in range(count):
            post(world, node, f"/v1/queues/{queue}/jobs", {
                "body": f'{{"to": "user{number}@example.org", "template": "welcome"}}',
                "retry": {"attempts": 1}})
    for job in post(world, node, "/v1/queues/mail/reserve", {"max": 3})["items"]:
        post(world, node, f"/v1/jobs/{job['id']}/fail", {
            "lease": job["lease"], "error": "SMTP 451: mailbox is full"})


# What each page shows when it is looked at: a name, its address, and what is done there first.
def open_sheet(page):
    card(page, TASKS[0][0]).get_by_role("link").click()
    expect(page.locator("#sheet .timeline li")).not_to_have_count(0)


def open_palette(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("th")
    expect(page.get_by_role("option", name=TASKS[-1][0])).to_be_visible()


def open_cluster(page):
    page.locator("#chip").click()
    expect(page.locator("#nodes .node")).to_have_count(3)


def open_menu(page):
    card(page, TASKS[1][0]).hover()
    card(page, TASKS[1][0]).get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Move to").click()
    expect(page.get_by_role("menu")).to_be_visible()


def open_import(page):
    page.get_by_role("button", name="More:").click()
    page.get_by_role("menuitem", name="Import").click()
    expect(page.get_by_role("heading", name="Import tasks")).to_be_visible()


def open_calendar(page):
    page.get_by_role("button", name="More:").click()
    page.get_by_role("menuitem", name="Calendar of due dates").click()
    expect(page.get_by_label("Address of the calendar")).not_to_have_value("")


def open_columns(page):
    page.locator("#boards").click()
    page.get_by_role("menuitem", name="Edit this board").click()
    expect(page.get_by_role("heading", name="This board")).to_be_visible()


def see_cards(page):
    expect(card(page, TASKS[1][0])).to_be_visible()


def fields_before_talk(page):
    """On a phone the fields follow what they are about; the history is long."""
    open_sheet(page)
    sheet = page.locator("#sheet")
    tops = [sheet.get_by_role("heading", name="Description"), sheet.get_by_label("Priority"),
            sheet.get_by_role("button", name="Delete", exact=True).last,
            sheet.get_by_role("heading", name="Comments"), sheet.get_by_role("heading", name="History")]
    return [top.bounding_box()["y"] for top in tops]


def see_history(page):
    expect(page.locator(".timeline li")).to_have_count(3)
    page.get_by_role("heading", name="History").scroll_into_view_if_needed()


def see_queue(page):
    expect(page.locator(".job[data-state=buried]")).to_have_count(3)


def see_people(page):
    expect(page.get_by_role("heading", name="People")).to_be_visible()


def disagree(page):
    """Somebody else saves the same task first."""
    title = TASKS[1][0]
    card(page, title).get_by_role("link").click()
    sheet = page.locator("#sheet")
    sheet.get_by_label("Title").fill("Write the release notes, and the changelog")
    number = page.url.rsplit("/", 1)[1]
    page.evaluate("""async (path) => {
      const { priority } = await (await fetch(path)).json();
      await fetch(path, { method: "PATCH", headers: { "Content-Type": "application/json", "If-Match": "*" },
        body: JSON.stringify({ priority: 3 - priority, title: "Write the release notes for 2.1", author: "Ben" }) });
    }""", f"/v1/tasks/{number}")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog", name="Changed by somebody else")).to_be_visible()


def agree_again(page):
    page.get_by_role("button", name="Keep theirs").click()
    title = page.locator("#sheet").get_by_label("Title")
    title.fill(TASKS[1][0])
    page.keyboard.press("Enter")
    expect(page.locator("#sheet .save-bar")).to_be_hidden()


PLACES = [
    ("board", "/", see_cards), ("list", "/?view=list", see_cards), ("editor", "/", open_sheet),
    ("history", "/tasks/1", see_history), ("palette", "/", open_palette), ("chip", "/", open_cluster),
    ("menu", "/", open_menu), ("import", "/", open_import), ("columns", "/", open_columns),
    ("keys", "/", lambda page: page.keyboard.press("?")),
    ("queues", "/queues?queue=mail", see_queue), ("settings", "/settings", see_people),
    ("signin", "/signin", lambda page: None), ("calendar", "/", open_calendar),
    ("docs", "/docs", lambda page: None), ("errors", "/docs/errors", lambda page: None),
    ("conflict", "/", disagree),
]


class Eye:
    """One window: everything is looked at in the light, and then in the dark."""

    def __init__(self, report, browsers, node, viewport, folder):
        self.report, self.folder, self.viewport = report, folder, viewport
        self.is_phone = viewport is PHONE
        self.page = browsers.person(node, viewport, name="Ann", phone=self.is_phone)

    def look(self, name):
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self._look(name, scheme == "dark")
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def _look(self, name, is_dark):
        where = f"{name}, {'phone' if self.is_phone else 'desk'}{' in the dark' if is_dark else ''}"
        accessible(self.report, self.page, where)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.report.check(width <= self.viewport["width"], f"nothing is wider than the window: {where}",
                          f"{width} pixels")
        if self.folder:
            how = ["phone"] * self.is_phone + ["dark"] * is_dark
            file = "-".join(how if name == "board" and how else [name, *how])
            self.page.screenshot(path=os.path.join(self.folder, f"{file}.png"))

    def look_around(self):
        for name, path, prepare in PLACES:
            self.page.goto(path)
            if path != "/signin":
                is_live(self.page)
            prepare(self.page)
            self.look(name)
            if prepare is disagree:
                agree_again(self.page)
        self.page.context.close()


def on_a_phone(report, browsers, node):
    page = browsers.person(node, PHONE, name="Ann", phone=True)
    page.goto("/")
    is_live(page)
    tops = fields_before_talk(page)
    report.check(tops == sorted(tops), "a task's fields stand between its description and what was said", tops)
    for name in ("Edit", "Delete"):
        button = page.locator(".comment-acts").get_by_role("button", name=name, exact=True)
        lines = button.evaluate("button => button.getClientRects().length + (button.offsetHeight > 30)")
        report.check(lines == 1, f"{name} of a comment is one word on one line", lines)
    page.keyboard.press("Escape")
    line = page.get_by_label("New task", exact=True)
    line.fill("Buy milk #home !p1")
    expect(page.locator("#quick-read .label")).to_be_visible()
    report.check(line.bounding_box()["width"] > 300, "there is room to type a task, and what was understood is seen",
                 line.bounding_box())
    line.fill("")
    page.goto("/?as_of=20")
    width = page.locator("#as-of-range").bounding_box()["width"]
    report.check(width > 200, "the slider of the past is as wide as the page", width)
    page.context.close()


def on_a_desk(report, browsers, node):
    page = browsers.person(node, name="Ann")
    page.goto("/")
    is_live(page)
    see_cards(page)
    card(page, TASKS[1][0]).get_by_role("link").focus()
    page.keyboard.press("ArrowDown")
    ring = page.locator(".card:has(.title:focus-visible)")
    expect(ring).to_have_css("outline-style", "solid")
    report.check(True, "the ring of focus is around the whole card")
    page.goto("/?board=all")
    expect(page.locator(".rows .card[data-key]")).to_have_count(len(TASKS))
    gap = page.evaluate("document.querySelector('.rows').getBoundingClientRect().top"
                        " - document.querySelector('#views').getBoundingClientRect().bottom")
    report.check(gap >= 8, "there is room below the saved views where no line adds tasks", gap)
    page.context.close()


def without_quorum(report, browsers, world, folder):
    eye = Eye(report, browsers, world.node(2), DESKTOP, folder)
    eye.page.goto("/")
    is_live(eye.page)
    see_cards(eye.page)
    for number in (1, 3):
        world.node(number).kill()
    expect(eye.page.locator("#chip")).to_contain_text("no quorum", timeout=15_000)
    eye.page.get_by_label("New task", exact=True).fill("Written without a quorum #ops")
    eye.page.keyboard.press("Enter")
    expect(eye.page.locator(".card[data-new]")).to_contain_text("trying again", timeout=15_000)
    eye.look("no-quorum")


def first_visit(report, browsers, node, folder):
    eye = Eye(report, browsers, node, DESKTOP, folder)
    eye.page.goto("/")
    expect(eye.page.get_by_role("button", name="Add sample tasks")).to_be_visible()
    eye.look("first-visit")


def body(report):
    folder = sys.argv[sys.argv.index("--save") + 1] if "--save" in sys.argv else None
    world, browsers = cluster(report), Browsers(report)
    first_visit(report, browsers, world.node(3), folder)
    fill(world)
    for viewport in (DESKTOP, PHONE):
        Eye(report, browsers, world.node(2), viewport, folder).look_around()
    on_a_phone(report, browsers, world.node(1))
    on_a_desk(report, browsers, world.node(1))
    without_quorum(report, browsers, world, folder)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-looks", 150, body)
