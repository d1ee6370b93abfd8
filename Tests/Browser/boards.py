#!/usr/bin/env python3
"""Boards as people change them: their columns, a board of one's own; and a task as it once was."""

import re

from browsers import Browsers, accessible, card, cluster, column, expect, is_live, post
from harness import run


def open_boards(page, choice):
    page.locator("#boards").click()
    page.get_by_role("menu", name="Boards").get_by_text(choice, exact=True).click()


def columns(page):
    return page.locator("#board h2")


def edit_columns(report, page):
    """One is added and named, one is moved, one is renamed; the tasks stay where they are."""
    page.goto("/")
    is_live(page)
    expect(card(page, "Mow")).to_be_visible()
    open_boards(page, "Edit this board…")
    dialog = page.get_by_role("dialog", name="This board")
    accessible(report, page, "the dialog of a board's columns")
    dialog.get_by_role("button", name="Add a column").click()
    dialog.get_by_label("Name of the column").last.fill("In review")
    dialog.get_by_label("Status of its tasks").last.select_option(label="In progress")
    dialog.get_by_role("button", name="Move it up").last.click()
    dialog.get_by_label("Name of the column").first.fill("Waiting")
    dialog.get_by_role("button", name="Save").click()
    expect(columns(page)).to_have_text(["Waiting", "In progress", "In review", "Done"])
    expect(column(page, "Waiting").locator(".title")).to_have_text(["Mow"])
    page.reload()
    expect(columns(page)).to_have_text(["Waiting", "In progress", "In review", "Done"])
    report.check(True, "columns are added, moved and named anew, and the tasks stay in theirs")


def remove_a_column(report, page, world, node):
    """What was in it goes to the first one, and another browser sees it."""
    card(page, "Mow").get_by_role("link").focus()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="In review").press("Enter")
    expect(column(page, "In review").locator(".title")).to_have_text(["Mow"])
    expect(card(page, "Mow")).to_have_attribute("aria-busy", "false")
    task = world.client.get(node.http, "/v1/tasks/1").json()
    report.check((task["status"], task["column"]) == ("in_progress", "in-review"),
                 "the key of a column is made of its name", task)
    open_boards(page, "Edit this board…")
    dialog = page.get_by_role("dialog", name="This board")
    dialog.get_by_role("button", name="Remove this column").nth(2).click()
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#confirm-text")).to_have_text("1 task in In review goes to Waiting.")
    page.keyboard.press("Escape")
    expect(columns(page)).to_have_text(["Waiting", "In progress", "In review", "Done"])
    dialog.get_by_role("button", name="Save").click()
    page.locator("#confirm-yes").click()
    expect(columns(page)).to_have_text(["Waiting", "In progress", "Done"])
    expect(column(page, "Waiting").locator(".title")).to_have_text(["Mow"])
    report.check(world.client.get(node.http, "/v1/tasks/1").json()["status"] == "pending",
                 "the tasks of a column that is removed go to the first one")


def board_of_ones_own(report, page, world, node):
    open_boards(page, "New board…")
    dialog = page.get_by_role("dialog", name="New board")
    dialog.get_by_label("Name", exact=True).fill("Garden")
    # It asks whether there are tasks elsewhere.
    with page.expect_response(lambda answer: answer.url.endswith("/v1/tasks?limit=1")):
        dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#board-name")).to_have_text("Garden")
    expect(columns(page)).to_have_text(["To do", "In progress", "Done"])
    expect(page.locator("#empty")).to_be_visible()
    expect(page.get_by_role("heading", name="New here?")).to_be_hidden()
    report.check(True, "a new board begins as the first one did, and nobody is new who has tasks elsewhere")
    page.get_by_label("New task", exact=True).fill("Plant")
    page.keyboard.press("Enter")
    expect(card(page, "Plant")).to_have_attribute("aria-busy", "false")
    report.check(page.url.endswith("board=2"), "a new board is made, and shown", page.url)
    open_boards(page, "Edit this board…")
    dialog = page.get_by_role("dialog", name="This board")
    dialog.get_by_role("button", name="Delete this board").click()
    page.locator("#confirm-yes").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    dialog.get_by_role("button", name="Close").click()
    card(page, "Plant").get_by_role("link").focus()
    page.keyboard.press("Delete")
    expect(card(page, "Plant")).to_have_count(0)
    open_boards(page, "Edit this board…")
    dialog.get_by_role("button", name="Delete this board").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#board-name")).not_to_have_text("Garden")
    boards = world.client.get(node.http, "/v1/boards").json()["items"]
    report.check([board["id"] for board in boards] == [1],
                 "a board goes when it has no tasks any more, and not before", boards)


def overtaken(report, page, world, node):
    """Somebody else saves the same board first: nothing that was typed has to be typed again."""
    open_boards(page, "Edit this board…")
    dialog = page.get_by_role("dialog", name="This board")
    name = dialog.get_by_label("Name", exact=True)
    name.fill("House")
    post(world, node, "/v1/boards/1", {"name": "Barn"}, "PATCH")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("“Barn”")
    expect(name).to_have_value("House")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#board-name")).to_have_text("House")
    report.check(world.client.get(node.http, "/v1/boards/1").json()["name"] == "House",
                 "a stale change of a board says what the board is now, and is saved over it the second time")


def typed_and_left(report, page):
    """What is typed into the dialog outlives Escape, its cross and a reload, until it is discarded."""
    open_boards(page, "Edit this board…")
    dialog = page.get_by_role("dialog", name="This board")
    name, columns_typed = dialog.get_by_label("Name", exact=True), dialog.get_by_label("Name of the column")
    before, count = name.input_value(), columns_typed.count()
    name.fill("Half a name")
    dialog.get_by_role("button", name="Add a column").click()
    columns_typed.last.fill("Later")
    dialog.get_by_role("button", name="Move it up").last.click()
    for leave in (lambda: page.keyboard.press("Escape"), lambda: dialog.get_by_role("button", name="Close").click(), page.reload):
        leave()
        expect(dialog).to_be_hidden()
        is_live(page)
        expect(page.locator("#board-name")).to_have_text(before)
        open_boards(page, "Edit this board…")
        expect(name).to_have_value("Half a name")
        expect(columns_typed).to_have_count(count + 1)
        expect(columns_typed.nth(count - 1)).to_have_value("Later")
    accessible(report, page, "the dialog of a board with what was typed before")
    dialog.get_by_role("button", name="Discard it").click()
    expect(name).to_have_value(before)
    expect(columns_typed).to_have_count(count)
    dialog.get_by_role("button", name="Close").click()
    open_boards(page, "Edit this board…")
    expect(name).to_have_value(before)
    dialog.get_by_role("button", name="Close").click()
    report.check(True, "what is typed into the dialog of a board is there when it is opened again")


def whole_places(report, page, world, node):
    """A view leads back to the board, the list and the order; one from before is a filter for the place shown."""
    board = post(world, node, "/v1/boards", {"name": "Kitchen", "columns": [{"key": "todo", "name": "To cook", "status": "pending"}]})
    post(world, node, "/v1/tasks", {"title": "Soup", "labels": ["warm"], "board": board["id"]})
    post(world, node, "/v1/views", {"name": "Warm", "query": "label:warm"})
    place = f"/?board={board['id']}&view=list&q=label:warm&sort=due"
    page.goto(place)
    is_live(page)
    page.get_by_role("button", name="Save this view").click()
    page.get_by_role("textbox", name="Save this view as").fill("Warm by day")
    page.keyboard.press("Enter")
    nav = page.get_by_role("navigation", name="Saved views")
    link = nav.get_by_role("link", name="Warm by day", exact=True)
    expect(link).to_have_attribute("aria-current", "true")
    views = {view["name"]: view["query"] for view in world.client.get(node.http, "/v1/views").json()["items"]}
    report.check(views["Warm by day"] == f"board:{board['id']} label:warm sort:due",
                 "a view is one text of the filter language, which the command line takes as well", views)
    page.goto("/")
    is_live(page)
    link.click()
    expect(page).to_have_url(re.compile(re.escape(place) + "$"))
    expect(page.locator("#board-name")).to_have_text("Kitchen")
    expect(page.locator("#sort")).to_have_value("due")
    expect(page.locator(".rows .title")).to_have_text(["Soup"])
    expect(page.get_by_label("Filter", exact=True)).to_have_value("label:warm")
    expect(link).to_be_focused()
    page.goto(f"/?board={board['id']}")
    nav.get_by_role("link", name="Warm", exact=True).click()
    expect(page).to_have_url(re.compile(f"/\\?board={board['id']}&q=label:warm$"))
    expect(column(page, "To cook").locator(".title")).to_have_text(["Soup"])
    report.check(True, "and an older one opens where one is, as it did before")


def same_name(report, page, world, node):
    """A view of the same name takes the place of the other, or none is made."""
    queries = lambda: [view["query"] for view in world.client.get(node.http, "/v1/views").json()["items"] if view["name"] == "Warm"]
    before = queries()
    for answer, wanted in (("Escape", before), ("Enter", ["board:1 label:hot"])):
        page.goto("/?q=label:hot")
        page.get_by_role("button", name="Save this view").click()
        page.get_by_role("textbox", name="Save this view as").fill("Warm")
        page.keyboard.press("Enter")
        expect(page.locator("#confirm-heading")).to_have_text("Replace “Warm”?")
        if answer == "Enter":
            page.locator("#confirm-yes").click()
            expect(page.locator("#views a[aria-current]")).to_have_text("Warm")
            expect(page.get_by_role("link", name="Warm", exact=True)).to_have_count(1)
        else:
            page.keyboard.press("Escape")
        report.check(queries() == wanted, f"a view of the same name replaces the other when asked to ({answer})", queries())


def half_a_filter(report, page):
    """While the last word is typed it is not wrong; when somebody stops there, it is said where."""
    page.goto("/")
    is_live(page)
    shown, fault, line = card(page, "Mow"), page.locator("#filter-fault"), page.get_by_label("Filter", exact=True)
    expect(shown).to_be_visible()
    line.focus()
    with page.expect_response(lambda answer: "/v1/tasks?" in answer.url and answer.status == 400):
        page.keyboard.type("foo:bar")
    expect(fault).to_have_text("")
    expect(shown).to_be_visible()
    page.keyboard.press("Enter")
    expect(fault).to_contain_text("At character 1: expected ")
    expect(shown).to_be_visible()
    line.fill("status:")
    expect(fault).to_have_text("")
    line.blur()
    expect(fault).to_contain_text("At character 8: expected ")
    line.fill("status:pending")
    expect(fault).to_have_text("")
    expect(shown).to_be_visible()
    report.check(True, "half a filter takes no cards away, and its fault is told where it was typed")


def by_priority(report, page, world, node):
    """What has no priority comes last; a comma stands between labels; a number is no label."""
    for line in ("Pay #1 bill !p3", "Call !p1", "Rest"):
        page.goto("/")
        page.get_by_label("New task", exact=True).fill(line)
        page.keyboard.press("Enter")
        expect(card(page, line.split(" !")[0])).to_have_attribute("aria-busy", "false")
    report.check(True, "a number stays in the title")
    page.goto("/?view=list&sort=priority")
    expect(page.locator(".rows .title")).to_have_text(["Call", "Pay #1 bill", "Mow", "Rest"])
    report.check(True, "by priority, the tasks without one come last")
    expect(card(page, "Call").locator(".place")).to_have_text("Waiting")
    page.goto("/?board=all")
    expect(card(page, "Call").locator(".place")).to_have_text("House / Waiting")
    card(page, "Call").get_by_role("link").focus()
    page.keyboard.press("v")
    page.get_by_role("button", name="Label…").click()
    page.get_by_role("menuitem", name="Another label…").click()
    page.locator("#ask-text").fill("bulk, one")
    page.keyboard.press("Enter")
    expect(card(page, "Call").locator(".label")).to_have_text(["bulk", "one"])
    expect(card(page, "Call")).to_have_attribute("aria-busy", "false")
    tasks = world.client.get(node.http, "/v1/tasks?q=label:one").json()["items"]
    report.check([task["labels"] for task in tasks] == [["bulk", "one"]], "a comma stands between two labels", tasks)


def past_and_present(report, page, world, node):
    """A card of the past stays what it was, and leads to the task as it is now, which says so."""
    reply = world.client.request(node.http, "POST", "/v1/tasks", {"title": "Then", "board": 1, "due": "2031-12-24"}, None)
    task = reply.json()
    index = int(reply.headers["Taskraft-Index"])
    post(world, node, f"/v1/tasks/{task['id']}", {"title": "Now", "due": "2031-12-25"}, "PATCH", {"If-Match": '"1"'})
    page.goto(f"/?as_of={index}")
    card(page, "Then").get_by_role("link").click()
    sheet = page.locator("#sheet")
    expect(sheet.get_by_label("Title")).to_have_value("Now")
    expect(sheet).to_contain_text("This is the task as it is now.")
    sheet.get_by_role("button", name="in its history").click()
    expect(sheet.locator(".history")).to_be_focused()
    expect(sheet.locator(".timeline")).to_contain_text("Dec 24, 2031 → Dec 25, 2031")
    page.keyboard.press("Escape")
    expect(card(page, "Then")).to_be_visible()
    page.goto("/")
    card(page, "Now").get_by_role("link").click()
    expect(sheet.locator(".timeline li")).not_to_have_count(0)
    expect(sheet).not_to_contain_text("This is the task as it is now.")
    report.check(True, "a card of the past opens the task of today, which says so")


def as_of(report, page, world, node):
    """A task becomes what it was at an earlier entry of its history, and that is a step as well."""
    version = world.client.get(node.http, "/v1/tasks/1").json()["version"]
    for change in ({"title": "Mow the lawn", "labels": ["garden"]}, {"title": "Mow all", "priority": 2}):
        post(world, node, "/v1/tasks/1", change, "PATCH", {"If-Match": f'"{version}"'})
        version += 1
    page.goto("/tasks/1")
    title = page.get_by_label("Title")
    expect(title).to_have_value("Mow all")
    steps = page.locator(".timeline > li")
    then = steps.filter(has_text="Mow the lawn").last
    then.get_by_role("button", name="Restore as of here").click()
    expect(title).to_have_value("Mow the lawn")
    expect(steps.first).to_contain_text("Mow all → Mow the lawn")
    task = world.client.get(node.http, "/v1/tasks/1").json()
    report.check((task["title"], task["labels"], task["priority"]) == ("Mow the lawn", ["garden"], 0),
                 "a task is restored as of an entry of its history", task)
    steps.last.get_by_role("button", name="Restore as of here").click()
    expect(title).to_have_value("Mow")
    page.reload()
    expect(title).to_have_value("Mow")
    expect(steps.nth(5)).to_be_visible()
    report.check(True, "what was restored can be followed in the history")


def body(report):
    world, browsers = cluster(report), Browsers(report)
    node = world.wait_leader()
    post(world, node, "/v1/tasks", {"title": "Mow"})
    page = browsers.person(node, name="Ann")
    edit_columns(report, page)
    remove_a_column(report, page, world, node)
    board_of_ones_own(report, page, world, node)
    overtaken(report, page, world, node)
    typed_and_left(report, page)
    whole_places(report, page, world, node)
    same_name(report, page, world, node)
    half_a_filter(report, page)
    by_priority(report, page, world, node)
    past_and_present(report, page, world, node)
    as_of(report, page, world, node)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-boards", 120, body)
