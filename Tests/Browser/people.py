#!/usr/bin/env python3
"""From a cluster that asks nobody for a password to one with people, roles, tokens and links."""

import re

from browsers import Browsers, accessible, card, cluster, expect, is_live
from harness import run


def sign_in(page, name, password):
    form = page.locator("#signin")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Password").fill(password)
    form.get_by_role("button", name="Sign in").click()


def add_person(page, name, password, role=None):
    form = page.locator("#new-user")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Password").fill(password)
    if role:
        form.get_by_label("Role").select_option(label=role)
    form.get_by_role("button", name="Add").click()


def first_admin(report, page):
    page.goto("/settings")
    add_person(page, "Ann", "correct horse battery")
    expect(page).to_have_url(re.compile("/signin"))
    accessible(report, page, "the page to sign in")
    sign_in(page, "Ann", "wrong horse battery")
    expect(page.locator("#signin-fault")).not_to_be_empty()
    sign_in(page, "Ann", "correct horse battery")
    expect(page).to_have_url(re.compile("/settings"))
    expect(page.locator("#who")).to_have_text("You are Ann, admin.")
    report.check(True, "the first person is an admin, and signs in with the right password alone")


def history_names(report, page):
    page.goto("/")
    is_live(page)
    page.get_by_label("New task", exact=True).fill("Made by Ann")
    page.keyboard.press("Enter")
    expect(card(page, "Made by Ann")).to_have_attribute("aria-busy", "false")
    card(page, "Made by Ann").get_by_role("link").click()
    expect(page.locator("#sheet .timeline")).to_contain_text("by Ann")
    page.keyboard.press("Escape")
    report.check(True, "the history names who signed in")


def second_person(report, browsers, page, node):
    """On another node, to the place where the sign-in was asked for."""
    page.goto("/settings")
    add_person(page, "Vic", "just looking around", role="Member")
    expect(page.locator("#users li")).to_have_count(2)
    accessible(report, page, "the settings of an admin")
    other = browsers.person(node)
    other.goto("/?view=list")
    expect(other).to_have_url(re.compile("/signin"))
    sign_in(other, "Vic", "just looking around")
    expect(other).to_have_url(re.compile(r"view=list"))
    expect(card(other, "Made by Ann")).to_be_visible()
    line, refused = other.get_by_label("New task", exact=True), other.locator(".card[data-failed]")
    # A label has 64 characters at most; only the server counts them.
    typed = f"Made by Vic #{'x' * 65} !p1 @ann ^2031-12-24"
    line.fill(typed)
    other.keyboard.press("Enter")
    expect(refused).to_contain_text("Not saved")
    report.check(True, "what the cluster does not take is said on its card")
    refused_line(report, other, line, refused, typed)
    other.context.close()


def refused_line(report, page, line, refused, typed):
    """Through a reload, and from a place where no task can be typed."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("/?board=all")
    expect(refused).to_contain_text("Not saved")
    expect(line).to_be_hidden()
    refused.get_by_role("button", name="Edit", exact=True).click()
    expect(line).to_have_value(typed)
    expect(line).to_be_focused()
    expect(page.locator(".card[data-new]")).to_have_count(0)
    report.check(page.url.endswith("/?view=list"), "a refused task is typed anew with all that was typed", page.url)


def link_and_token(report, browsers, page, node):
    page.locator("#users li").filter(has_text="Vic").get_by_role("button", name="Sign-in link").click()
    expect(page.locator("#link")).to_contain_text("/signin?once=")
    link = page.locator("#link").inner_text().strip()
    other = browsers.person(node)
    other.goto(link)
    expect(other).not_to_have_url(re.compile("/signin"))
    is_live(other)
    other.context.close()
    form = page.locator("#new-token")
    form.get_by_label("Name").fill("a script")
    form.get_by_role("button", name="Make a token").click()
    expect(page.locator("#secret")).to_contain_text("tk_")
    page.get_by_role("button", name="Revoke").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#tokens li")).to_have_count(0)
    report.check(True, "a link signs in once; a token is shown once and revoked")


def sign_out(report, page):
    page.locator("#you").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/signin"))
    page.goto("/")
    expect(page).to_have_url(re.compile("/signin"))
    report.check(True, "who has signed out sees nothing any more")


def body(report):
    world, browsers = cluster(report), Browsers(report)
    page = browsers.person(world.node(1))
    first_admin(report, page)
    history_names(report, page)
    second_person(report, browsers, page, world.node(2))
    link_and_token(report, browsers, page, world.node(1))
    sign_out(report, page)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-people", 60, body)
