"""Three nodes run by a user without any rights elect a leader and take a write: as the container
image and every careful machine run them. Started by another user than root, it runs as that one."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from harness import free_base

NOBODY = 65534


def request(url, body=None):
    headers = {"Content-Type": "application/json"} if body is not None else {}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(
            urllib.request.Request(url, data=data, headers=headers), timeout=4) as answer:
        return answer.status, json.load(answer)


def start(number, base, binary, directory, user):
    members = ",".join(f"{n}=127.0.0.1:{base + 200 + n - 1}" for n in (1, 2, 3))
    log = open(f"{directory}/n{number}.log", "wb")
    environment = {
        "PATH": os.environ["PATH"], "TASKRAFT_NODE_ID": str(number),
        "TASKRAFT_INITIAL_MEMBERS": members, "TASKRAFT_DATA_DIR": f"{directory}/n{number}",
        "TASKRAFT_LISTEN_HTTP": f"127.0.0.1:{base + number - 1}",
        "TASKRAFT_LISTEN_BEANSTALK": f"127.0.0.1:{base + 100 + number - 1}",
        "TASKRAFT_LISTEN_PEER": f"127.0.0.1:{base + 200 + number - 1}",
    }
    return subprocess.Popen(
        [binary, "serve"], env=environment, stdout=log, stderr=log, user=user, cwd=directory)


def main() -> int:
    root = os.geteuid() == 0
    directory = tempfile.mkdtemp(prefix="taskraft-unprivileged-")
    # Another user may not be allowed to look into where the binary was built.
    binary = shutil.copy(os.environ.get("TASKRAFT_BIN", ".build/release/taskraft"), directory)
    os.chmod(binary, 0o755)
    if root:
        os.chown(directory, NOBODY, NOBODY)
    os.chmod(directory, 0o755)
    base = free_base()
    nodes = [start(n, base, binary, directory, NOBODY if root else None) for n in (1, 2, 3)]
    passed = 0
    try:
        end = time.monotonic() + 20
        status, answer = None, None
        while status != 201 and time.monotonic() < end:
            try:
                status, answer = request(f"http://127.0.0.1:{base}/v1/tasks", {"title": "x"})
            except OSError as error:
                answer = error
                time.sleep(0.1)
        passed += 1 if status == 201 else 0
        print(f"{'ok' if status == 201 else 'not ok'} - a write is taken: {answer}")
    finally:
        for node in nodes:
            node.terminate()
        codes = [node.wait(timeout=15) for node in nodes]
    fine = codes == [0, 0, 0]
    passed += 1 if fine else 0
    print(f"{'ok' if fine else 'not ok'} - every node exits with 0: {codes}")
    if passed == 2:
        shutil.rmtree(directory)
    else:
        for number in (1, 2, 3):
            sys.stdout.write(open(f"{directory}/n{number}.log").read()[-600:])
    print(f"{passed} passed, {2 - passed} failed")
    return 0 if passed == 2 else 1


if __name__ == "__main__":
    sys.exit(main())
