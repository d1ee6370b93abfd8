#!/usr/bin/env python3
"""Users and tokens on real processes: the link of a first start, the way back in by the data
directory, tokens on the command line, and what everybody else is told on every node."""

import argparse
import os
import re
import socket
import stat
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../Chaos"))

from harness import Cluster, eventually, run, taskraft  # noqa: E402


def one_link(report, cluster):
    """Of three nodes that start together one makes the admin and prints the link."""
    def links():
        return [match for node in cluster.nodes for line in node.log_lines("/signin[?]once=")
                for match in re.findall(r"/signin\?once=\S+", line)]

    found = eventually("a link to sign in", links, 20)
    report.check(len(found) == 1, "one link is printed in the whole cluster", found)
    return found[0]


def sign_in(report, cluster, link):
    client, (first, second, _) = cluster.client, cluster.addresses
    for address in cluster.addresses:
        reply = client.get(address, "/v1/tasks")
        report.check(reply.status == 401, "nobody else is let in", reply)
    opened = client.get(second, link)
    cookie = (opened.headers["Set-Cookie"] or "").split(";")[0]
    report.check(opened.status == 303 and cookie, "the link signs in on any node", opened)
    again = client.get(first, link)
    report.check(again.status == 401, "and once", again)
    me = client.get(first, "/v1/me", {"Cookie": cookie})
    report.check(me.status == 200 and me.json()["user"]["name"] == "admin",
                 "the session is good on every node", me)
    return {"Cookie": cookie, "X-CSRF-Token": me.json()["csrf"]}


def tokens(report, cluster, session):
    client, url = cluster.client, f"http://{cluster.addresses[0]}"
    made = client.request(cluster.addresses[0], "POST", "/v1/tokens",
                          {"name": "cli", "scopes": ["read", "tasks"]}, session)
    secret = made.json()["secret"]
    place = os.path.join(report.subdirectory("people"), "token")
    with open(place, "w", encoding="utf-8") as file:
        file.write(secret + "\n")
    code, out, err = taskraft("task", "add", "Water the plants", url=url)
    report.check(code != 0 and "401" in err, "the command line without a token is told so", err)
    code, out, err = taskraft("task", "add", "Water the plants", "--token-file", place, url=url)
    report.check(code == 0, "and with one it is not", out + err)
    code, out, err = taskraft("user", "list", "--token-file", place, url=url)
    report.check(code == 0 and "admin" in out, "user list", out + err)
    code, out, err = taskraft("user", "add", "bob", "--token-file", place, url=url)
    report.check(code != 0 and "forbidden" in err, "a token for tasks makes no users", err)
    reply = client.request(cluster.addresses[1], "DELETE", f"/v1/tokens/{made.json()['id']}",
                           None, session)
    report.check(reply.status == 204, "the token is revoked on another node", reply)
    eventually("the token holds nowhere", lambda: all(
        client.get(address, "/v1/tasks", {"Authorization": f"Bearer {secret}"}).status == 401
        for address in cluster.addresses), 5)


def known_at_once(report, cluster, session):
    """A token is good on every node as soon as one of them has shown it, however far the others are."""
    client, refused = cluster.client, []
    for turn in range(60):
        made = client.request(cluster.addresses[turn % 3], "POST", "/v1/tokens",
                              {"name": f"turn {turn}", "scopes": ["read"]}, session)
        head = {"Authorization": f"Bearer {made.json()['secret']}"}
        for address in cluster.addresses:
            reply = client.get(address, "/v1/tasks?limit=1", head)
            if reply.status != 200:
                refused.append((turn, address, reply))
        client.request(cluster.addresses[0], "DELETE", f"/v1/tokens/{made.json()['id']}", None,
                       session)
    report.clean(refused, "a new token is known to every node at once")


def open_stream(address, secret):
    host, port = address.rsplit(":", 1)
    stream = socket.create_connection((host, int(port)), 5)
    stream.sendall((f"GET /v1/events HTTP/1.1\r\nHost: {address}\r\n"
                    f"Authorization: Bearer {secret}\r\n\r\n").encode())
    return stream


def read_until(stream, end):
    """What came up to `end`; it may take as long as the timeout of the socket for each piece."""
    seen = b""
    while end not in seen:
        piece = stream.recv(65536)
        if not piece:
            break
        seen += piece
    return seen


def streams_end(report, cluster, session):
    """What was shown when a stream was opened may be revoked, on any node."""
    client, first = cluster.client, cluster.addresses[0]
    made = client.request(first, "POST", "/v1/tokens", {"name": "s", "scopes": ["read"]}, session)
    streams = [open_stream(address, made.json()["secret"]) for address in cluster.addresses]
    begun = [read_until(stream, b"event: cluster") for stream in streams]
    report.check(all(b"200 OK" in seen for seen in begun), "a stream on every node", begun)
    reply = client.request(first, "DELETE", f"/v1/tokens/{made.json()['id']}", None, session)
    report.check(reply.status == 204, "their token is revoked", reply)
    ends = [read_until(stream, b"0\r\n\r\n") for stream in streams]
    report.check(all(seen.endswith(b"0\r\n\r\n") for seen in ends), "and all of them end", ends)
    for stream in streams:
        stream.close()


def way_back(report, cluster):
    """Who owns the data directory needs no token."""
    node = cluster.nodes[2]
    mode = stat.S_IMODE(os.stat(os.path.join(node.data, "door.sock")).st_mode)
    report.check(mode == 0o600, "the socket is its owner's alone", oct(mode))
    door = ("--data-dir", node.data)
    code, out, err = taskraft("user", "passwd", "admin", *door)
    link = re.search(r"/signin\?once=\S+", out)
    report.check(code == 0 and link, "user passwd prints a link", out + err)
    opened = cluster.client.get(cluster.addresses[0], link.group())
    report.check(opened.status == 303, "which signs the lost admin in", opened)
    code, out, err = taskraft("user", "add", "ann", "--role", "admin", *door)
    report.check(code == 0 and "ann, admin" in out, "user add", out + err)
    code, out, err = taskraft("user", "role", "admin", "viewer", *door)
    report.check(code == 0 and "viewer" in out, "user role", out + err)
    code, out, err = taskraft("user", "role", "ann", "member", *door)
    report.check(code != 0 and "last_admin" in err, "the last admin stays one", err)
    code, out, err = taskraft("token", "create", "worker", "--user", "ann", "--scope", "work", *door)
    report.check(code == 0 and out.startswith("tk_"), "token create prints the secret", out + err)
    code, listed, err = taskraft("token", "list", *door)
    report.check(code == 0 and "worker" in listed and out.strip() not in listed,
                 "token list does not", listed + err)
    code, out, err = taskraft("user", "rm", "admin", *door)
    report.check(code == 0, "user rm", out + err)


def main(report):
    cluster = Cluster(report, name="people", environment={"TASKRAFT_USERS": "true"})
    cluster.start_all()
    session = sign_in(report, cluster, one_link(report, cluster))
    tokens(report, cluster, session)
    known_at_once(report, cluster, session)
    streams_end(report, cluster, session)
    way_back(report, cluster)
    for node in cluster.nodes:
        report.check(node.terminate() == 0, f"node {node.number} exits with 0")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    run("people", 120, main)
