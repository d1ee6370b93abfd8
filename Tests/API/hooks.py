"""What schemathesis is told beyond the description."""

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """A cursor is what a list handed out, which no generator can know. And nobody waits for jobs
    that never come: a wait that would be taken becomes a look."""
    for place in (case.query, case.body):
        if isinstance(place, dict) and isinstance(place.get("cursor"), str):
            del place["cursor"]
    if case.path.endswith("/reserve") and isinstance(case.body, dict):
        if _is_taken(case.body.get("wait")):
            case.body["wait"] = 0


def _is_taken(wait):
    if isinstance(wait, bool):
        return False
    if isinstance(wait, (int, float)):
        return 0 <= wait <= 60
    text = str(wait).removesuffix("s").removesuffix("m")
    return text.isascii() and text.isdigit()
