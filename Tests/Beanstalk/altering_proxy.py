#!/usr/bin/env python3
"""Stands before a beanstalkd and spoils one answer in so many: what a comparison has to find.

    altering_proxy.py PORT UPSTREAM EVERY

What it altered it says on its standard output, one line each.
"""

import asyncio
import itertools
import re
import sys

from differ.answers import Answers

SPOILT = {
    b"INSERTED": b"BURIED", b"RESERVED": b"FOUND", b"FOUND": b"RESERVED", b"DELETED": b"RELEASED",
    b"NOT_FOUND": b"BAD_FORMAT", b"TIMED_OUT": b"DEADLINE_SOON", b"USING": b"USED",
    b"BAD_FORMAT": b"UNKNOWN_COMMAND", b"UNKNOWN_COMMAND": b"BAD_FORMAT",
}


def spoil(line, body):
    """Another answer of the same shape: a digit or a byte of the body, else the word."""
    if body and line.startswith(b"OK"):
        # A field that has to be the same, or the last name of a list.
        body, done = re.subn(rb"(current-jobs-ready|reserves|current-watching): ",
                             rb"\g<1>: 7", body, count=1)
        body = body if done else body[:-2] + b"!\n"
        return b"OK %d" % len(body), body
    if body:
        at = len(body) // 2
        return line, body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]
    words = line.split(b" ")
    if len(words) > 1 and words[0] in (b"WATCHING", b"KICKED"):
        return b" ".join([words[0], b"%d" % (int(words[1]) + 1)]), body
    return b" ".join([SPOILT.get(words[0], b"X" + words[0]), *words[1:]]), body


async def serve(client_in, client_out, upstream, counter, every):
    ended = []
    server_in, server_out = await asyncio.open_connection("127.0.0.1", upstream)

    async def forward():
        while data := await client_in.read(1 << 16):
            server_out.write(data)
            await server_out.drain()
        ended.append(True)
        server_out.write_eof()

    async def back():
        answers = Answers()
        while data := await server_in.read(1 << 16):
            for line, body in answers.feed(data):
                # Nobody may hear what is said to a client that has gone.
                if not ended and next(counter) % every == 0:
                    before = line
                    line, body = spoil(line, body)
                    print(f"altered {before!r} to {line!r}", flush=True)
                client_out.write(line + b"\r\n" + (b"" if body is None else body + b"\r\n"))
            await client_out.drain()

    sending = asyncio.ensure_future(forward())
    try:
        await back()
    except OSError:
        pass
    sending.cancel()
    for each in (client_out, server_out):
        each.close()


async def main(port, upstream, every):
    counter = itertools.count(1)

    async def accept(reader, writer):
        await serve(reader, writer, upstream, counter, every)

    server = await asyncio.start_server(accept, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:4])))
