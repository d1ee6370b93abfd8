#!/usr/bin/env python3
"""Several cards chosen and changed at once: by mouse, by keyboard alone, by finger; one undo for all."""

from browsers import PHONE, Browsers, accessible, card, cluster, column, expect, is_live, post, titles
from harness import run

NAMES = ["Sweep", "Wash", "Iron", "Fold", "Mend"]


def fill(world):
    node = world.wait_leader()
    for name in NAMES:
        post(world, node, "/v1/tasks", {"title": name, "labels": ["own"], "assignee": "Ann"})
    return node


def bar(page):
    return page.get_by_role("toolbar", name="With the chosen tasks")


def settled(page):
    expect(page.locator("#board [aria-busy=true]")).to_have_count(0)


def undo(page):
    page.locator(".toast").get_by_role("button", name="Undo", exact=True).last.click()


def by_mouse(report, page):
    page.goto("/")
    is_live(page)
    expect(card(page, "Mend")).to_be_visible()
    card(page, "Wash").click(modifiers=["Control"])
    card(page, "Fold").click(modifiers=["Shift"])
    expect(bar(page)).to_contain_text("3 chosen")
    chosen = page.locator("#board [data-chosen] .title")
    expect(chosen).to_have_text(["Wash", "Iron", "Fold"])
    expect(page.locator("#sheet")).to_be_hidden()
    accessible(report, page, "a board with chosen cards")
    card(page, "Iron").click(modifiers=["Control"])
    expect(chosen).to_have_text(["Wash", "Fold"])
    bar(page).get_by_role("button", name="Done").click()
    expect(column(page, "Done").locator(".title")).to_have_text(["Wash", "Fold"])
    expect(bar(page)).to_be_hidden()
    expect(page.locator(".toast")).to_contain_text("2 tasks done.")
    report.check(True, "cards chosen by Ctrl and Shift are done at once, and the others are not")
    undo(page)
    expect(column(page, "Done").locator(".title")).to_have_count(0)
    settled(page)
    page.reload()
    expect(column(page, "To do").locator(".title")).to_have_text(NAMES)
    report.check(True, "one undo takes all of it back, to the places where they were")


def choose(page, *names):
    for name in names:
        card(page, name).click(modifiers=["Control"])


def labels_and_people(report, page, world, node):
    """What the tasks have beside what is changed stays, also what this page has not seen yet."""
    task = world.client.get(node.http, "/v1/tasks/1").json()
    choose(page, "Sweep", "Wash")
    post(world, node, "/v1/tasks/1", {"labels": ["own", "meanwhile"]}, "PATCH",
         {"If-Match": f'"{task["version"]}"'})
    bar(page).get_by_role("button", name="Label…").click()
    page.get_by_role("menuitem", name="Another label…").click()
    page.get_by_role("combobox", name="Label 2 tasks").fill("house")
    page.keyboard.press("Enter")
    expect(card(page, "Sweep")).to_contain_text("house")
    expect(card(page, "Wash")).to_contain_text("house")
    expect(card(page, "Sweep")).to_contain_text("meanwhile")
    labels = [world.client.get(node.http, f"/v1/tasks/{number}").json()["labels"] for number in (1, 2)]
    report.check(labels == [["own", "meanwhile", "house"], ["own", "house"]],
                 "a label is added to those that each task has by then", labels)
    choose(page, "Sweep", "Wash")
    bar(page).get_by_role("button", name="Assign…").click()
    page.get_by_role("menuitem", name="Somebody else…").click()
    page.get_by_role("combobox", name="Assign 2 tasks to").fill("Ben")
    page.keyboard.press("Enter")
    expect(card(page, "Wash")).to_contain_text("Ben")
    settled(page)
    choose(page, "Sweep", "Wash")
    bar(page).get_by_role("button", name="Assign…").click()
    expect(page.get_by_role("menuitem", name="Ben")).to_be_visible()
    page.get_by_role("menuitem", name="Nobody").click()
    expect(card(page, "Wash").locator(".who")).to_have_count(0)
    settled(page)
    report.check(True, "chosen cards are given to somebody, and to nobody")


def by_keyboard(report, page):
    """v chooses, and the keys of one card mean all that are chosen."""
    card(page, "Sweep").get_by_role("link").focus()
    page.keyboard.press("v")
    expect(page.locator("#spoken")).to_have_text("Sweep: chosen, 1 in all")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("v")
    expect(bar(page)).to_contain_text("2 chosen")
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="In progress").press("Enter")
    expect(column(page, "In progress").locator(".title")).to_have_text(["Sweep", "Iron"])
    settled(page)
    page.keyboard.press("u")
    expect(column(page, "To do").locator(".title")).to_have_text(NAMES)
    card(page, "Sweep").get_by_role("link").focus()
    page.keyboard.press("v")
    page.keyboard.press("Escape")
    expect(bar(page)).to_be_hidden()
    page.keyboard.press("v")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("v")
    page.keyboard.press("Delete")
    expect(column(page, "To do").locator(".title")).to_have_text(NAMES[2:])
    undo(page)
    expect(column(page, "To do").locator(".title")).to_have_text(NAMES)
    report.check(True, "by keyboard alone cards are chosen, moved, deleted, and brought back")


def by_finger(report, browsers, node):
    page = browsers.person(node, PHONE, phone=True)
    page.goto("/?view=list")
    is_live(page)
    card(page, "Mend").get_by_role("button", name="Actions for Mend").tap()
    page.get_by_role("menuitem", name="Choose").tap()
    card(page, "Fold").tap()
    expect(bar(page)).to_contain_text("2 chosen")
    expect(page.locator("#sheet")).to_be_hidden()
    box = bar(page).bounding_box()
    report.check(box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"],
                 "the bar fits on a phone", box)
    accessible(report, page, "a list with chosen cards on a phone")
    bar(page).get_by_role("button", name="Delete").tap()
    expect(page.locator(".rows .card")).to_have_count(len(NAMES) - 2)
    undo(page)
    expect(page.locator(".rows .card")).to_have_count(len(NAMES))
    report.check(True, "on a phone the menu of a card chooses it, and then a tap each of the others")
    page.context.close()


def refused(report, page, world, node):
    """What cannot be changed is said, and the rest is changed."""
    page.goto("/")
    expect(card(page, "Mend")).to_be_visible()
    labels = [f"label {number}" for number in range(32)]
    version = world.client.get(node.http, "/v1/tasks/5").json()["version"]
    post(world, node, "/v1/tasks/5", {"labels": labels}, "PATCH", {"If-Match": f'"{version}"'})
    expect(card(page, "Mend")).to_contain_text("label 31")
    choose(page, "Fold", "Mend")
    bar(page).get_by_role("button", name="Label…").click()
    page.get_by_role("menuitem", name="Another label…").click()
    page.get_by_role("combobox").last.fill("one more")
    page.keyboard.press("Enter")
    expect(page.locator(".toast[data-tone=bad]")).to_contain_text("1 task changed. Not all of them")
    expect(card(page, "Fold")).to_contain_text("one more")
    expect(card(page, "Mend")).not_to_contain_text("one more")
    report.check(titles(page, "To do") == NAMES, "what is refused is said, and the rest is done", titles(page, "To do"))


def body(report):
    world, browsers = cluster(report), Browsers(report)
    node = fill(world)
    page = browsers.person(node, name="Ann")
    by_mouse(report, page)
    labels_and_people(report, page, world, node)
    by_keyboard(report, page)
    by_finger(report, browsers, world.node(2))
    refused(report, page, world, node)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-choosing", 90, body)
