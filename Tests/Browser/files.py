#!/usr/bin/env python3
"""Files both ways: what the page exports comes back by its import, and the calendar is one."""

import os
import re
import urllib.parse
import urllib.request

from browsers import Browsers, card, cluster, expect, is_live, post
from harness import Client, run

FIELDS = ("title", "description", "status", "priority", "due", "assignee", "labels", "column")
TASKS = [
    {"title": 'Say "hello", twice', "description": "two\nlines, and a comma", "priority": 1,
     "due": "2031-12-24", "assignee": "Ann", "labels": ["home", "two words"]},
    {"title": "=SUM(A1)", "status": "done"},
    {"title": "日本茶", "status": "in_progress", "labels": ["home"]},
]


def more(page, name):
    page.get_by_role("button", name="More: import").click()
    page.get_by_role("menuitem", name=name).click()


def stored(world, node):
    items = world.client.get(node.http, "/v1/tasks?limit=500").json()["items"]
    return sorted(str([item[name] for name in FIELDS]) for item in items)


def exported(page, report, kind, part="all"):
    with page.expect_download() as download:
        more(page, f"Export as {kind}")
    path = os.path.join(report.subdirectory(part), download.value.suggested_filename)
    download.value.save_as(path)
    return path


def downloads(report, page):
    page.goto("/")
    is_live(page)
    expect(card(page, "日本茶")).to_be_visible()
    paths = [exported(page, report, kind) for kind in ("CSV", "JSON")]
    names = [os.path.basename(path) for path in paths]
    report.check(names == ["tasks.csv", "tasks.json"], "the board is downloaded as CSV and as JSON", names)
    return paths


def filtered(report, page):
    page.goto("/?q=label:home")
    expect(page.locator("#board .title")).to_have_count(2)
    with open(exported(page, report, "CSV", "some"), encoding="utf-8") as file:
        text = file.read()
    report.check("日本茶" in text and "SUM" not in text, "only what the filter finds is exported", text)


def comes_back(report, browsers, path, before):
    """Into a cluster that is empty: every field is what it was."""
    kind = path.rsplit(".", 1)[1]
    world = cluster(report, f"empty-{kind}", size=1)
    node = world.wait_leader()
    page = browsers.person(node)
    page.goto("/")
    is_live(page)
    dialog = import_dialog(page)
    dialog.get_by_label("A CSV or JSON file").set_input_files(path)
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog.locator(".notice")).to_have_text("3 tasks were made in “Tasks”.")
    dialog.get_by_role("button", name="Close").click()
    expect(card(page, "日本茶")).to_have_count(1)
    after = stored(world, node)
    report.check(after == before, f"what was exported as {kind} comes back as it was", after)
    return page


def import_dialog(page):
    more(page, "Import…")
    return page.get_by_role("dialog", name="Import tasks")


def wrong_line(report, page):
    dialog = import_dialog(page)
    expect(dialog).to_contain_text("semicolons between them: home;travel")
    text = dialog.get_by_label("Or the text itself")
    text.fill("title,priority\ngood,1\nbad,9\n")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    is_live(page)
    dialog = import_dialog(page)
    expect(text).to_have_value("title,priority\ngood,1\nbad,9\n")
    report.check(True, "what was typed into the import is there when it is opened again")
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog.locator(".notice")).to_have_text("1 task was made in “Tasks”, 1 line was not.")
    expect(dialog.locator(".import-faults")).to_contain_text("Line 3: priority ")
    report.check(True, "a line that is wrong is named, and the others are taken")
    page.context.close()


def another_board(report, browsers, world, node, paths):
    """An export names its board: it fills the one that is shown, unless somebody says otherwise."""
    board = post(world, node, "/v1/boards", {
        "name": "Copy", "columns": [{"key": "todo", "name": "To do", "status": "pending"},
                                    {"key": "in_progress", "name": "In progress", "status": "in_progress"},
                                    {"key": "done", "name": "Done", "status": "done"}]})["id"]
    page = browsers.person(node)
    page.goto(f"/?board={board}")
    is_live(page)
    expect(page.locator("#board-name")).to_have_text("Copy")
    found = lambda number: len(world.client.get(node.http, f"/v1/tasks?q=board:{number}").json()["items"])
    for count, path in enumerate(paths, 1):
        dialog = import_dialog(page)
        dialog.get_by_label("A CSV or JSON file").set_input_files(path)
        expect(dialog.get_by_label("Into this board")).to_be_checked()
        dialog.get_by_role("button", name="Import", exact=True).click()
        expect(dialog.locator(".notice")).to_have_text("3 tasks were made in “Copy”.")
        expect(dialog.locator(".notice")).to_have_attribute("data-tone", "good")
        dialog.get_by_role("button", name="Close").click()
        counts = [found(1), found(board)]
        report.check(counts == [3, 3 * count], f"{path[-4:]}: a file of another board fills the one that is shown", counts)
    dialog = import_dialog(page)
    dialog.get_by_label("Or the text itself").fill('title,board,labels\nBack home,1,"a;b"')
    dialog.get_by_label("Into the boards that the file names").check()
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog.locator(".notice")).to_have_text("1 task was made in “Tasks”.")
    report.check(found(1) == 4, "or those that it names, where somebody says so")
    page.context.close()


def calendar(report, page):
    """The address is good for whoever has it, without a browser, and follows the filter."""
    page.goto("/?q=assignee:Ann")
    expect(card(page, 'Say "hello", twice')).to_be_visible()
    more(page, "Calendar of due dates…")
    line = page.get_by_label("Address of the calendar")
    expect(line).not_to_have_value("")
    with urllib.request.urlopen(line.input_value(), timeout=5) as answer:
        kind, text = answer.headers["Content-Type"], answer.read().decode()
    report.check(kind.startswith("text/calendar") and text.count("BEGIN:VEVENT") == 1
                 and "20311224" in text and "hello" in text,
                 "the calendar's address shows the due dates of the filter", text)
    page.keyboard.press("Escape")


def readers_day(report, browsers, node):
    """On one side of the date line at least, today is not the day of UTC."""
    for place in ("Kiritimati", "Pago_Pago"):
        page = browsers.person(node, zone=f"Pacific/{place}")
        page.goto("/")
        is_live(page)
        page.get_by_label("New task", exact=True).fill(f"Due in {place} ^today")
        page.keyboard.press("Enter")
        made = card(page, f"Due in {place}")
        expect(made).to_have_attribute("aria-busy", "false")
        page.goto("/?q=due:today")
        expect(made).to_contain_text("Today")
        with open(exported(page, report, "CSV", place), encoding="utf-8") as file:
            text = file.read()
        report.check(f"Due in {place}" in text, f"today is the reader's, in {place}, on the page and in its files", text)
        page.goto("/?q=due:overdue")
        expect(page.locator("#empty")).to_be_visible()
        page.context.close()


def calendar_of_users(report, page):
    """Where there are users, the address holds a token that can read, and nothing else."""
    first_user(page)
    page.goto("/")
    expect(card(page, "日本茶")).to_be_visible()
    more(page, "Calendar of due dates…")
    line = page.get_by_label("Address of the calendar")
    expect(page.get_by_text("Copy makes the address")).to_be_visible()
    page.get_by_role("button", name="Copy").click()
    expect(line).to_have_value(re.compile("token="))
    address = line.input_value()
    with urllib.request.urlopen(address, timeout=5) as answer:
        text = answer.read().decode()
    report.check("BEGIN:VEVENT" in text, "with users the address carries a token of its own")
    parts = urllib.parse.urlsplit(address)
    token = urllib.parse.parse_qs(parts.query)["token"][0]
    reply = Client().request(parts.netloc, "POST", "/v1/tasks", {"title": "x"},
                             {"Authorization": f"Bearer {token}"})
    report.check(reply.status == 403, "which changes nothing", reply)


def first_user(page):
    page.goto("/settings")
    for form, action in (("#new-user", "Add"), ("#signin", "Sign in")):
        fields = page.locator(form)
        fields.get_by_label("Name").fill("Ann")
        fields.get_by_label("Password").fill("correct horse battery")
        fields.get_by_role("button", name=action).click()
    expect(page.locator("#who")).to_contain_text("You are Ann")


def body(report):
    world, browsers = cluster(report), Browsers(report)
    node = world.wait_leader()
    for task in TASKS:
        post(world, node, "/v1/tasks", task)
    page, before = browsers.person(node), stored(world, node)
    paths = downloads(report, page)
    filtered(report, page)
    pages = [comes_back(report, browsers, path, before) for path in paths]
    wrong_line(report, pages[-1])
    another_board(report, browsers, world, node, paths)
    calendar(report, page)
    readers_day(report, browsers, node)
    calendar_of_users(report, page)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-files", 90, body)
