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
    form = page.locator("#new-user")
    expect(form.get_by_label("Role")).to_be_disabled()
    expect(form.get_by_label("Role")).to_have_value("admin")
    expect(form.get_by_label("Password (required)")).to_have_js_property("required", True)
    add_person(page, "Ann", "correct horse battery")
    expect(page).to_have_url(re.compile("/signin"))
    accessible(report, page, "the page to sign in")
    sign_in(page, "Ann", "wrong horse battery")
    expect(page.locator("#signin-fault")).to_have_text("The name or the password is wrong.")
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


def refused_role(report, page):
    """The only admin cannot be made less: it is said, and shown as it is."""
    role = page.get_by_label("Role of Ann")
    role.select_option(label="Viewer")
    expect(page.locator(".toast").last).to_have_text(
        "Nobody would be left who may manage users: make another admin first.")
    expect(role).to_have_value("admin")
    report.check(True, "a role that is refused is not shown as if it were had")


def shut_out(report, page):
    row = page.locator("#users li").filter(has_text="Vic")
    row.get_by_role("button", name="Shut out").click()
    expect(page.locator("#confirm-heading")).to_have_text("Shut out Vic?")
    page.locator("#confirm").get_by_role("button", name="Cancel").click()
    expect(row).not_to_have_attribute("data-disabled", "")
    row.get_by_role("button", name="Shut out").click()
    page.locator("#confirm-yes").click()
    row.get_by_role("button", name="Let in again").click()
    expect(row.get_by_role("button", name="Shut out")).to_be_visible()
    report.check(True, "whoever is shut out is asked about first")


def others_token(report, browsers, page, node):
    """An admin sees whose a token is."""
    other = browsers.person(node)
    other.goto("/settings")
    sign_in(other, "Vic", "just looking around")
    form = other.locator("#new-token")
    form.get_by_label("Name").fill("of a member")
    form.get_by_role("button", name="Make a token").click()
    expect(other.locator("#tokens li")).to_have_count(1)
    expect(other.locator("#tokens")).not_to_contain_text("Vic")
    page.reload()
    expect(page.locator("#tokens li")).to_contain_text(["of a member of Vic"])
    other.get_by_role("button", name="Revoke").click()
    other.locator("#confirm-yes").click()
    expect(other.locator("#tokens li")).to_have_count(0)
    other.context.close()
    page.reload()
    expect(page.locator("#who")).to_contain_text("Ann")
    expect(page.locator("#tokens li")).to_have_count(0)
    report.check(True, "an admin sees whose a token is that is not his own")


def signed_out_meanwhile(report, page):
    """The session ends while somebody types: it is said, and what was typed is there after signing in."""
    page.goto("/")
    card(page, "Made by Ann").get_by_role("link").click()
    begun = page.get_by_label("New comment")
    begun.fill("Half a thought")
    page.context.clear_cookies()
    page.get_by_role("button", name="Comment", exact=True).click()
    note = page.locator(".comment-form .hint")
    expect(note).to_contain_text("You have been signed out.")
    expect(begun).to_have_value("Half a thought")
    # By key: a toast may lie over it.
    note.get_by_role("link", name="Sign in").press("Enter")
    expect(page).to_have_url(re.compile("/signin"))
    sign_in(page, "Ann", "correct horse battery")
    expect(page).to_have_url(re.compile(r"/tasks/\d+$"))
    expect(begun).to_have_value("Half a thought")
    report.check(True, "what is typed when the session ends is there after signing in")


def typed_before_signing_out(report, page):
    """Asked before the session is ended, and not once more by the browser."""
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))
    page.locator("#you").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#confirm-heading")).to_have_text("Leave what you typed?")
    page.locator("#confirm").get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("New comment")).to_have_value("Half a thought")
    report.check(page.request.get("/v1/me").ok, "who stays with what is typed is still signed in")
    page.locator("#you").click()
    page.get_by_role("button", name="Sign out").click()
    page.locator("#confirm-yes").click()
    expect(page).to_have_url(re.compile("/signin"))
    report.clean(questions, "who signs out is asked once")
    sign_in(page, "Ann", "correct horse battery")
    expect(page).not_to_have_url(re.compile("/signin"))


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
    refused_role(report, page)
    shut_out(report, page)
    link_and_token(report, browsers, page, world.node(1))
    others_token(report, browsers, page, world.node(3))
    signed_out_meanwhile(report, page)
    typed_before_signing_out(report, page)
    sign_out(report, page)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-people", 90, body)
