#!/usr/bin/env python3
"""Dead letters as people deal with them: dragged to Ready, by key, one or all that have a text."""

from board import move
from browsers import Browsers, cluster, column, expect, is_live, post
from harness import run


def bury(world, node, queue, count):
    """Jobs that fail at their only try; every other one for another reason."""
    for number in range(count):
        post(world, node, f"/v1/queues/{queue}/jobs",
             {"body": f"letter {number}", "retry": {"attempts": 1}})
    for place, job in enumerate(post(world, node, f"/v1/queues/{queue}/reserve", {"max": count})["items"]):
        reason = "the mailbox is full" if place % 2 else "there is no such street"
        post(world, node, f"/v1/jobs/{job['id']}/fail", {"lease": job["lease"], "error": reason})


def cards(page, state):
    return column(page, state).locator(".card")


def drag_one(report, page):
    first = cards(page, "Buried").first
    text = first.locator(".title").inner_text()
    move(page, first, column(page, "Ready"))
    expect(column(page, "Ready")).to_contain_text(text)
    expect(cards(page, "Buried")).to_have_count(7)
    report.check(True, "a dead letter that is dragged to Ready is tried again")


def by_key(report, page):
    cards(page, "Buried").first.get_by_role("link").focus()
    page.keyboard.press("r")
    expect(cards(page, "Ready")).to_have_count(2)
    cards(page, "Buried").first.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Job")).to_contain_text("letter")
    page.keyboard.press("Escape")
    report.check(True, "by key too, and one can look inside")


def all_that_match(report, page):
    page.get_by_label("Text in the body").fill("mailbox")
    expect(cards(page, "Buried").filter(has_text="no such street")).to_have_count(0)
    matching = cards(page, "Buried").count()
    expect(page.locator("[data-column=buried] .count")).to_have_text(f"{matching} of 6")
    page.get_by_role("button", name=f"Retry all {matching} that match").click()
    expect(page.locator("#confirm-heading")).to_have_text(f"Retry all {matching} that match?")
    page.get_by_role("button", name="Retry all", exact=True).last.click()
    expect(page.locator(".toast").last).to_contain_text(f"{matching} jobs are tried again")
    page.get_by_label("Text in the body").fill("")
    expect(cards(page, "Buried").filter(has_text="mailbox")).to_have_count(0)
    expect(cards(page, "Buried").filter(has_text="no such street")).to_have_count(6 - matching)
    report.check(True, "all that have a text in common are tried again, and no others")


def from_the_page(report, page):
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible()
    page.get_by_role("button", name="Put a job").click()
    dialog = page.get_by_role("dialog", name="Put a job")
    dialog.get_by_label("Queue").fill("parcels")
    dialog.get_by_label("Body").fill("a parcel")
    dialog.get_by_label("Delay").fill("1h")
    page.reload()
    is_live(page)
    expect(cards(page, "Buried").first).to_be_visible()
    page.get_by_role("button", name="Put a job").click()
    for label, typed in (("Queue", "parcels"), ("Body", "a parcel"), ("Delay", "1h")):
        expect(dialog.get_by_label(label)).to_have_value(typed)
    report.check(True, "a job that was begun outlives a reload")
    dialog.get_by_role("button", name="Put job").click()
    page.get_by_role("button", name="parcels").click()
    expect(cards(page, "Delayed")).to_contain_text(["a parcel"])
    report.check(True, "a queue is paused, and a job put, from the page")


def body(report):
    world, browsers = cluster(report), Browsers(report)
    bury(world, world.node(1), "letters", 8)
    page = browsers.person(world.node(2))
    page.goto("/queues")
    is_live(page)
    expect(cards(page, "Buried")).to_have_count(8)
    drag_one(report, page)
    by_key(report, page)
    all_that_match(report, page)
    from_the_page(report, page)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-queues", 60, body)
