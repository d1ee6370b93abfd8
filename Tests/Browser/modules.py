#!/usr/bin/env python3
"""The modules that only compute, asked in a browser: quick add, Markdown, addresses, filters."""

import re

from browsers import Browsers, cluster, is_live
from harness import run

# On a Saturday.
TODAY = "new Date(2026, 10, 21)"

QUICK = [
    ("Buy milk #home !p1 @ann ^tomorrow",
     {"title": "Buy milk", "labels": ["home"], "priority": 1, "assignee": "ann", "due": "2026-11-22"}),
    ("#a #b #a two labels", {"title": "two labels", "labels": ["a", "b"]}),
    ("!high later ^fri", {"title": "later", "priority": 2, "due": "2026-11-27"}),
    ("^sat is next week", {"title": "is next week", "due": "2026-11-28"}),
    ("^3d and ^2w", {"title": "and", "due": "2026-12-05"}),
    ("^11-20 has passed", {"title": "has passed", "due": "2027-11-20"}),
    ("^2026-02-30 is no day", {"title": "^2026-02-30 is no day"}),
    ("Issue \\#12 is !important", {"title": "Issue #12 is !important"}),
    ("mail ann@example.org, 50% # ^ @ !", {"title": "mail ann@example.org, 50% # ^ @ !"}),
    ("größe #zürich @chloé", {"title": "größe", "labels": ["zürich"], "assignee": "chloé"}),
    ("#home", {"title": "", "labels": ["home"]}),
    ('@"Ada Lovelace" writes #"two words" down', {"title": "writes down", "assignee": "Ada Lovelace", "labels": ["two words"]}),
    ('say \\@"Ada" and "quoted" and @"open', {"title": 'say @"Ada" and "quoted" and @"open'}),
    ('@"" and #"a"b', {"title": '@"" and #"a"b'}),
]

MARKDOWN = [
    ("plain", "<p>plain</p>"),
    ("# Title\ntext", "<h3>Title</h3><p>text</p>"),
    ("**bold** and *it* and `co*d*e`", "<p><strong>bold</strong> and <em>it</em> and <code>co*d*e</code></p>"),
    ("snake_case_name", "<p>snake_case_name</p>"),
    ("- a\n- b\n  - c", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
    ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
    ("> said\n> twice", "<blockquote><p>said<br>twice</p></blockquote>"),
    ("```\n<b> & **no**\n```", '<pre tabindex="0"><code>&lt;b&gt; &amp; **no**</code></pre>'),
    ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    ("[x](data:text/html,1)", "<p>[x](data:text/html,1)</p>"),
    ("[x](https://e.org/?a=1&b=2)",
     '<p><a href="https://e.org/?a=1&amp;b=2" rel="noopener noreferrer nofollow">x</a></p>'),
    ("see https://e.org/a.", '<p>see <a href="https://e.org/a" rel="noopener noreferrer nofollow">https://e.org/a</a>.</p>'),
    ('![x](y" onerror="alert(1))', "<p>![x](y\" onerror=\"alert(1))</p>"),
    ("\\*not\\*", "<p>*not*</p>"),
    ("a  \nb", "<p>a<br>b</p>"),
    ("---", "<hr>"),
    ("*" * 5_000, "<hr>"),
    ("[" * 5_000, f"<p>{'[' * 5_000}</p>"),
]

# As long as a description may be, and meant to keep a renderer busy.
LONG = ["[", "[a](", "**a ", "_a ", "`a``", "> ", "- ", "  - a\n", "<https://", "~~a", "\\", "*_"]

ADDRESSES = ["/", "/?view=list", "/?board=2", "/?board=all", "/?q=status:pending,done+label:home",
             "/?view=list&sort=-due", "/?as_of=12", "/?board=3&q=%22two+words%22"]

FILTERS = [
    ("milk", "board:1 milk*"), ("buy mil", "board:1 buy mil*"), ("label:home", "board:1 label:home"),
    ("p1", "board:1 p1"), ('"two words"', 'board:1 "two words"'), ("board:2 x", "board:2 x*"), ("", "board:1"),
]


# A place as a saved view has it, and where such a view leads.
VIEWS = [
    ("/", "board:1"), ("/?q=label:home+mil", "board:1 label:home mil"), ("/?board=2", "board:2"),
    ("/?view=list", "board:1 sort:-created"), ("/?board=2&view=list&q=p1&sort=due", "board:2 p1 sort:due"),
    ("/?board=all&q=p1&sort=-updated", "p1 sort:-updated"),
    ("/?q=%22sort:due+board:2%22", 'board:1 "sort:due board:2"'), ("/?board=all&q=board:1,2", "board:1,2 sort:-created"),
]
# From the second board's list, by the title.
LEADS = [
    ("label:home", "/?board=2&view=list&q=label:home&sort=title"), ("board:3 p1", "/?board=3&q=p1"),
    ("p1 sort:due", "/?board=all&q=p1&sort=due"), ("board:1 sort:-created", "/?view=list"),
    ("board:1,3", "/?board=2&view=list&q=board:1,3&sort=title"),
]
# What the API says, and how a page says it.
SENTENCES = [
    ("nobody would be left", "Nobody would be left."), ("It is gone.", "It is gone."), ("why?", "Why?"),
    ("über alles", "Über alles."), ("/title is too long", "/title is too long."),
    ("it says “so be it.”", "It says “so be it.”"), ("", "The server answered 409."),
]
ZONES = [(-120, "+02:00"), (0, "+00:00"), (210, "-03:30"), (-840, "+14:00"), (-345, "+05:45")]


def ask(page, module, expression, values):
    """`expression` of `m`, the module, and `it`, for each of the values."""
    return page.evaluate(
        f"async (values) => {{ const m = await import('/assets/{module}.js'); return values.map((it) => {expression}); }}",
        values)


def table(report, page, what, module, expression, cases):
    answers = ask(page, module, expression, [given for given, _ in cases])
    report.clean([f"{given[:60]!r}: {answer!r}, not {wanted!r}"[:400]
                  for (given, wanted), answer in zip(cases, answers) if answer != wanted], what)


def whole_lists(report, page):
    """What comes in pages is read to its end."""
    asked = []

    def answer(route):
        asked.append(route.request.url)
        is_last = "cursor=next" in route.request.url
        route.fulfill(json={"items": [{"id": len(asked)}], "next_cursor": None if is_last else "next"})
    lists = re.compile(r"/v1/(boards|views|labels|users|tokens|queues)\?")
    page.route(lists, answer)
    found = page.evaluate("""async () => {
        const m = await import("/assets/resources.js"), lists = ["Boards", "Views", "Labels", "Users", "Tokens", "Queues"];
        const lengths = [];
        for (const name of lists) lengths.push([name, (await m[`list${name}`]()).items.length]);
        return lengths.filter(([, length]) => length !== 2);
    }""")
    page.unroute(lists)
    report.clean(found, "a list that comes in pages is read to its end")


def body(report):
    world, browsers = cluster(report), Browsers(report)
    page = browsers.person(world.node(1))
    page.goto("/")
    is_live(page)
    table(report, page, "quick add reads what is written", "quick", f"m.parseQuick(it, {TODAY})", QUICK)
    table(report, page, "Markdown becomes elements, and nothing becomes markup", "markdown",
          "m.renderMarkdown(it).innerHTML", MARKDOWN)
    lengths = ask(page, "markdown", "m.renderMarkdown(it.repeat(60_000 / it.length)).textContent.length", LONG)
    report.check(all(isinstance(length, int) for length in lengths), "no text takes long to render", lengths)
    table(report, page, "an address names a place and a place its address", "place",
          "m.placeURL(m.readPlace(it.slice(1)))", [(each, each) for each in ADDRESSES])
    table(report, page, "a filter counts the last word as the beginning of one", "place",
          "m.filterOf({ board: 1, q: it })", FILTERS)
    table(report, page, "a place is one text of the filter language", "place", "m.viewOf(m.readPlace(it.slice(1)))", VIEWS)
    table(report, page, "which leads back to it", "place", "m.placeURL(m.placeOf(it, m.readPlace('?board=9')))",
          [(text, address) for address, text in VIEWS])
    table(report, page, "an older view is a filter for wherever one is", "place",
          "m.placeURL(m.placeOf(it, m.readPlace('?board=2&view=list&sort=title')))", LEADS)
    table(report, page, "what the API says is said in whole sentences", "api",
          "new m.Problem(409, { detail: it }).message", SENTENCES)
    whole_lists(report, page)
    table(report, page, "a zone is an offset from UTC", "place", "m.zone({ getTimezoneOffset: () => it })", ZONES)
    browsers.check_silence()


if __name__ == "__main__":
    run("browser-modules", 30, body)
