"""Tables as sets of rows in one form, whichever engine they came from."""

import datetime
import json
import sqlite3
from dataclasses import dataclass, field

from .oracle import Step

SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")
COMMANDS = {1: "create", 2: "update", 3: "delete"}


@dataclass
class Table:
    """Columns by name; `kinds` is the engine's own type of each, where it says one."""

    columns: list
    rows: list
    kinds: dict = field(default_factory=dict)

    def project(self, columns):
        """Its rows with these columns only, in this order."""
        places = [self.columns.index(name) for name in columns]
        return [tuple(row[place] for place in places) for row in self.rows]

    def records(self):
        return [dict(zip(self.columns, row)) for row in self.rows]


def read_sqlite(path):
    """All tables of a file that no process writes any more."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return {name: _read(connection, name) for name in _names(connection)}
    finally:
        connection.close()


def _names(connection):
    """Without the engine's own, and without full-text indexes, whose layout follows batches."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    tables = dict(found.fetchall())
    virtual = [name for name, sql in tables.items() if sql.upper().startswith("CREATE VIRTUAL")]
    hidden = set(virtual) | {name + shadow for name in virtual for shadow in SHADOWS}
    return sorted(name for name in tables if name not in hidden)


def _read(connection, name):
    cursor = connection.execute(f'SELECT * FROM "{name}"')
    return Table([column[0] for column in cursor.description], cursor.fetchall())


def differences(left, right, names=("left", "right"), columns=None):
    """Sentences about rows that only one side has; empty when both are equal row for row."""
    if columns is None:
        if sorted(left.columns) != sorted(right.columns):
            return [f"columns differ: {names[0]} {left.columns}, {names[1]} {right.columns}"]
        columns = left.columns
    one = _counted(left, columns, right)
    two = _counted(right, columns, left)
    found = []
    for mine, other, name in ((one, two, names[0]), (two, one, names[1])):
        for row, times in mine.items():
            if times > other.get(row, 0):
                found.append(f"only in {name}: {_shown(columns, row)}")
    return found


def _counted(table, columns, other):
    kinds = [table.kinds.get(name) or other.kinds.get(name) or "" for name in columns]
    counts = {}
    for row in table.project(columns):
        key = tuple(canonical(value, kind) for value, kind in zip(row, kinds))
        counts[key] = counts.get(key, 0) + 1
    return counts


def _shown(columns, row):
    return ", ".join(f"{name}={str(value)[:60]!r}" for name, value in zip(columns, row))


def canonical(value, kind):
    """One form for a value, by the type that the other engine gives the column.

    `kind` is a MySQL type in lower case; empty for what comes from SQLite alone.
    """
    if value is None:
        return None
    if kind.startswith(("datetime", "timestamp")):
        return _milliseconds(value)
    if kind == "date":
        return _text(value)[:10]
    if "int" in kind:
        # SQLite has no unsigned 64-bit integers: the same bits are one value.
        return int(_text(value)) % (1 << 64)
    if kind == "json":
        return json.dumps(json.loads(_text(value)), sort_keys=True)
    if kind:
        return value if isinstance(value, bytes) else str(value).encode()
    return value


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def _milliseconds(value):
    if isinstance(value, int):
        return value
    moment = datetime.datetime.fromisoformat(_text(value).replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (moment - epoch) // datetime.timedelta(milliseconds=1)


def history(table):
    """The steps that a task_history table tells of."""
    return [
        Step(
            index=record["log_index"], ordinal=record["ordinal"], task=record["task_id"],
            command=COMMANDS.get(record["command"], record["command"]),
            changes=json.loads(record["changes"]))
        for record in table.records()
    ]
