#!/usr/bin/env python3
"""What the page offers to whom: a viewer reads it all and is offered nothing that would be refused;
a task is for a user as that user writes his name; a view may be one's own."""

import re

from browsers import Browsers, accessible, card, cluster, column, expect, is_live, post
from harness import run
from people import add_person, sign_in

PASSWORD = "correct horse battery"
ASIDE = "You can look, not change."
# What changes something, wherever it stands on the page of the tasks or in a task's sheet.
CHANGING = ("#quick-add", "[data-act=check]", ".column .add", ".comment-form", ".save-bar",
            ".task-side footer button", ".timeline .link", ".comment-acts .link")


def people(report, page):
    page.goto("/settings")
    add_person(page, "Ann", PASSWORD)
    expect(page).to_have_url(re.compile("/signin"))
    sign_in(page, "Ann", PASSWORD)
    expect(page.locator("#who")).to_have_text("You are Ann, admin.")
    for name, role in (("Vic", "Viewer"), ("Mia", "Member"), ("Ada Lovelace", "Member")):
        add_person(page, name, PASSWORD, role)
        expect(page.locator("#users li").filter(has_text=name)).to_have_count(1)


def signed_in(browsers, node, name, path):
    page = browsers.person(node)
    page.goto(path)
    sign_in(page, name, PASSWORD)
    expect(page).not_to_have_url(re.compile("/signin"))
    is_live(page)
    return page


def offers_nothing(report, page, what):
    shown = [each for each in CHANGING if page.locator(f"{each}:visible").count()]
    report.clean(shown, f"a viewer is offered no change: {what}")


def rows_of_menu(page):
    expect(page.get_by_role("menu")).to_be_visible()
    return page.get_by_role("menu").get_by_role("menuitem").locator("span").all_inner_texts()


def viewer_reads(report, page):
    """The board, the list and a task, and their menus."""
    expect(card(page, "Read me")).to_be_visible()
    expect(page.locator(".look-only")).to_have_text(ASIDE)
    offers_nothing(report, page, "the board")
    accessible(report, page, "a viewer's board")
    card(page, "Read me").hover()
    card(page, "Read me").get_by_role("button", name="Actions").click()
    rows = rows_of_menu(page)
    report.check(rows == ["Open", "Copy the link"], "the menu of a card has what a viewer may do", rows)
    page.keyboard.press("Escape")
    page.locator("#boards").click()
    rows = rows_of_menu(page)
    report.check(not any("…" in row for row in rows), "the menu of boards leads to them, and no further", rows)
    page.keyboard.press("Escape")
    card(page, "Read me").get_by_role("link").click()
    sheet = page.locator("#sheet")
    expect(sheet.locator(".timeline li")).to_have_count(2)
    expect(sheet.locator(".comments li")).to_have_count(1)
    expect(sheet.get_by_label("Title")).not_to_be_editable()
    expect(sheet.get_by_label("Column")).to_be_disabled()
    expect(sheet.get_by_label("Assignee")).not_to_be_editable()
    offers_nothing(report, page, "a task")
    accessible(report, page, "a viewer's task")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator(".rows").get_by_role("link", name="Read me")).to_be_visible()
    offers_nothing(report, page, "the list")
    page.get_by_role("button", name="Board", exact=True).click()


def viewer_tries(report, page):
    """By keys and by the mouse: it is said, and nothing is sent."""
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)
    said = page.locator(".toast").filter(has_text=ASIDE)
    for key in ("x", "m", "Delete", "v", "Shift+ArrowRight", "n", "u"):
        page.evaluate("document.querySelector('#toasts').replaceChildren()")
        card(page, "Read me").get_by_role("link").focus()
        page.keyboard.press(key)
        expect(said).to_have_count(1)
    expect(page.get_by_label("New task", exact=True)).to_be_hidden()
    expect(page.get_by_role("menu")).to_have_count(0)
    card(page, "Read me").locator(".meta").click(modifiers=["Shift"])
    expect(page.locator("[data-chosen]")).to_have_count(0)
    start, end = card(page, "Read me").bounding_box(), column(page, "Done").bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(end["x"] + 90, end["y"] + 60, steps=6)
    expect(page.locator(".ghost")).to_have_count(0)
    page.mouse.up()
    # Where it was let go, nothing was pressed.
    expect(page.locator("#sheet")).to_be_hidden()
    expect(column(page, "To do").locator(".title")).to_have_text(["Read me"])
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(page.get_by_role("dialog", name="Keys")).not_to_contain_text("Move the card")
    page.keyboard.press("Escape")
    report.clean(sent, "a key that would change something says so, and sends nothing")


def viewer_elsewhere(report, page):
    page.goto("/queues?queue=mail")
    expect(page.locator(".job")).to_have_count(1)
    for name in ("Put a job", "Pause", "Purge"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()
    page.locator(".job .title").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".toast")).to_contain_text(ASIDE)
    expect(page.locator("#confirm")).to_be_hidden()
    accessible(report, page, "a viewer's queues")
    page.goto("/cluster")
    page.locator(".ring-name").first.click()
    expect(page.locator("#levers h2")).to_have_text(re.compile("^n"))
    expect(page.locator("#levers button:visible")).to_have_count(0)
    report.check(True, "nor are the levers of queues and cluster there for a viewer")


def viewer(report, browsers, node):
    page = signed_in(browsers, node, "Vic", "/")
    viewer_reads(report, page)
    viewer_tries(report, page)
    viewer_elsewhere(report, page)
    page.context.close()


def member(report, page):
    """Puts jobs and works on them; the queue itself is an admin's. And a comment is whose it is."""
    page.goto("/queues?queue=mail")
    expect(page.get_by_role("button", name="Put a job")).to_be_visible()
    for name in ("Pause", "Purge"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()
    page.goto("/")
    card(page, "Read me").get_by_role("link").click()
    comments = page.locator("#sheet .comments > li")
    expect(comments).to_have_count(1)
    expect(comments.get_by_role("button")).to_have_count(0)
    page.get_by_label("New comment").fill("Mine")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(comments.filter(has_text="Mine").get_by_role("button")).to_have_count(2)
    expect(page.get_by_label("New comment")).to_have_value("")
    page.keyboard.press("Escape")
    report.check(True, "a member is offered what a member may do, and no other's comment to change")


def demoted(report, admin, page):
    """A role that changes while the page is open: the first refusal is enough to know."""
    expect(page.locator(".look-only")).to_be_hidden()
    admin.goto("/settings")
    admin.get_by_label("Role of Mia").select_option(label="Viewer")
    expect(admin.get_by_label("Role of Mia")).to_have_value("viewer")
    page.get_by_label("New task", exact=True).fill("Too late")
    page.keyboard.press("Enter")
    expect(page.locator(".card[data-failed]")).to_contain_text("Not saved")
    expect(page.locator(".look-only")).to_be_visible()
    offers_nothing(report, page, "to somebody who has become one")
    page.locator(".card[data-failed]").get_by_role("button", name="Discard").click()
    page.context.close()


def assignees(report, page):
    """Users are offered by their names, also with a space in it, and stored as they write it."""
    page.goto("/")
    line = page.get_by_label("New task", exact=True)
    line.fill("Describe an engine @ad")
    offered = page.locator("#quick-words option")
    expect(offered).to_have_count(4)
    values = offered.evaluate_all("(options) => options.map(({ value }) => value)")
    report.check('Describe an engine @"Ada Lovelace"' in values, "quick add offers users, with quotation marks where needed", values)
    for written, title, stored in (('@"ada lovelace"', "An engine", "Ada Lovelace"), ("@VIC", "A view", "Vic"),
                                   ("@zoe", "No account", "zoe")):
        line.fill(f"{title} {written}")
        line.press("Enter")
        expect(card(page, title).locator(".who")).to_contain_text(stored)
        expect(card(page, title)).to_have_attribute("aria-busy", "false")
    card(page, "No account").get_by_role("link").click()
    field = page.locator("#sheet").get_by_label("Assignee")
    field.focus()
    expect(page.locator("#people option")).to_have_count(4)
    field.fill("ADA LOVELACE")
    page.locator("#sheet").get_by_role("button", name="Save").click()
    expect(field).to_have_value("Ada Lovelace")
    page.keyboard.press("Escape")
    tasks = page.request.get("/v1/tasks?limit=100").json()["items"]
    names = {task["title"]: task["assignee"] for task in tasks}
    report.check([names[each] for each in ("An engine", "A view", "No account")] == ["Ada Lovelace", "Vic", "Ada Lovelace"],
                 "a user's name is stored as that user writes it, and others as they are typed", names)


def save_view(page, name, is_own):
    page.get_by_role("button", name="Save this view").click()
    page.get_by_role("textbox", name="Save this view as").fill(name)
    if is_own:
        page.get_by_label("Only I see it").check()
    page.locator("#ask").get_by_role("button", name="Save").click()
    expect(page.get_by_role("navigation", name="Saved views")).to_contain_text(name)


def own_views(report, browsers, page, node):
    for name, is_own in (("Ours", False), ("Mine", True)):
        page.goto(f"/?q=assignee:{name}")
        save_view(page, name, is_own)
    other = signed_in(browsers, node, "Ada Lovelace", "/")
    nav = other.get_by_role("navigation", name="Saved views")
    expect(nav).to_contain_text("Ours")
    expect(nav).not_to_contain_text("Mine")
    other.context.close()
    page.reload()
    expect(page.get_by_role("link", name="Mine (only yours)")).to_have_attribute("aria-current", "true")
    report.check(True, "a view of one's own is seen by nobody else")


def body(report):
    world, browsers = cluster(report), Browsers(report)
    node = world.wait_leader()
    task = post(world, node, "/v1/tasks", {"title": "Read me", "description": "All of it.", "assignee": "Ann"})
    post(world, node, "/v1/queues/mail/jobs", {"body": "x"})
    admin = browsers.person(node)
    people(report, admin)
    admin.goto(f"/tasks/{task['id']}")
    admin.get_by_label("New comment").fill("From Ann")
    admin.get_by_role("button", name="Comment", exact=True).click()
    expect(admin.locator(".comments > li")).to_have_count(1)
    viewer(report, browsers, world.node(2))
    page = signed_in(browsers, world.node(3), "Mia", "/")
    member(report, page)
    demoted(report, admin, page)
    assignees(report, admin)
    own_views(report, browsers, admin, world.node(2))
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-roles", 120, body)
