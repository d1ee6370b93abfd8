#!/usr/bin/env python3
"""The page of the cluster in a browser: a leader is killed by its lever, the ring shows the election,
leadership is moved, a link is cut; what happened is saved, loaded and looked at again.

    cluster_page.py [--save FOLDER]    keeps pictures, the ones of Docs/Screenshots
"""

import json
import os
import sys
from types import SimpleNamespace

from browsers import DESKTOP, PHONE, Browsers, accessible, expect
from harness import Levers, Local, eventually, run

PICTURES = sys.argv[2] if sys.argv[1:2] == ["--save"] else None
PATIENCE = 10_000


def node(page, number):
    return page.locator(".ring-name").nth(number - 1)


def leader_on(page):
    """The number of the node that the ring shows as the leader."""
    roles = page.locator(".ring-name .ring-role").all_inner_texts()
    return roles.index("leader") + 1 if roles.count("leader") == 1 else None


def wait_leader(page, other_than=None):
    return eventually("a leader on the ring", lambda: (
        (found := leader_on(page)) and found != other_than and found), 10)


def picture(page, name, whole=False):
    if PICTURES:
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=os.path.join(PICTURES, f"{name}.png"), full_page=whole)


def press(page, text):
    """By the keyboard: the lever is focused and Enter pressed."""
    button = page.locator("#levers button", has_text=text).first
    button.focus()
    page.keyboard.press("Enter")


def said(page, text):
    expect(page.locator("#story")).to_contain_text(text, timeout=PATIENCE)


def shows_the_cluster(report, page):
    first = wait_leader(page)
    expect(page.locator("#headline")).to_contain_text(f"n{first} leads term", timeout=PATIENCE)
    dots = eventually("messages fly", lambda: page.evaluate(
        "[...document.querySelectorAll('.dots .dot')].filter(d => d.style.opacity > 0).length"), 5)
    report.check(dots > 0, "messages fly between the nodes")
    arcs = page.evaluate("[...document.querySelectorAll('.arc')].map(a => a.style.strokeDasharray)")
    report.check(sum(not arc.startswith("0 ") and arc != "0, 1" for arc in arcs) >= 1,
                 "followers show their timers", arcs)
    report.check(page.locator("#figures tbody tr").count() == 3, "a table says it in figures")
    report.check(page.locator("#logs tbody tr").count() == 3, "and the logs stand side by side")
    return first


def kill_and_restart(report, page):
    victim = wait_leader(page)
    node(page, victim).focus()
    page.keyboard.press("Enter")
    press(page, "Kill (-9)")
    if PICTURES:
        page.locator(".ring-role", has_text="candidate").wait_for()
        picture(page, "cluster-election")
    said(page, f"You did it: n{victim} was killed")
    successor = wait_leader(page, other_than=victim)
    said(page, "asks for votes in term")
    said(page, f"n{successor} got the votes of a majority")
    expect(node(page, victim)).to_contain_text("killed", timeout=PATIENCE)
    report.check(True, "the ring shows the election that follows a kill")
    press(page, "Start again")
    said(page, f"n{victim} is back")
    expect(node(page, victim)).to_contain_text("follower", timeout=PATIENCE)
    report.check(True, "and the node that comes back")
    return victim


def move_leadership(report, page):
    before = wait_leader(page)
    to = before % 3 + 1
    node(page, to).click()
    page.locator("#levers button", has_text="Make it the leader").click()
    eventually("leadership moved", lambda: leader_on(page) == to, 10)
    said(page, f"n{before} asks n{to} to take over at once")
    report.check(True, "leadership is moved by a click")


def cut_a_link(report, page):
    link = page.locator(".ring-link").first
    link.click()
    press(page, "Slow by 80 ms")
    expect(link).to_have_text("+80 ms", timeout=PATIENCE)
    press(page, "Cut")
    expect(page.locator("#levers")).to_contain_text("This link: cut.", timeout=PATIENCE)
    expect(link).to_have_text("cut", timeout=PATIENCE)
    picture(page, "cluster-cut")
    press(page, "Heal")
    expect(link).to_have_text("link", timeout=PATIENCE)
    report.check(True, "a link is made slow, cut and healed")


def replay(report, page, directory):
    path = os.path.join(directory, "recording.json")
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(path)
    with open(path) as file:
        saved = json.load(file)
    report.check(saved["version"] == 1 and len(saved["events"]) > 50, "what happened is saved")
    with page.expect_file_chooser() as chooser:
        page.locator("#load").click()
    chooser.value.set_files(path)
    expect(page.locator("#live")).to_have_attribute("aria-pressed", "false", timeout=PATIENCE)
    # A new recording begins with what is heard of one node after the other.
    page.locator("#scrubber").evaluate(
        "range => { range.value = 0; range.dispatchEvent(new Event('input')); }")
    expect(page.locator("#moment")).to_contain_text("0.0 of", timeout=PATIENCE)
    expect(page.locator("#headline")).not_to_contain_text("0 of 3 nodes answer")
    silent = page.locator(".ring-name .ring-role").get_by_text("silent")
    expect(silent).to_have_count(0)
    report.check(True, "a replay begins where all nodes have been heard")
    marks = page.locator("#marks [data-kind=campaigned]")
    expect(marks.first).to_be_attached(timeout=PATIENCE)
    share = float(marks.first.evaluate("mark => parseFloat(mark.style.left)"))
    page.locator("#scrubber").evaluate(
        "(range, share) => { range.value = share; range.dispatchEvent(new Event('input')); }",
        share * 10 - 2)
    page.locator("#speed").select_option("0.5")
    page.locator("#play").click()
    said(page, "asks for votes in term")
    expect(page.locator("#moment")).to_contain_text("of", timeout=PATIENCE)
    report.check(True, "and looked at again, at any moment")
    picture(page, "cluster-replay", whole=True)
    page.locator("#live").click()
    expect(page.locator("#moment")).to_have_text("live", timeout=PATIENCE)


def tour(report, page, levers):
    """The three steps of a first visit; each notices by itself that it is done."""
    # Not the node that the page comes from.
    levers.transfer(2)
    page.goto("/cluster?tour")
    steps = page.locator("#steps")
    expect(steps).to_contain_text("Step 1 of 3", timeout=PATIENCE)
    steps.locator("button", has_text="Kill n2").click()
    expect(steps).to_contain_text("Step 2 of 3", timeout=PATIENCE)
    picture(page, "cluster-tour")
    expect(steps).to_contain_text("Step 3 of 3", timeout=PATIENCE)
    steps.locator("button", has_text="Start n2 again").click()
    expect(steps).to_contain_text("Nothing is lost", timeout=2 * PATIENCE)
    steps.locator("button", has_text="Close").click()
    expect(steps).to_be_hidden()
    report.check(True, "a tour leads through killing the leader and bringing it back")


def looks(report, browsers, here):
    for dark in (False, True):
        for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
            scheme = "dark" if dark else "light"
            page = browsers.person(here, size, dark, phone=name == "phone")
            page.goto("/cluster")
            wait_leader(page)
            node(page, 1).click()
            accessible(report, page, f"the cluster ({scheme}, {name})")
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            report.check(not wide, f"nothing is wider than the window ({scheme}, {name})")
            dots = page.evaluate("document.querySelectorAll('.dots .dot').length")
            report.check(dots == 0, "nothing flies where motion is not wanted")
            ending = ("-phone" if name == "phone" else "") + ("-dark" if dark else "")
            picture(page, f"cluster{ending}", whole=name == "desktop")
            page.context.close()


def main(report):
    local = Local(report, "local")
    code, _, err = local.up()
    report.check(code == 0, "local up", err)
    eventually("one leader and two followers", local.complete, 15)
    levers = Levers(local)
    # The pages come from a node that stays.
    here = SimpleNamespace(http=local.http(1))
    browsers = Browsers(report)
    page = browsers.person(here, {"width": 1280, "height": 1000}, moves=True)
    levers.transfer(2)
    page.goto("/cluster")
    shows_the_cluster(report, page)
    kill_and_restart(report, page)
    move_leadership(report, page)
    cut_a_link(report, page)
    replay(report, page, report.directory)
    tour(report, page, levers)
    looks(report, browsers, here)
    browsers.check_silence()


if __name__ == "__main__":
    run("cluster-page", 90, main)
