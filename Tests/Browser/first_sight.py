#!/usr/bin/env python3
"""What pages come with: there before any script, and what the script puts in its place looks the same."""

import re

from browsers import DESKTOP, Browsers, cluster, column, expect, is_live, post
from harness import run

TASKS = [
    {"title": "Paint the fence", "labels": ["home", "größe"], "assignee": "ann", "priority": 1,
     "description": "Twice."},
    {"title": "<b>Bold</b> & \"quoted\"", "labels": ["<i>"], "assignee": "ärger", "status": "in_progress"},
    {"title": "Pay the rent", "status": "done", "priority": 4, "assignee": "Ann"},
    {"title": "Nothing but a title"},
]
# What a card says and how it is coloured, by column; on early cards and on those of the script.
CARDS = """(early) => [...document.querySelectorAll(early ? "[data-early]" : "[data-column], .rows[data-list]")]
    .filter((list) => list.checkVisibility())
    .map((list) => [list.querySelector("h2")?.textContent, list.querySelector(".count")?.textContent,
        [...list.querySelectorAll(".card")].map((card) => {
            const title = card.querySelector(".title"), place = card.querySelector(".place");
            return [title.textContent, title.pathname, card.dataset.status, place?.textContent ?? "",
                [...card.querySelectorAll(".meta > *, .avatar")].map((fact) => [fact.textContent,
                    fact.querySelector("use")?.getAttribute("href"), fact.dataset.priority,
                    getComputedStyle(fact).color, getComputedStyle(fact).backgroundColor]),
                [card, title, place].map((each) => {
                    const { x, y, width, height } = each?.getBoundingClientRect() ?? {};
                    return [x, y, width, height].map((length) => Math.round(length ?? 0));
                })];
        })])"""


# All but the one that sets the colours before anything is drawn.
SCRIPTS = re.compile(r"/(?!theme)[a-z]+\.js$")


def held(page):
    """Lets no script come before it is let go."""
    waiting, is_open = [], []
    page.route(SCRIPTS, lambda route: route.continue_() if is_open else waiting.append(route))

    def let_go():
        is_open.append(True)
        for each in waiting:
            each.continue_()
    return let_go


def without_script(report, browsers, node):
    context = browsers.person(node).context.browser.new_context(
        base_url=f"http://{node.http}", viewport=DESKTOP, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    for task in TASKS:
        link = page.get_by_role("link", name=task["title"], exact=True)
        expect(link).to_be_visible()
    expect(page.get_by_role("list", name="In progress").get_by_role("listitem")).to_have_count(1)
    report.check(page.locator("b, i").count() == 0, "titles and labels are text, never markup")
    page.goto("/?view=list")
    expect(page.get_by_role("list", name="Tasks").get_by_role("listitem")).to_have_count(len(TASKS))
    report.check(page.locator(".rows .title").first.inner_text() == TASKS[-1]["title"],
                 "board and list are there without JavaScript; the list begins with the newest")
    page.get_by_role("link", name="Paint the fence").click()
    expect(page.locator("#task")).to_contain_text("Twice.")
    expect(page).to_have_title("Paint the fence · Taskraft")
    report.check(page.locator("#task").get_by_text("Urgent").is_visible(), "and so is a task")
    page.goto("/queues")
    expect(page.get_by_role("row", name="mail 1 0 0 0")).to_be_visible()
    expect(page.get_by_role("row", name="press paused 1 0 0 0")).to_be_visible()
    report.check(True, "and so are queues, and which of them pause")
    context.close()


def same_as_script(report, browsers, node, path, what):
    page = browsers.person(node)
    let_go = held(page)
    page.goto(path, wait_until="commit")
    expect(page.locator("[data-early] .card")).to_have_count(len(TASKS))
    # The styles are there.
    expect(page.locator("[data-early] .card").first).to_have_css("display", "flex")
    page.get_by_role("link", name="Pay the rent").focus()
    before = page.evaluate(CARDS, True)
    let_go()
    is_live(page)
    expect(page.locator("[data-early]")).to_have_count(0)
    after = page.evaluate(CARDS, False)
    report.check(before == after, f"{what}: the script's cards say the same, at the same places", f"{before}\n{after}")
    expect(page.get_by_role("link", name="Pay the rent")).to_be_focused()
    report.check(True, f"{what}: focus stays with its task")
    page.context.close()


def followed(report, browsers, node):
    """A click on a card comes before its script."""
    page = browsers.person(node)
    let_go = held(page)
    page.goto("/", wait_until="commit")
    page.get_by_role("link", name="Paint the fence").click()
    expect(page.locator("#task[class] > [data-early]")).to_contain_text("Paint the fence")
    let_go()
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Paint the fence")
    expect(page.locator("[data-early]")).to_have_count(0)
    report.check(True, "who clicks on a card before its script is there comes to the page of the task")
    page.context.close()


def signed_in(report, world, browsers, node):
    """Nothing is shown to those who may not see it."""
    post(world, node, "/v1/users", {"name": "ann", "password": "correct horse battery", "role": "admin"})
    page = browsers.person(node)
    reply = page.request.get("/")
    report.check(reply.ok and "Paint the fence" not in reply.text(), "who is not signed in gets a page without cards")
    page.goto("/signin")
    form = page.locator("#signin")
    form.get_by_label("Name").fill("ann")
    form.get_by_label("Password").fill("correct horse battery")
    form.get_by_role("button", name="Sign in").click()
    expect(column(page, "To do").locator(".card")).to_have_count(2)
    report.check("Paint the fence" in page.request.get("/").text(), "who is signed in gets them with the page")
    return page


def without_quorum(report, world, page, node):
    for other in world.nodes:
        if other is not node:
            other.kill()
    let_go = held(page)
    page.reload(wait_until="commit")
    expect(page.locator("[data-early] .card")).to_have_count(len(TASKS))
    report.check(True, "a node that is alone gives its page with the cards that it has")
    let_go()
    expect(page.locator("#banner")).to_contain_text("quorum", timeout=15_000)
    expect(page.get_by_role("link", name="Paint the fence")).to_be_visible()
    expect(page.locator("#board .card:visible")).to_have_count(len(TASKS))
    report.check(True, "and its script does not take them away")
    # So low that the end of a column is out of sight.
    page.set_viewport_size({"width": 1280, "height": 420})
    page.get_by_label("New task", exact=True).fill("Wait for the others")
    page.keyboard.press("Enter")
    expect(page.locator(".card[data-new]")).to_be_in_viewport()
    expect(page.locator(".column").filter(has=page.get_by_role("heading", name="To do")).locator(".count")).to_have_text("3")
    report.check(True, "a task that waits for the quorum is seen, and counted")
    page.context.close()


def unread(report, browsers, node):
    """The page is there, and its script cannot read the tasks."""
    page = browsers.person(node)
    page.route(re.compile(r"/v1/tasks\?"), lambda route: route.fulfill(
        status=503, content_type="application/problem+json",
        body='{"title":"Not now","status":503,"code":"overloaded","retry_after":1}'))
    page.goto("/")
    expect(page.locator("#banner")).to_contain_text("could not be read", timeout=15_000)
    expect(page.locator("[data-early] .card")).to_have_count(len(TASKS))
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator("[data-early]")).to_have_count(0)
    report.check(True, "cards stay while the script reads none, and go with the place they belong to")
    page.context.close()


def body(report):
    world, browsers = cluster(report), Browsers(report)
    node = world.node(1)
    for task in TASKS:
        post(world, node, "/v1/tasks", task)
    for queue in ("mail", "press"):
        post(world, node, f"/v1/queues/{queue}/jobs", {"body": "x"})
    post(world, node, "/v1/queues/press/pause", {})
    without_script(report, browsers, node)
    same_as_script(report, browsers, node, "/", "board")
    same_as_script(report, browsers, node, "/?view=list", "list")
    followed(report, browsers, node)
    unread(report, browsers, node)
    page = signed_in(report, world, browsers, node)
    without_quorum(report, world, page, node)
    browsers.check_silence()


if __name__ == "__main__":
    run("first-sight", 300, body)
