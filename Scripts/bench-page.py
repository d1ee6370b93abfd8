#!/usr/bin/env python3
"""How soon the board is there: a fresh browser, 50 tasks, one node on this machine.

    .build/test-python/bin/python Scripts/bench-page.py [ROUNDS]

The median over the rounds (9), in milliseconds after the request for the page, of: the first paint,
which has the cards that the page came with; DOMContentLoaded; and the first card that can be moved.
A first visit and a second one. On loopback, and with a delay for each answer as over a longer line.
Chromium, headless; nothing stands between it and the node, since whatever looks at each request
costs more than the page.
"""

import os
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests/Browser"))

from browsers import Browsers, cluster, expect, post  # noqa: E402
from harness import run  # noqa: E402

TASKS, DELAYS = 50, (0, 40)
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


def visits(browsers, node, delay):
    """Two visits in a browser that has seen nothing."""
    page = browsers.person(node)
    if delay:
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": delay, "downloadThroughput": -1, "uploadThroughput": -1})
    page.add_init_script(WATCH)
    found = [figures_of(page), figures_of(page)]
    page.context.close()
    return found


def figures_of(page):
    page.goto("/")
    expect(page.locator("#board [data-key]").first).to_be_attached()
    return page.evaluate(FIGURES)


def body(report):
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    world, browsers = cluster(report, size=1), Browsers(report)
    node = world.wait_leader()
    for number in range(TASKS):
        post(world, node, "/v1/tasks", {
            "title": f"Task number {number} of the board", "labels": ["home"], "assignee": "ann",
            "priority": number % 5, "due": "2031-12-24"})
    for delay in DELAYS:
        rows = zip(*(visits(browsers, node, delay) for _ in range(rounds)))
        for name, figures in zip(("first visit", "second visit"), rows):
            def median(key):
                return statistics.median(each[key] for each in figures)
            report.figure(f"{delay} ms, {name}", (
                f"first paint {median('paint'):.0f} ms, DOMContentLoaded {median('content'):.0f} ms, "
                f"first card to move {median('card'):.0f} ms, "
                f"{median('requests'):.0f} requests, {median('bytes') / 1024:.0f} KiB"))


if __name__ == "__main__":
    run("page-load", 300, body)
