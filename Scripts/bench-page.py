#!/usr/bin/env python3
"""How soon the board is there: a fresh browser, 50 tasks, one node on this machine.

    .build/test-python/bin/python Scripts/bench-page.py [ROUNDS]

The median over the rounds (9), in milliseconds after the request for the page, of: the first paint,
which has the cards that the page came with; DOMContentLoaded; and the first card that can be moved.
A first visit, with the links that name its modules beforehand and with those taken out of the page;
and a second visit. On loopback, and with a delay for each answer as over a longer line. Chromium,
headless.
"""

import os
import re
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests/Browser"))

from browsers import Browsers, cluster, expect, post  # noqa: E402
from harness import run  # noqa: E402

TASKS, DELAYS = 50, (0, 40)
LINK = re.compile(r'\n<link rel="modulepreload"[^>]*>')
WATCH = """new MutationObserver((_, observer) => {
    if (!document.querySelector("#board [data-key]")) return;
    window.firstCard = performance.now();
    observer.disconnect();
}).observe(document, { childList: true, subtree: true });"""
FIGURES = """() => {
    const [page] = performance.getEntriesByType("navigation");
    const parts = performance.getEntriesByType("resource");
    const asked = [page, ...parts].filter(({ transferSize }) => transferSize > 0);
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return { paint: paint.startTime, content: page.domContentLoadedEventEnd, card: window.firstCard, requests: asked.length,
        bytes: asked.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) };
}"""


def slowed(browsers, node, delay):
    page = browsers.person(node)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": delay, "downloadThroughput": -1, "uploadThroughput": -1})
    page.add_init_script(WATCH)
    return page


def first(browsers, node, delay, html):
    """One visit in a browser that has seen nothing."""
    page = slowed(browsers, node, delay)
    page.route(f"http://{node.http}/", lambda route: route.fulfill(
        body=html, content_type="text/html; charset=utf-8"))
    return figures_of(page)


def second(browsers, node, delay):
    """The same browser comes back."""
    page = slowed(browsers, node, delay)
    visit(page)
    return figures_of(page)


def visit(page):
    page.goto("/")
    expect(page.locator("#board [data-key]").first).to_be_attached()


def figures_of(page):
    visit(page)
    figures = page.evaluate(FIGURES)
    page.context.close()
    return figures


def body(report):
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    world, browsers = cluster(report, size=1), Browsers(report)
    node = world.wait_leader()
    for number in range(TASKS):
        post(world, node, "/v1/tasks", {
            "title": f"Task number {number} of the board", "labels": ["home"], "assignee": "ann",
            "priority": number % 5, "due": "2031-12-24"})
    named = world.client.get(node.http, "/").body.decode()
    pages = {"modules named": named, "modules not named": LINK.sub("", named)}
    report.check(len(LINK.findall(named)) > 20, "the page names its modules")
    for delay in DELAYS:
        found = {name: [] for name in [*pages, "second visit"]}
        # Turn by turn: what else the machine does meets all of them alike.
        for _ in range(rounds):
            for name, html in pages.items():
                found[name].append(first(browsers, node, delay, html))
            found["second visit"].append(second(browsers, node, delay))
        for name, figures in found.items():
            def median(key):
                return statistics.median(each[key] for each in figures)
            report.figure(f"{delay} ms, {name}", (
                f"first paint {median('paint'):.0f} ms, DOMContentLoaded {median('content'):.0f} ms, "
                f"first card to move {median('card'):.0f} ms, "
                f"{median('requests'):.0f} requests, {median('bytes') / 1024:.0f} KiB"))


if __name__ == "__main__":
    run("page-load", 300, body)
