#!/usr/bin/env python3
"""2,000 tasks on one board: imported from a file, dragged without a hitch. And what a page weighs."""

from browsers import Browsers, cluster, column, expect, is_live
from harness import run

TASKS = 2_000
WEIGHT_MAX = 150 * 1024
LONG_TASK_MAX = 100  # milliseconds of script while something is dragged



def rows(count, first=0):
    lines = [f"Task number {number},{status},{number % 5},label{number % 7}"
             for number in range(first, first + count)
             for status in [("pending", "in_progress", "done")[number % 3]]]
    return "title,status,priority,labels\n" + "\n".join(lines) + "\n"


def bring(page, text, count):
    page.get_by_role("button", name="More:").click()
    page.get_by_role("menuitem", name="Import").click()
    # Not the form of an earlier import, which is still in the closed dialog.
    expect(page.get_by_role("heading", name="Import tasks")).to_be_visible()
    page.locator(".transfer [type=file]").set_input_files(
        {"name": "tasks.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.locator(".transfer").get_by_role("button", name="Import", exact=True).click()
    expect(page.locator(".transfer .notice")).to_have_text(f"{count:,} tasks were made in “Tasks”.", timeout=60_000)
    page.locator(".transfer").get_by_role("button", name="Close").click()


def weight(report, browsers, node):
    """All bytes of a first visit, of a board with 50 cards."""
    page = browsers.person(node)
    sizes = {}
    page.on("requestfinished", lambda request: sizes.__setitem__(
        request.url.split("/", 3)[-1], request.sizes()["responseBodySize"])
        if "/v1/events" not in request.url else None)
    page.goto("/")
    expect(page.locator("#board .card[data-key]")).to_have_count(50)
    is_live(page)
    page.wait_for_load_state("load")
    total = sum(sizes.values())
    report.figure("page with 50 cards", f"{total / 1024:.0f} KiB in {len(sizes)} requests")
    report.check(total < WEIGHT_MAX, "a page with 50 cards weighs less than 150 KiB in all", sizes)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    report.figure("first paint, with the cards", f"{paint:.0f} ms")
    page.context.close()


def drag(report, page):
    """One card across the board and down a long column, which scrolls by itself meanwhile."""
    source = column(page, "To do").locator(".card").first
    title = source.locator(".title").inner_text()
    start = source.bounding_box()
    target = column(page, "Done").bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + 12)
    page.mouse.down()
    for step in range(60):
        share = step / 59
        page.mouse.move(start["x"] + 60 + share * (target["x"] - start["x"]),
                        start["y"] + 12 + share * (target["height"] - 60))
    page.wait_for_function("list => list.scrollTop > 400", arg=column(page, "Done").element_handle())
    page.mouse.move(target["x"] + 90, target["y"] + target["height"] / 2)
    page.mouse.up()
    expect(column(page, "Done").get_by_role("link", name=title, exact=True)).to_have_count(1)
    expect(page.locator("#board [aria-busy=true]")).to_have_count(0)
    report.check(True, "a card is dragged among 2,000, and a column scrolls while it is held at its edge")


def by_keys(report, page):
    """The same board by the keyboard."""
    column(page, "To do").locator(".title").first.focus()
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("#board [aria-busy=true]")).to_have_count(0)


def body(report):
    world, browsers = cluster(report), Browsers(report)
    page = browsers.person(world.node(1), name="Ann")
    page.goto("/")
    is_live(page)
    bring(page, rows(50), 50)
    expect(page.locator("#board .card[data-key]")).to_have_count(50)
    weight(report, browsers, world.node(2))
    bring(page, rows(TASKS - 50, 50), TASKS - 50)
    expect(page.locator("#board .card[data-key]")).to_have_count(TASKS, timeout=20_000)
    report.check(True, "2,000 tasks of a file are on the board")
    page.reload()
    expect(page.locator("#board .card[data-key]")).to_have_count(TASKS, timeout=20_000)
    for what, act in (("dragging", drag), ("moving by keys", by_keys)):
        longest = browsers.longest_task(page, lambda: act(report, page))
        report.figure(f"longest task while {what} among 2,000 cards", f"{longest:.0f} ms of processor")
        report.check(longest < LONG_TASK_MAX, f"no task of the page takes 100 ms while {what}",
                     f"{longest} ms")
    page.locator("#filter").fill("label:label3 number")
    expect(page.locator("#board .card[data-key]")).to_have_count(sum(1 for n in range(TASKS) if n % 7 == 3))
    report.check(True, "a filter leaves those that match")
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-crowd", 100, body)
