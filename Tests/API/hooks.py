"""What schemathesis is told beyond the description: what only a cluster can know."""

import re

import schemathesis
from schemathesis.specs.openapi.checks import use_after_free

SPAN = re.compile("[0-9]{1,10}ms|[0-9]{1,9}([.][0-9]{1,3})?s?|"
                  "[0-9]{1,7}([.][0-9])?m|[0-9]{1,6}([.][0-9])?h|[0-9]{1,4}([.][0-9])?d")


@schemathesis.check
def deleted_is_gone(context, response, case):
    """As schemathesis has it, but for the past: what was there once stays readable as it was, and
    so do the history of a task and what was said about it. And a deleted task may come back."""
    if "as_of" in (case.query or {}) or case.path.endswith(("/history", "/comments")):
        return None
    if any(one.path.endswith(("/undo", "/restore")) for one in context.internals.find_all_cases()):
        return None
    return use_after_free(context, response, case)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Generated values that are right by themselves, and refused all the same, become others:
    cursors that nobody handed out, words that are no filter, boards that are not there."""
    for place in (case.query, case.body):
        if isinstance(place, dict):
            settle(place)
    if isinstance(case.query, dict):
        terms(case.query)
    if isinstance(case.body, dict):
        if case.path.endswith("/reserve") and is_taken(case.body.get("wait")):
            case.body["wait"] = 0  # Nobody waits for jobs that never come.
        if case.path == "/v1/boards/{id}":
            case.body.pop("columns", None)  # The first board keeps a column of each status.
    if case.path == "/v1/import":
        settle_file(case)
    tag = (case.headers or {}).get("If-Match")
    if tag and re.fullmatch("[0-9]{1,19}", tag):
        case.headers["If-Match"] = f'"{tag}"'  # The generator loses the quotes of the pattern.
    if case.method.upper() == "PUT" and case.path == "/v1/tasks/{id}":
        settle_condition(case)


def settle(place):
    if isinstance(place.get("cursor"), str):
        del place["cursor"]
    for name in ("q", "filter", "query"):
        if isinstance(place.get(name), str):
            place[name] = "milk"
    for name, kind in (("board", (int, float)), ("column", str)):
        if isinstance(place.get(name), kind) and not isinstance(place.get(name), bool):
            del place[name]
    if isinstance(place.get("columns"), list):
        keys = [column.get("key") if isinstance(column, dict) else None for column in place["columns"]]
        if len(set(map(str, keys))) < len(keys):
            place["columns"] = place["columns"][:1]
    for value in place.values():
        if isinstance(value, dict):
            settle(value)


def settle_condition(case):
    """A PUT of a task either makes or replaces it, and has to say which of them."""
    headers = case.headers if case.headers is not None else {}
    if "If-Match" in headers:
        if headers.get("If-None-Match") == "*":
            del headers["If-None-Match"]
    elif "If-None-Match" not in headers:
        headers["If-None-Match"] = "*"
        case.headers = headers


def settle_file(case):
    """The type of the body and `format` come from different places, and a file is of one of them."""
    is_table = case.media_type == "text/csv"
    if isinstance(case.query, dict) and case.query.get("format") in ("csv", "json"):
        case.query["format"] = "csv" if is_table else "json"
    if is_table:
        case.body = "title,priority\nfrom a file,1\n"


def terms(query):
    """What no node can promise is answered by 503, which is right, and no news."""
    if re.fullmatch("[0-9]+", str(query.get("min_index"))):
        query["min_index"] = 0
    if isinstance(query.get("max_staleness"), str) and SPAN.fullmatch(query["max_staleness"]):
        query["max_staleness"] = "1h"


def is_taken(wait):
    if isinstance(wait, bool):
        return False
    if isinstance(wait, (int, float)):
        return 0 <= wait <= 60
    text = str(wait).removesuffix("s").removesuffix("m")
    return text.isascii() and text.isdigit()
