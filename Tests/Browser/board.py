#!/usr/bin/env python3
"""The board as people use it: add, edit, drag, undo, by keyboard alone, two of them at once."""

import re

from browsers import PHONE, Browsers, accessible, card, cluster, column, expect, is_live, post, titles
from harness import run


def add(page, line):
    page.get_by_label("New task", exact=True).fill(line)
    page.keyboard.press("Enter")


def quick_add(report, page):
    page.goto("/")
    is_live(page)
    add(page, "Buy milk #home !p1 @ann ^2031-12-24")
    expect(card(page, "Buy milk")).to_contain_text("home")
    expect(card(page, "Buy milk")).to_contain_text("Urgent")
    expect(card(page, "Buy milk")).to_contain_text("ann")
    expect(card(page, "Buy milk")).to_contain_text("2031")
    add(page, "Write a letter")
    add(page, "Feed the cat")
    expect(card(page, "Feed the cat")).to_have_attribute("aria-busy", "false")
    report.check(titles(page, "To do") == ["Buy milk", "Write a letter", "Feed the cat"],
                 "quick add puts tasks at the end of the column, with label, priority, assignee, day",
                 titles(page, "To do"))
    page.get_by_label("New task", exact=True).fill("#home")
    page.keyboard.press("Enter")
    expect(page.locator("#quick-fault")).to_have_text("A task needs a title.")
    page.get_by_label("New task", exact=True).fill("")
    expect(page.locator("#quick-fault")).to_be_empty()
    report.check(True, "an empty line has no fault")
    add(page, "A slip")
    expect(card(page, "A slip")).to_have_attribute("aria-busy", "false")
    page.get_by_label("New task", exact=True).blur()
    page.keyboard.press("u")
    expect(card(page, "A slip")).to_have_count(0)
    report.check(True, "u takes back a task that was just added")


def kept_line(report, page):
    """A task that is half typed, and its column, outlive a reload; one that was added does not."""
    line, chosen = page.get_by_label("New task", exact=True), page.get_by_label("Column of the new task")
    line.fill("Half a task #home")
    chosen.select_option(label="In progress")
    key = chosen.input_value()
    page.reload()
    expect(line).to_have_value("Half a task #home")
    expect(chosen).to_have_value(key)
    page.goto("/cluster")
    page.go_back()
    expect(line).to_have_value("Half a task #home")
    line.press("Enter")
    expect(card(page, "Half a task")).to_have_attribute("aria-busy", "false")
    page.reload()
    expect(card(page, "Half a task")).to_be_visible()
    expect(line).to_have_value("")
    card(page, "Half a task").get_by_role("link").focus()
    page.keyboard.press("Delete")
    expect(card(page, "Half a task")).to_have_count(0)
    report.check(True, "what is typed in the line is kept until it is added")


def toasts(report, page):
    """What a toast offers can be read, light and dark, and pressed with a task open over the board."""
    offered = page.locator(".toast").get_by_role("button", name="Undo", exact=True)
    expect(offered.last).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        accessible(report, page, f"a toast that offers something, {scheme}")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def toast_over_sheet(report, browsers, node):
    page = browsers.person(node, PHONE, phone=True)
    page.goto("/")
    is_live(page)
    card(page, "Buy milk").get_by_role("link").tap()
    sheet = page.locator("#sheet")
    sheet.get_by_label("Labels").fill("home, seen")
    sheet.get_by_role("button", name="Save").click()
    saved = page.locator(".toast").filter(has_text="is saved")
    # Only what lies on top can be clicked.
    saved.click(trial=True)
    page.go_back()
    expect(sheet).to_be_hidden()
    expect(saved).to_be_visible()
    report.check(True, "on a phone it is seen that a task is saved, and still when the sheet is closed")
    page.context.close()


def twice_at_once(report, page):
    """Two steps of a key before the next frame are two places."""
    for line in ("One", "Two", "Three"):
        add(page, line)
        expect(card(page, line)).to_have_attribute("aria-busy", "false")
    card(page, "Three").get_by_role("link").focus()
    page.evaluate("""() => { for (let step = 0; step < 2; step += 1) document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key: "ArrowUp", shiftKey: true, bubbles: true, cancelable: true })); }""")
    expect(column(page, "To do").locator(".title").nth(-3)).to_have_text("Three")
    expect(page.locator("#board [aria-busy=true]")).to_have_count(0)
    report.check(titles(page, "To do")[-3:] == ["Three", "One", "Two"], "two steps at once move a card by two",
                 titles(page, "To do"))


def nothing_moved(report, page, world, node):
    """A move that changed nothing is no step: u takes back what was done before it."""
    add(page, "Stays")
    expect(card(page, "Stays")).to_have_attribute("aria-busy", "false")
    number = card(page, "Stays").get_attribute("data-key")
    answer = world.client.get(node.http, f"/v1/tasks/{number}")
    page.route("**/move", lambda route: route.fulfill(
        json=answer.json(), headers={"Taskraft-Index": answer.headers["Taskraft-Index"]}))
    card(page, "Stays").get_by_role("link").focus()
    with page.expect_response(re.compile("/move$")):
        page.keyboard.press("Shift+ArrowRight")
    expect(card(page, "Stays")).to_have_attribute("aria-busy", "false")
    page.unroute("**/move")
    page.keyboard.press("u")
    expect(card(page, "Stays")).to_have_count(0)
    report.check(True, "u passes over a move that changed nothing")
    for title in ("One", "Two", "Three"):
        card(page, title).get_by_role("link").focus()
        page.keyboard.press("Delete")
        expect(card(page, title)).to_have_count(0)


def deleted(report, page):
    """What is deleted can be opened and restored, and nothing else is offered."""
    add(page, "Gone for now")
    expect(card(page, "Gone for now")).to_have_attribute("aria-busy", "false")
    card(page, "Gone for now").get_by_role("link").focus()
    page.keyboard.press("Delete")
    expect(card(page, "Gone for now")).to_have_count(0)
    page.goto("/?q=is:deleted")
    gone = card(page, "Gone for now")
    said = page.locator(".toast").filter(has_text="“Gone for now” is deleted. It can be restored.")
    for key in ("x", "m", "Delete", "Shift+ArrowRight"):
        page.evaluate("document.querySelector('#toasts').replaceChildren()")
        gone.get_by_role("link").focus()
        page.keyboard.press(key)
        expect(said).to_have_count(1)
    gone.hover()
    gone.get_by_role("button", name="Actions").click()
    expect(page.get_by_role("menu")).to_be_visible()
    rows = page.get_by_role("menu").get_by_role("menuitem").locator("span").all_inner_texts()
    report.check(rows == ["Open", "Restore"], "the menu of a deleted task has what can be done with it", rows)
    page.keyboard.press("Escape")
    gone.get_by_role("link").click()
    sheet = page.locator("#sheet")
    expect(sheet.locator(".gone")).to_be_visible()
    expect(sheet.get_by_label("Title")).not_to_be_editable()
    expect(sheet.get_by_label("Column")).to_be_disabled()
    expect(sheet.get_by_label("New comment")).not_to_be_editable()
    expect(sheet.locator(".task-side footer button")).to_be_hidden()
    sheet.get_by_role("button", name="Restore it").click()
    expect(sheet.locator(".gone")).to_be_hidden()
    expect(sheet.get_by_label("Title")).to_be_editable()
    expect(sheet.locator(".task-side footer button")).to_be_visible()
    page.keyboard.press("Escape")
    expect(gone).to_have_count(0)
    page.get_by_role("link", name="All", exact=True).click()
    expect(gone).to_be_visible()
    page.keyboard.press("u")
    expect(gone).to_have_count(0)
    report.check(True, "a restoration is taken back by u")


def restored_beneath(report, page):
    """What is typed stays while its task is deleted and comes back, and nobody else has done it."""
    page.goto("/")
    card(page, "Buy milk").get_by_role("link").click()
    sheet = page.locator("#sheet")
    labels = sheet.get_by_label("Labels")
    expect(labels).to_have_value("home")
    labels.fill("home, typed")
    sheet.get_by_role("button", name="Delete", exact=True).last.click()
    expect(sheet.locator(".gone")).to_be_visible()
    expect(sheet.locator(".save-bar")).to_be_hidden()
    sheet.get_by_role("button", name="Restore it").click()
    expect(sheet.locator(".save-bar")).to_be_visible()
    expect(labels).to_have_value("home, typed")
    expect(labels).to_be_editable()
    expect(sheet.locator(".task-form .notice")).to_be_hidden()
    sheet.get_by_role("button", name="Discard").click()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    report.check(True, "a task that is restored under what is typed was changed by nobody else")


def hidden_by_filter(report, page):
    page.goto("/?q=label:home")
    expect(card(page, "Buy milk")).to_be_visible()
    add(page, "Not at home")
    toast = page.locator(".toast").filter(has_text="“Not at home” was added. The filter hides it.")
    toast.get_by_role("button", name="Open").click()
    expect(page.locator("#sheet").get_by_label("Title")).to_have_value("Not at home")
    page.locator("#sheet").get_by_role("button", name="Delete", exact=True).last.click()
    expect(page.locator("#sheet")).to_be_hidden()
    report.check(True, "a task that the filter hides does not vanish without a word")


def nowhere(report, page):
    """Boards and tasks that there are not, and a key where there is no board."""
    page.goto("/?board=99")
    expect(page.locator("#empty")).to_contain_text("There is no board 99.")
    expect(page.get_by_label("New task", exact=True)).to_be_hidden()
    page.locator("#empty").get_by_role("link").click()
    expect(card(page, "Buy milk")).to_be_visible()
    page.goto("/tasks/9999")
    expect(page.get_by_text("There is no task 9999.").first).to_be_visible()
    expect(page.get_by_label("New comment")).to_be_hidden()
    expect(page.get_by_role("heading", name="History")).to_be_hidden()
    page.goto("/?board=all")
    is_live(page)
    page.keyboard.press("b")
    expect(column(page, "To do")).to_be_visible()
    report.check(True, "what is not there is said, and b leads from all boards to the first")


def typed_at_once(report, browsers, node):
    """Before the page knows of any column: the server puts the task where new ones belong."""
    page, held = browsers.person(node), []
    page.route("**/v1/boards?*", lambda route: held.append(route))
    page.goto("/")
    is_live(page)
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        add(page, "Typed at once")
    for route in held:
        route.continue_()
    expect(card(page, "Typed at once")).to_have_attribute("aria-busy", "false")
    report.check(answer.value.status == 201 and "Typed at once" in titles(page, "To do"),
                 "what is typed before the columns are known is kept", titles(page, "To do"))
    page.context.close()


def drag(report, page):
    """By the mouse, into another column and within one; a reload shows what the server has."""
    move(page, card(page, "Write a letter"), column(page, "In progress"))
    expect(column(page, "In progress").locator(".title")).to_have_text(["Write a letter"])
    move(page, card(page, "Feed the cat"), card(page, "Buy milk"), upper=True)
    expect(column(page, "To do").locator(".title")).to_have_text(["Feed the cat", "Buy milk"])
    expect(page.locator("#board [aria-busy=true]")).to_have_count(0)
    page.reload()
    expect(column(page, "To do").locator(".title")).to_have_text(["Feed the cat", "Buy milk"])
    expect(column(page, "In progress").locator(".title")).to_have_text(["Write a letter"])
    report.check(True, "a card is dragged within its column and into another, and stays there")


def move(page, source, target, upper=False):
    start, end = source.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 80, start["y"] + 30, steps=3)
    page.mouse.move(end["x"] + 90, end["y"] + (4 if upper else end["height"] / 2), steps=6)
    expect(page.locator(".ghost")).to_be_visible()
    expect(page.locator(".drop-line")).to_be_visible()
    page.mouse.up()


def edit(report, page):
    card(page, "Buy milk").get_by_role("link").click()
    sheet = page.locator("#sheet")
    expect(page).to_have_url(re.compile(r"/tasks/\d+$"))
    sheet.get_by_label("Title").fill("Buy oat milk")
    sheet.get_by_role("button", name="Edit", exact=True).click()
    sheet.get_by_label("Description, in Markdown").fill(
        "Two **litres**, not [this](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n- [x] list")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.locator(".markdown strong")).to_have_text("litres")
    report.check(sheet.locator(".markdown :is(img, a)").count() == 0,
                 "Markdown is rendered, and neither markup nor a script's address comes through")
    sheet.get_by_label("New comment").fill("The shop closes at *eight*.")
    sheet.get_by_role("button", name="Comment", exact=True).click()
    expect(sheet.locator(".comments em")).to_have_text("eight")
    expect(sheet.locator(".timeline")).to_contain_text(re.compile(r"log index \d+ · term \d+"))
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(card(page, "Buy oat milk")).to_be_visible()
    report.check(page.url.endswith("/"), "a task is edited and commented in its sheet, and the board is back", page.url)


def undo_and_restore(report, page):
    title = "Buy oat milk"
    card(page, title).get_by_role("link").click()
    sheet = page.locator("#sheet")
    sheet.get_by_role("button", name="Undo this").first.click()
    expect(sheet.get_by_label("Title")).to_have_value("Buy milk")
    report.check(True, "a step of the history is undone")
    sheet.get_by_role("button", name="Delete", exact=True).last.click()
    expect(card(page, "Buy milk")).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(card(page, "Buy milk")).to_have_count(1)
    report.check(True, "a deleted task is restored from the toast")


def deleted_while_typing(report, page):
    """Half a comment stays in sight when its task is deleted, and is there when the task is back."""
    add(page, "Short-lived")
    expect(card(page, "Short-lived")).to_have_attribute("aria-busy", "false")
    sheet = page.locator("#sheet")
    begun, gone = sheet.get_by_label("New comment"), sheet.locator(".gone")
    card(page, "Short-lived").get_by_role("link").click()
    begun.fill("Half a thought")
    sheet.get_by_role("button", name="Delete", exact=True).last.click()
    expect(gone).to_be_visible()
    expect(begun).to_have_value("Half a thought")
    page.keyboard.press("Escape")
    page.locator("#confirm-yes").click()
    expect(sheet).to_be_hidden()
    expect(card(page, "Short-lived")).to_have_count(0)
    page.keyboard.press("u")
    card(page, "Short-lived").get_by_role("link").click()
    expect(begun).to_have_value("Half a thought")
    expect(gone).to_be_hidden()
    begun.fill("")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    card(page, "Short-lived").get_by_role("link").focus()
    page.keyboard.press("Delete")
    expect(card(page, "Short-lived")).to_have_count(0)
    report.check(True, "a comment that is begun is not lost with its task, and undo brings both back")


def by_keyboard(report, page):
    """Everything a mouse can do on the board, without one."""
    page.goto("/")
    expect(card(page, "Buy milk")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type("Plant a tree !p2")
    page.keyboard.press("Enter")
    expect(card(page, "Plant a tree")).to_have_attribute("aria-busy", "false")
    page.keyboard.press("Escape")
    reach(page, "To do")
    page.keyboard.press("End")
    expect(focused(page)).to_have_text("Plant a tree")
    page.keyboard.press("Shift+ArrowUp")
    expect(column(page, "To do").locator(".title").nth(-2)).to_have_text("Plant a tree")
    page.keyboard.press("Shift+ArrowRight")
    expect(column(page, "In progress").locator(".title")).to_contain_text(["Plant a tree"])
    expect(page.locator("#spoken")).to_have_text(re.compile("Plant a tree: In progress, \\d of 2"))
    expect(focused(page)).to_have_text("Plant a tree")
    page.keyboard.press("m")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    expect(column(page, "Done").locator(".title")).to_have_text(["Plant a tree"])
    expect(focused(page)).to_have_text("Plant a tree")
    page.keyboard.press("ArrowLeft")
    expect(focused(page)).not_to_have_text("Plant a tree")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(column(page, "To do").locator(".title")).to_contain_text(["Plant a tree"])
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(card(page, "Plant a tree")).to_have_attribute("aria-busy", "false")
    reach(page, "To do")
    page.keyboard.press("End")
    expect(focused(page)).to_have_text("Plant a tree")
    page.keyboard.press("Delete")
    expect(card(page, "Plant a tree")).to_have_count(0)
    page.keyboard.press("u")
    expect(card(page, "Plant a tree")).to_have_count(1)
    report.check(True, "u takes back a deletion")
    reach(page, "To do")
    page.keyboard.press("End")
    page.keyboard.press("Delete")
    expect(card(page, "Plant a tree")).to_have_count(0)
    report.check(True, "the whole board is worked by keyboard alone, and every move is spoken")


def reach(page, name):
    """Tab until a card of the column has the focus: one stop for each column is enough."""
    page.locator("#quick-line").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if column(page, name).locator(".title:focus").count():
            return
    raise AssertionError(f"Tab does not reach {name}")


def focused(page):
    return page.locator("*:focus")


def palette_and_filter(report, page):
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("letter")
    expect(page.get_by_role("option", name="Write a letter")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("label:home mil")
    expect(page.locator("#board .title")).to_have_text(["Buy milk"])
    report.check("q=label:home+mil" in page.url, "the filter lives in the URL, and the last word may be unfinished", page.url)
    page.get_by_role("button", name="Save this view").click()
    page.get_by_role("textbox", name="Save this view as").fill("Shopping")
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Saved views")).to_contain_text("Shopping")
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator(".rows .title")).to_have_text(["Buy milk"])
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator(".rows .card")).to_have_count(3)
    page.go_back()
    expect(page.locator(".rows .title")).to_have_text(["Buy milk"])
    page.goto("/?q=due:never")
    expect(page.locator("#filter-fault")).not_to_be_empty()
    report.check(True, "palette, keys, saved views and the list over the same query")


def live(report, first, second, nodes):
    """What one writes, the other sees, on another node, within a second."""
    second.goto("/")
    is_live(second)
    add(first, "Seen elsewhere")
    expect(card(second, "Seen elsewhere")).to_be_visible(timeout=1_000)
    move(first, card(first, "Seen elsewhere"), column(first, "Done"))
    expect(column(second, "Done").locator(".title")).to_contain_text(["Seen elsewhere"], timeout=1_000)
    report.check(True, "a second browser on another node shows it within a second")


def conflict(report, first, second):
    """Both edit the same task; the second to save sees both versions and decides."""
    for page, title in ((first, "Written by Ann"), (second, "Written by Ben")):
        card(page, "Seen elsewhere").get_by_role("link").click()
        page.locator("#sheet").get_by_label("Title").fill(title)
    second.locator("#sheet").get_by_label("Labels").fill("ben")
    first.locator("#sheet").get_by_role("button", name="Save").click()
    expect(first.locator("#sheet .save-bar")).to_be_hidden()
    second.locator("#sheet").get_by_role("button", name="Save").click()
    dialog = second.get_by_role("dialog", name="Changed by somebody else")
    expect(dialog).to_contain_text("Written by Ann")
    expect(dialog).to_contain_text("Written by Ben")
    dialog.get_by_label("Theirs").first.check()
    dialog.get_by_role("button", name="Save my choice").click()
    expect(second.locator("#sheet").get_by_label("Title")).to_have_value("Written by Ann")
    expect(first.locator("#sheet").get_by_label("Labels")).to_have_value("ben")
    report.check(True, "a stale edit gets a dialog with both versions, and what was chosen is kept")
    for page in (first, second):
        page.keyboard.press("Escape")


def comment(page, text):
    page.get_by_label("New comment").fill(text)
    page.get_by_role("button", name="Comment", exact=True).click()


def edit_comment(page, text):
    page.locator(".comments > li").first.get_by_role("button", name="Edit", exact=True).click()
    typed = page.locator(".comments textarea")
    typed.fill(text)
    return typed


def typed_comments(report, first, second):
    """One edits a comment and begins another: both outlive what the other says, Back and a reload."""
    for page in (first, second):
        card(page, "Written by Ann").get_by_role("link").click()
    comment(first, "Bring bread")
    expect(second.locator(".comments > li")).to_have_count(1)
    expect(first.get_by_label("New comment")).to_have_value("")
    typed, begun = edit_comment(first, "Bring bread and butter"), first.get_by_label("New comment")
    comment(second, "And jam")
    expect(first.locator(".comments > li")).to_have_count(2)
    expect(typed).to_have_value("Bring bread and butter")
    expect(typed).to_be_focused()
    report.check(True, "a comment that is edited stays as it is when somebody else says something")
    begun.fill("Half a thought")
    first.go_back()
    expect(first.locator("#sheet")).to_be_hidden()
    expect(first.locator(".toast").last).to_contain_text("What you typed is kept")
    card(first, "Written by Ann").get_by_role("link").click()
    expect(begun).to_have_value("Half a thought")
    expect(typed).to_have_value("Bring bread and butter")
    report.check(True, "what was typed is there when the sheet that Back closed is opened again")
    questions = []
    first.once("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))
    first.reload()
    expect(begun).to_have_value("Half a thought")
    expect(typed).to_have_value("Bring bread and butter")
    report.check(questions == ["beforeunload"], "and after a reload, which asks first", questions)


def overtaken_comment(report, first, second):
    """The other saves the same comment, and the page that edits it hears so from the server alone."""
    saves = []
    first.route(re.compile(r"/v1/comments/\d+$"), lambda route: (saves.append(route), route.continue_()))
    first.route(re.compile(r"/comments\?"), lambda route: route.continue_() if saves else route.abort())
    edit_comment(second, "Bring rolls")
    second.locator(".comments").get_by_role("button", name="Save").click()
    expect(second.locator(".comments > li").first).to_contain_text("Bring rolls")
    save = first.locator(".comments").get_by_role("button", name="Save")
    with first.expect_response(re.compile(r"/v1/comments/\d+$")) as answer:
        save.click()
    expect(first.locator(".comments").get_by_role("alert")).to_contain_text("Bring rolls")
    expect(first.locator(".comments textarea")).to_have_value("Bring bread and butter")
    report.check(answer.value.status == 412, "a stale edit of a comment shows what the other wrote, and stays")
    save.click()
    expect(first.locator(".comments textarea")).to_have_count(0)
    expect(second.locator(".comments > li").first).to_contain_text("Bring bread and butter")
    first.get_by_role("button", name="Comment", exact=True).click()
    expect(second.locator(".comments > li").last).to_contain_text("Half a thought")
    expect(first.get_by_label("New comment")).to_have_value("")
    kept = first.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('typed.comments'))")
    report.check(kept == [], "and is saved over it, when that was seen; then nothing is left to keep", kept)
    second.keyboard.press("Escape")
    first.goto("/")
    is_live(first)


def by_finger(report, browsers, node):
    """On a phone: a card is held and dragged, a swipe goes to the next column."""
    page = browsers.person(node, PHONE, phone=True)
    page.goto("/")
    is_live(page)
    for line in ("First by finger", "Second by finger"):
        add(page, line)
        expect(card(page, line)).to_have_attribute("aria-busy", "false")
    before = titles(page, "To do")
    finger = page.context.new_cdp_session(page)

    def touch(kind, *point):
        points = [{"x": point[0], "y": point[1]}] if point else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    box = column(page, "To do").locator(".card").first.bounding_box()
    x, y = box["x"] + 60, box["y"] + 20
    touch("touchStart", x, y)
    expect(page.locator(".ghost")).to_be_visible()
    for step in range(8):
        touch("touchMove", x, y + step * box["height"] / 4)
    expect(page.locator(".drop-line")).to_be_visible()
    touch("touchEnd")
    expect(column(page, "To do").locator(".title").first).to_have_text(before[1])
    touch("touchStart", x + 150, y + 120)
    for step in range(10):
        touch("touchMove", x + 150 - step * 25, y + 120)
    touch("touchEnd")
    page.wait_for_function("document.querySelector('#board').scrollLeft > 200")
    report.check(page.locator(".ghost").count() == 0,
                 "on a phone a card is held and dragged, and a swipe shows the next column")
    page.context.close()


# The stream in the page itself: it can be made deaf for tasks, and be told what the server would say.
STREAM = """delete window.SharedWorker;
window.EventSource = class extends window.EventSource {
    constructor(url) { super(url); window.stream = this; }
    addEventListener(name, heard) {
        super.addEventListener(name, (event) => { if (name !== "task" || !window.isDeaf) heard(event); });
    }
};"""


def reset(report, browsers, world, node):
    """Events that nobody keeps any more were missed: an open task is read again, under what is typed."""
    page = browsers.person(node)
    page.context.add_init_script(STREAM)
    page.goto("/")
    is_live(page)
    card(page, "Written by Ann").get_by_role("link").click()
    sheet = page.locator("#sheet")
    begun = sheet.get_by_label("New comment")
    begun.fill("Half a thought")
    expect(sheet.locator(".timeline li")).not_to_have_count(0)
    path = f"/v1/tasks/{page.url.rsplit('/', 1)[1]}"
    version = world.client.get(node.http, path).json()["version"]
    page.evaluate("window.isDeaf = true")
    post(world, node, path, {"priority": 2}, "PATCH", {"If-Match": f'"{version}"'})
    # The stream has passed over it.
    page.wait_for_function("(path) => fetch(path).then((it) => it.json()).then(({ priority }) => priority === 2)", arg=path)
    expect(sheet.get_by_label("Priority")).to_have_value("0")
    page.evaluate("window.stream.dispatchEvent(new MessageEvent('reset', { data: '{}' }))")
    expect(sheet.get_by_label("Priority")).to_have_value("2")
    expect(begun).to_have_value("Half a thought")
    expect(begun).to_be_focused()
    report.check(True, "a task that is open is read again after a reset, and what is typed stays")
    page.context.close()


def past(report, page, world, node):
    """The board as it was before the last task."""
    index = world.client.get(node.http, "/v1/tasks").headers["Taskraft-Index"]
    add(page, "Too late")
    expect(card(page, "Too late")).to_be_visible()
    page.goto(f"/?as_of={index}")
    expect(card(page, "Written by Ann")).to_be_visible()
    expect(card(page, "Too late")).to_have_count(0)
    adds = page.get_by_role("button", name="Add a task to this column")
    expect(adds).to_have_count(0)
    page.get_by_role("button", name="Back to now").click()
    expect(card(page, "Too late")).to_be_visible()
    expect(adds).not_to_have_count(0)
    report.check(True, "a board is shown as it was at a log index")


def body(report):
    world, browsers = cluster(report), Browsers(report)
    one, two = world.node(1), world.node(2)
    first, second = browsers.person(one, name="Ann"), browsers.person(two, name="Ben")
    quick_add(report, first)
    drag(report, first)
    edit(report, first)
    undo_and_restore(report, first)
    deleted_while_typing(report, first)
    kept_line(report, first)
    toasts(report, first)
    toast_over_sheet(report, browsers, two)
    post(world, one, "/v1/tasks/1", {"labels": ["home"]}, "PATCH", {"If-Match": "*"})
    twice_at_once(report, first)
    nothing_moved(report, first, world, one)
    deleted(report, first)
    restored_beneath(report, first)
    hidden_by_filter(report, first)
    nowhere(report, first)
    by_keyboard(report, first)
    palette_and_filter(report, first)
    first.goto("/")
    is_live(first)
    live(report, first, second, world.nodes)
    conflict(report, first, second)
    typed_comments(report, first, second)
    overtaken_comment(report, first, second)
    reset(report, browsers, world, two)
    past(report, first, world, one)
    by_finger(report, browsers, two)
    typed_at_once(report, browsers, one)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-board", 180, body)
