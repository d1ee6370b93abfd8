#!/usr/bin/env python3
"""The command line beyond adding and editing: filters, boards, steps back, the first user, and what
a shell completes."""

import json
import os
import subprocess

from harness import Local, Shell, eventually, run, taskraft
from harness.cluster import binary, clean_environment

def ids(text):
    return [item["id"] for item in json.loads(text)]


def lists(shell):
    for title, *options in (("Call the bank", "--label", "home", "--priority", "1"),
                            ("Water the plants", "--label", "home", "--due", "2001-02-03"),
                            ("Sharpen the saw", "--status", "in_progress")):
        shell.step(f"add {title}", lambda out: title in out, "task", "add", title, *options)
    shell.step("a filter finds by label and by day", lambda out: ids(out) == [2],
               "task", "list", "label:home due<2d", "--json")
    shell.step("its words may be several arguments", lambda out: ids(out) == [1],
               "task", "list", "label:home", "p1", "--json")
    shell.step("what it begins with may be denied", lambda out: ids(out) == [3],
               "task", "list", "--json", "--", "-label:home")
    shell.step("--sort orders", lambda out: ids(out) == [2, 3, 1],
               "task", "list", "--sort", "-title", "--json")
    shell.step("--limit cuts", lambda out: ids(out) == [1, 2], "task", "list", "--limit", "2", "--json")
    shell.step("--status goes with a filter", lambda out: ids(out) == [3],
               "task", "list", "the", "--status", "in_progress", "--json")
    shell.refused("a filter that makes no sense is refused", 1, "task", "list", "due:never", says="due")


def boards(shell):
    shell.step("board list", lambda out: len(out.splitlines()) == 2, "board", "list")
    shell.step("board add", lambda out: "dig" in out, "board", "add", "Garden", "--column",
               "wait:Waiting:pending", "--column", "dig:Digging: now:in_progress",
               "--column", "ok:Done:done")
    shell.step("board show by its name", lambda out: "Digging: now" in out, "board", "show", "garden")
    shell.step("task move to another board", lambda out: "board     2" in out and "in_progress" in out,
               "task", "move", "1", "--board", "Garden", "--column", "dig", "--author", "ann")
    shell.step("a list of one board", lambda out: ids(out) == [1],
               "task", "list", "--board", "Garden", "--json")
    shell.step("a task before another one", lambda out: True,
               "task", "move", "3", "--board", "2", "--column", "dig", "--before", "1")
    shell.step("is before it", lambda out: ids(out) == [3, 1],
               "task", "list", "--board", "2", "--sort", "rank", "--json")
    shell.step("board rename", lambda out: "Yard" in out, "board", "rename", "Garden", "Yard")
    shell.step("board columns, with a place for what is left", lambda out: "dig" not in out,
               "board", "columns", "Yard", "wait:Waiting:pending", "ok:Done:done", "--move-to", "wait")
    shell.step("where it is then", lambda out: sorted(ids(out)) == [1, 3],
               "task", "list", "column:wait", "--board", "Yard", "--json")
    shell.refused("a board with tasks is not deleted", 2, "board", "rm", "Yard")
    for number in ("1", "3"):
        shell.run("task", "move", number, "--board", "1")
    shell.step("board rm", lambda out: "deleted" in out, "board", "rm", "Yard")
    shell.refused("a board that is not there", 1, "board", "show", "Yard", says="there is no board Yard")
    shell.refused("a column that is none", 64, "board", "add", "x", "--column", "y", says="key:Name:status")


def steps(shell):
    shell.step("task comment", lambda out: "ann" in out, "task", "comment", "1",
               "They are *closed*.", "--author", "ann")
    shell.step("which task show shows", lambda out: "They are *closed*." in out, "task", "show", "1")
    shell.step("in JSON, too", lambda out: json.loads(out)["comments"][0]["author"] == "ann",
               "task", "show", "1", "--json")
    index = json.loads(shell.run("task", "show", "2", "--json")[1])["history"][0]["index"]
    shell.run("task", "edit", "2", "--title", "Drown the plants")
    shell.run("task", "edit", "2", "--priority", "3")
    shell.step("task undo takes the last step back",
               lambda out: (json.loads(out)["title"], json.loads(out)["priority"]) == ("Drown the plants", 0),
               "task", "undo", "2", "--json")
    shell.step("task restore --as-of", lambda out: "Water the plants" in out,
               "task", "restore", "2", "--as-of", str(index))
    title = json.loads(shell.run("task", "show", "2", "--json")[1])["history"][1]["index"]
    shell.run("task", "edit", "2", "--title", "Leave the plants alone")
    shell.refused("a step that was overwritten since is a conflict", 2,
                  "task", "undo", "2", "--index", str(title))
    shell.run("task", "rm", "2")
    shell.step("task restore of a deleted task", lambda out: "Leave the plants" in out,
               "task", "restore", "2")
    shell.run("task", "rm", "2")
    shell.step("task undo of a deletion", lambda out: "Leave the plants" in out, "task", "undo", "2")


def completions(report, shell):
    """What bash itself offers, by the script that the program prints."""
    code, script, err = shell.run("--generate-completion-script", "bash")
    report.check(code == 0, "a script for bash", err)
    path = os.path.join(report.directory, "completion.bash")
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)

    def offered(*words):
        asked = f"""source {path}
            PATH={os.path.dirname(binary())}:$PATH
            COMP_WORDS=(taskraft {' '.join(words)} '') COMP_CWORD={len(words) + 1}
            COMP_LINE="taskraft {' '.join(words)} " COMP_POINT=${{#COMP_LINE}}
            _taskraft taskraft '' {words[-1]} && printf '%s\\n' "${{COMPREPLY[@]}}" """
        done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, timeout=20)
        return done.stdout.split(), done.stderr

    for words, wanted in ((("task",), {"list", "move", "undo"}), (("board",), {"columns", "rm"}),
                          (("task", "list", "--status"), {"pending", "in_progress", "done"})):
        found, err = offered(*words)
        report.check(wanted <= set(found), f"bash completes taskraft {' '.join(words)}", f"{found} {err[-300:]}")
    for name in ("zsh", "fish"):
        code, script, err = shell.run("--generate-completion-script", name)
        report.check(code == 0 and "taskraft" in script, f"a script for {name}", err)


def first_user(report, shell):
    """Over HTTP the first user has to bring a password: nobody could make the link then."""
    err = shell.refused("user add without a password or --data-dir is refused before it is done", 64,
                        "user", "add", "ann", says="--data-dir")
    report.check(err.count("--data-dir") == 1, "and says so once", err)
    done = subprocess.run(
        [binary(), "user", "add", "ann", "--password-stdin"], input="correct horse battery\n",
        env=clean_environment({"TASKRAFT_URL": shell.url}), capture_output=True, text=True, timeout=30)
    report.check(done.returncode == 0 and "user ann, admin" in done.stdout,
                 "with a password the first user is made", done.stdout + done.stderr)
    shell.refused("from then on everybody needs a token", 1, "task", "list", says="401")
    code, out, err = taskraft("user", "passwd", "ann", "--data-dir",
                              os.path.join(shell.local.directory, "n1"))
    report.check(code == 0 and "/signin?once=" in out, "a link comes by the data directory", err)
    report.check(set(shell.local.roles()) == {"up"},
                 "local status shows nodes that ask for a token as up", shell.local.roles())
    shell.step("status --ready needs no token", lambda out: out == "ready\n", "status", "--ready")


def main(report):
    local = Local(report, "tasks")
    code, _, err = local.up()
    report.check(code == 0, "a cluster of three starts", err)
    eventually("a leader", local.complete, 15)
    shell = Shell(report, local)
    lists(shell)
    boards(shell)
    steps(shell)
    completions(report, shell)
    first_user(report, shell)


if __name__ == "__main__":
    run("task-commands", 120, main)
