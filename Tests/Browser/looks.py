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
    expect(page.locator(".node")).to_have_count(3)


def open_menu(page):
    card(page, TASKS[1][0]).hover()
    card(page, TASKS[1][0]).get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Move to").click()
    expect(page.get_by_role("menu")).to_be_visible()


def open_import(page):
    page.get_by_role("button", name="More:").click()
    page.get_by_role("menuitem", name="Import").click()
    expect(page.get_by_role("heading", name="Import tasks")).to_be_visible()


def see_cards(page):
    expect(card(page, TASKS[1][0])).to_be_visible()


def see_task(page):
    expect(page.locator(".timeline li")).not_to_have_count(0)


def see_queue(page):
    expect(page.locator("[data-state=buried]")).not_to_have_count(0)


PLACES = [
    ("board", "/", see_cards), ("list", "/?view=list", see_cards), ("sheet", "/", open_sheet),
    ("task", "/tasks/1", see_task), ("palette", "/", open_palette), ("chip", "/", open_cluster),
    ("menu", "/", open_menu), ("import", "/", open_import),
    ("keys", "/", lambda page: page.keyboard.press("?")), ("queues", "/queues?queue=mail", see_queue),
    
]
KEPT = {"board", "list", "sheet", "task", "palette", "queues", "settings", "signin"}


def look(report, browsers, node, viewport, dark, folder):
    where = ("phone" if viewport is PHONE else "desk") + (" in the dark" if dark else "")
    page = browsers.person(node, viewport, dark, name="Ann", phone=viewport is PHONE)
    for name, path, prepare in PLACES:
        page.goto(path)
        is_live(page)
        prepare(page)
        accessible(report, page, f"{name}, {where}")
        width = page.evaluate("document.documentElement.scrollWidth")
        report.check(width <= viewport["width"], f"{name}, {where}: nothing is wider than the window",
                     f"{width} pixels")
        if folder and name in KEPT:
            page.wait_for_timeout(150)
            page.screenshot(path=os.path.join(folder, f"{name}{'-phone' if viewport is PHONE else ''}"
                                                      f"{'-dark' if dark else ''}.png"))
    page.context.close()


def body(report):
    folder = sys.argv[sys.argv.index("--save") + 1] if "--save" in sys.argv else None
    world, browsers = cluster(report), Browsers(report)
    fill(world)
    for viewport in (DESKTOP, PHONE):
        for dark in (False, True):
            look(report, browsers, world.node(2), viewport, dark, folder)
    browsers.check_silence()


run("browser-looks", 110, body)
