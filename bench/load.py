"""A closed-loop HTTP client on loopback: `python -m bench.load PLAN.json` prints one JSON line of what it measured.

Runs as a process of its own, so that it does not share the server's interpreter.  Each of `clients` keeps one
connection and sends its next request once the last answer is read to its end; time runs from writing the request
to the last byte of the answer.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Seen:
    """What came back so far."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    size: int = 0


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, raw: bytes
) -> tuple[int, bytes, bool]:
    """Send one request; returns status, body and whether the connection stays open."""
    writer.write(raw)
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    status = int(head[0].split(b" ", 2)[1])
    headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(b":") for line in head[1:])}
    body = b""
    if b"content-length" in headers:
        body = await reader.readexactly(int(headers[b"content-length"]))
    elif headers.get(b"transfer-encoding", b"").lower() == b"chunked":
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    return status, body, headers.get(b"connection", b"").lower() != b"close"


def requests(plan: dict[str, Any]) -> list[bytes]:
    """The raw requests of a plan, to be sent in turn, with the paths and bodies in turn; `{n}` in a body counts up."""
    made = []
    paths, bodies = plan["paths"], plan.get("bodies", [""])
    for number in range(max(len(paths), len(bodies))):
        path, body = paths[number % len(paths)], bodies[number % len(bodies)].encode()
        lines = [f"{plan.get('method', 'GET')} {path} HTTP/1.1", f"Host: 127.0.0.1:{plan['port']}"]
        lines += [f"{name}: {value}" for name, value in plan.get("headers", {}).items()]
        if body:
            lines.append("Content-Length: %LENGTH%")
        made.append("\r\n".join([*lines, "", ""]).encode() + body)
    return made


def filled(raw: bytes, count: int) -> bytes:
    """The request with its counter and its length put in."""
    head, _, body = raw.partition(b"\r\n\r\n")
    body = body.replace(b"{n}", str(count).encode())
    return (
        head.replace(b"%LENGTH%", str(len(body)).encode()).replace(b"{n}", str(count).encode())
        + b"\r\n\r\n"
        + body
    )


async def client(
    plan: dict[str, Any], queue: list[bytes], seen: Seen, counter: list[int], until: float
) -> None:
    """One client until the time is up."""
    reader = writer = None
    while time.perf_counter() < until and counter[0] < plan["most"]:
        counter[0] += 1
        raw = filled(queue[counter[0] % len(queue)], counter[0] + plan.get("start", 0))
        began = time.perf_counter()
        try:
            if writer is None or reader is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", plan["port"], limit=1 << 22)
            status, body, stays = await exchange(reader, writer, raw)
        except (OSError, asyncio.IncompleteReadError) as error:
            seen.errors.append(repr(error)[:100])
            writer = None
            continue
        seen.times.append(time.perf_counter() - began)
        seen.size += len(body)
        if status != plan.get("status", 200) or plan.get("must", "").encode() not in body:
            seen.errors.append(f"status {status}, {len(body)} bytes: {body[:80]!r}")
        if not stays:
            writer.close()
            writer = None
    if writer is not None:
        writer.close()


async def measure(plan: dict[str, Any]) -> dict[str, Any]:
    """Run the plan and sum it up; milliseconds."""
    queue, seen = requests(plan), Seen()
    began = time.perf_counter()
    counter = [0]
    until = began + plan["seconds"]
    await asyncio.gather(*(client(plan, queue, seen, counter, until) for _ in range(plan["clients"])))
    wall = time.perf_counter() - began
    times = sorted(seen.times)

    def at(share: float) -> float | None:
        return round(times[min(len(times) - 1, int(share * len(times)))] * 1000, 2) if times else None

    return {
        "requests": len(times), "errors": len(seen.errors), "first_errors": seen.errors[:2],
        "per_second": round(len(times) / wall, 1), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99),
        "bytes": seen.size // max(1, len(times)),
    }  # fmt: skip


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(asyncio.run(measure(json.load(file)))))
