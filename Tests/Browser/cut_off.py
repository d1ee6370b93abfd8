#!/usr/bin/env python3
"""What the page says of a node that is cut off: what is true of this node, and no more. The others
go on, and it cannot know that."""

from types import SimpleNamespace

from browsers import Browsers, card, expect, is_live
from harness import Levers, Local, eventually, run

PATIENCE = 15_000


def page_of(browsers, local, number):
    page = browsers.person(SimpleNamespace(http=local.http(number)))
    page.goto("/")
    is_live(page)
    return page


def cut_off(report, levers, lonely, other):
    """From both others: it hears no majority, keeps what is typed, and sends it when it is healed."""
    levers.isolate(3)
    expect(lonely.locator("#chip")).to_have_text("no quorum here · hears 0 of 2", timeout=PATIENCE)
    banner = lonely.locator("#banner")
    expect(banner).to_contain_text("hears none of the other nodes")
    expect(banner).to_contain_text("may go on without it")
    expect(other.locator("#chip")).to_contain_text("live · leader n2", timeout=PATIENCE)
    expect(other.locator("#banner")).to_be_hidden()
    report.check(True, "a node that hears nobody says so of itself alone")
    lonely.get_by_label("New task", exact=True).fill("Typed alone")
    lonely.keyboard.press("Enter")
    expect(lonely.locator(".card[data-new]")).to_contain_text("trying again by itself")
    levers.heal()
    expect(card(other, "Typed alone")).to_have_count(1, timeout=PATIENCE)
    expect(lonely.locator("#chip")).to_contain_text("live · leader", timeout=PATIENCE)
    expect(banner).to_be_hidden()
    report.check(True, "what was typed is sent when it hears the others again")


def without_the_leader(report, levers, lonely, other):
    """From the leader alone: there is a majority that it hears, and no leader."""
    levers.transfer(2)
    levers.cut(3, 2)
    expect(lonely.locator("#chip")).to_have_text("hears no leader · changes wait", timeout=PATIENCE)
    expect(lonely.locator("#banner")).to_contain_text("hears no leader")
    expect(other.locator("#chip")).to_contain_text("live · leader n2", timeout=PATIENCE)
    report.check(True, "a node that is cut off from the leader does not claim that a quorum is lost")
    levers.heal()
    expect(lonely.locator("#chip")).to_contain_text("live · leader", timeout=PATIENCE)


def body(report):
    local = Local(report, "local")
    code, _, err = local.up()
    report.check(code == 0, "local up", err)
    eventually("one leader and two followers", local.complete, 15)
    levers, browsers = Levers(local), Browsers(report)
    levers.transfer(2)
    lonely, other = page_of(browsers, local, 3), page_of(browsers, local, 1)
    cut_off(report, levers, lonely, other)
    without_the_leader(report, levers, lonely, other)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-cut-off", 90, body)
