"""One address for several nodes, as a proxy in front gives it: connections in turn.

It knows which connections lead to which node, so that whoever is cut off can be told from
whoever fails without a reason.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

CHUNK = 64 * 1024


class Balancer:
    """Takes connections at `port` and leads each to the next node that takes it."""

    def __init__(self, *nodes: int) -> None:
        self.nodes = list(nodes)
        # The ports from which people came whose connection led to a node that was lost.
        self.cut: set[int] = set()
        self._open: dict[int, int] = {}
        self._turn = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._lead, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def lose(self, node: int) -> None:
        """Lead nobody to a node any more; to be called before it is killed."""

        async def lost() -> None:
            self.nodes.remove(node)
            self.cut |= {port for port, led_to in self._open.items() if led_to == node}

        self._run(lost())

    def find(self, node: int) -> None:
        """Lead people to a node that is ready."""
        self.nodes.append(node)

    def close(self) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("peername")[1]
        try:
            self._turn += 1
            node = self.nodes[self._turn % len(self.nodes)]
            # Noted before it is open: a node that is lost meanwhile cuts this one off as well.
            self._open[port] = node
            there = await asyncio.open_connection("127.0.0.1", node)
            try:
                await _until_either_ends(_pass_on(reader, there[1]), _pass_on(there[0], writer))
            finally:
                there[1].transport.abort()
        except OSError:
            pass
        finally:
            self._open.pop(port, None)
            writer.transport.abort()


async def _until_either_ends(*works: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await source.read(CHUNK):
            sink.write(chunk)
            await sink.drain()
