#!/usr/bin/env python3
"""What the page does when the cluster fails: nothing typed is lost, and the chip tells the truth."""

import re

from browsers import Browsers, card, cluster, column, expect, is_live
from harness import run


def chip(page):
    return page.locator("#chip")


def add(page, line):
    page.get_by_label("New task", exact=True).fill(line)
    page.keyboard.press("Enter")


def leader_killed(report, world, browsers):
    """kill -9 while somebody types: the edit is saved under the next leader, once."""
    leader = world.wait_leader()
    follower = next(node for node in world.nodes if node is not leader)
    page = browsers.person(follower, name="Ann")
    page.goto("/")
    is_live(page)
    add(page, "Survive the leader")
    expect(card(page, "Survive the leader")).to_have_attribute("aria-busy", "false")
    card(page, "Survive the leader").get_by_role("link").click()
    sheet = page.locator("#sheet")
    sheet.get_by_label("Labels").fill("typed before")
    leader.kill()
    sheet.get_by_label("Title").fill("Survived the leader")
    page.keyboard.press("Enter")
    expect(sheet.locator(".save-bar")).to_be_hidden(timeout=15_000)
    expect(chip(page)).to_have_text(re.compile(r"live · leader n\d · lag 0 · can lose no more"), timeout=15_000)
    page.keyboard.press("Escape")
    expect(card(page, "Survived the leader")).to_contain_text("typed before")
    report.check(True, "an edit while the leader dies is saved by the next one, and the chip says what is left")
    return page, follower, leader


def no_quorum(report, world, page, follower):
    """With two of three gone: it says so, keeps what is typed, and sends it by itself later."""
    others = [node for node in world.nodes if node is not follower and node.alive]
    for node in others:
        node.kill()
    expect(chip(page)).to_have_text(re.compile("no quorum"), timeout=15_000)
    expect(page.locator("#banner")).to_contain_text("No quorum")
    add(page, "Written without a quorum")
    waiting = page.locator(".card[data-new]")
    expect(waiting).to_contain_text("trying again by itself")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(".card[data-new]")).to_contain_text("Written without a quorum")
    report.check(True, "without a quorum the page says so and keeps what is typed, through a reload too")
    for node in world.nodes:
        if not node.alive:
            node.start()
    expect(chip(page)).to_contain_text("can lose 1 more", timeout=30_000)
    expect(page.locator(".card[data-new]")).to_have_count(0, timeout=15_000)
    expect(card(page, "Written without a quorum")).to_have_count(1)
    report.check(True, "it is sent when the quorum is back, and is there once")


def own_node(report, world, page, follower):
    """The page's own node dies: it says so, and comes back by itself."""
    follower.kill()
    expect(chip(page)).to_have_text(re.compile("disconnected"), timeout=15_000)
    column(page, "To do").get_by_role("link", name="Written without a quorum").focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(column(page, "In progress")).to_contain_text("Written without a quorum")
    expect(column(page, "In progress").locator(".progress")).to_contain_text("trying again by itself")
    follower.start()
    expect(chip(page)).to_contain_text("live · leader", timeout=30_000)
    expect(page.locator("#board [aria-busy=true]")).to_have_count(0, timeout=15_000)
    page.reload()
    expect(column(page, "In progress")).to_contain_text("Written without a quorum")
    report.check(True, "a move while the page's own node is away is made when it is back")


def body(report):
    world, browsers = cluster(report), Browsers(report)
    page, follower, _ = leader_killed(report, world, browsers)
    no_quorum(report, world, page, follower)
    own_node(report, world, page, follower)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-failures", 110, body)
