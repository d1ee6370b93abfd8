"""Real browsers before a real cluster: what the programs of this folder share."""

import json
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Chaos"))
# Installed in .build/test-python by Scripts/setup.sh, which says so where they are missing.
from axe_playwright_python.sync_playwright import Axe  # noqa: E402
from playwright.sync_api import expect, sync_playwright  # noqa: E402

from harness import Cluster  # noqa: E402

DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
CHROMIUM = ["chromium", "chromium-browser"]
# What a page may say while its node is being killed.
EXPECTED_NOISE = ("net::ERR_", "Failed to load resource")


class Browsers:
    """One Chromium; every page it opened is asked at the end whether it complained."""

    def __init__(self, report):
        path = next(filter(None, map(shutil.which, CHROMIUM)), None)
        if path is None:
            raise FileNotFoundError("there is no Chromium: Scripts/setup.sh test installs it")
        self.report = report
        self.complaints = []
        self._driver = sync_playwright().start()
        self._browser = self._driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        report.at_end(self.close)

    def person(self, node, viewport=DESKTOP, dark=False, name=None, phone=False, moves=False, zone=None):
        """A browser of their own: no cookie, storage or worker is shared. What moves stands still,
        unless that is looked at; `zone` is where on earth they are."""
        context = self._browser.new_context(
            base_url=f"http://{node.http}", viewport=viewport, has_touch=phone, is_mobile=phone,
            timezone_id=zone,
            color_scheme="dark" if dark else "light",
            reduced_motion="no-preference" if moves else "reduce")
        if name:
            context.add_init_script(f"localStorage.setItem('taskraft.author', {name!r})")
        context.set_default_timeout(8_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._said(page, message))
        return page

    def _said(self, page, message):
        if message.type == "error" and not any(each in message.text for each in EXPECTED_NOISE):
            self.complaints.append(f"{page.url}: {message.text}")

    def longest_task(self, page, act):
        """The longest task of the page's main thread during `act`, in milliseconds of processor
        time: neither other programs' time nor the test's own questions to the page count."""
        self._browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
        act()
        events = json.loads(self._browser.stop_tracing())["traceEvents"]
        mains = {(event["pid"], event["tid"]) for event in events
                 if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"}
        events = [event for event in events if (event["pid"], event["tid"]) in mains]
        questions = [event["ts"] for event in events if "DevToolsSession" in str(event["args"])]
        tasks = [event["tdur"] / 1_000 for event in events
                 if event["name"].endswith("RunTask") and "tdur" in event
                 and not any(0 <= ts - event["ts"] < event["dur"] for ts in questions)]
        assert tasks, "the trace has no tasks"
        return max(tasks)

    def check_silence(self):
        self.report.clean(self.complaints, "no page has complained: no error, nothing against the policy")

    def close(self):
        self._browser.close()
        self._driver.stop()


def cluster(report, name="pages", size=3):
    made = Cluster(report, name, size)
    made.start_all()
    made.wait_leader()
    return made


def post(node_cluster, node, path, body, method="POST", headers=None):
    reply = node_cluster.client.request(node.http, method, path, body, headers)
    if reply.status >= 400:
        raise RuntimeError(f"{method} {path}: {reply}")
    return reply.json() if reply.body else None


# The page comes with cards that only show; those that can be moved have a key.
LIVE = ":is([data-key], [data-new])"


def card(page, title):
    return page.locator(f".card{LIVE}:visible").filter(has=page.get_by_role("link", name=title, exact=True))


def column(page, name):
    return page.get_by_role("list", name=name, exact=True).and_(page.locator("[data-list]"))


def titles(page, name):
    return column(page, name).locator(".title").all_inner_texts()


def is_live(page):
    expect(page.locator("#chip")).to_contain_text("live · leader")


def accessible(report, page, what):
    """axe finds nothing; each violation names the rule and the first element it is about."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    report.clean([f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found],
                 f"axe finds nothing on {what}")
