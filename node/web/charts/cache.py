"""Charts kept after they were rendered, by what is in them: drawing one takes a tenth of a second."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock

from node.web.aside import Runner, here
from node.web.charts import render
from node.web.charts.sheet import Chart

DEFAULT_BYTES = 32 * 1024 * 1024
"""Some hundred charts; a heat map of 44 occupations takes half a megabyte as SVG."""


class RenderCache:
    """The charts asked for last, up to `limit` bytes; safe to use from several threads. `run`: where they are drawn.

    Who asks for a chart that is just being rendered waits for it. A chart that fails is not kept.
    """

    def __init__(self, limit: int = DEFAULT_BYTES, run: Runner = here) -> None:
        self._limit = limit
        self._run = run
        self._lock = Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._under_way: dict[str, Future[bytes]] = {}

    def svg(self, chart: Chart, ident: str, width: int) -> str:
        """As `render.svg` for the chart at this width.

        Raises: what laying out or rendering the chart raises.
        """
        key = _key(chart, f"svg {ident} {width}")
        return self._get(key, lambda: self._run(_svg, chart, ident, width)).decode()

    def png(self, chart: Chart, width: int, scale: float = 2.0) -> bytes:
        """As `render.png` for the chart at this width.

        Raises: what laying out or rendering the chart raises.
        """
        return self._get(_key(chart, f"png {scale} {width}"), lambda: self._run(_png, chart, width, scale))

    @property
    def size(self) -> int:
        """Bytes kept now."""
        return self._size

    def _get(self, key: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
            awaited = self._under_way.get(key)
            if awaited is None:
                mine = self._under_way[key] = Future[bytes]()
        if awaited is not None:
            return awaited.result()
        try:
            made = make()
        except BaseException as problem:
            with self._lock:
                del self._under_way[key]
            mine.set_exception(problem)
            raise
        with self._lock:
            self._keep(key, made)
            del self._under_way[key]
        mine.set_result(made)
        return made

    def _keep(self, key: str, made: bytes) -> None:
        if len(made) > self._limit:
            return
        self._kept[key] = made
        self._size += len(made)
        while self._size > self._limit:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped)


def _svg(chart: Chart, ident: str, width: int) -> bytes:
    return render.svg(chart.spec(width), ident).encode()


def _png(chart: Chart, width: int, scale: float) -> bytes:
    return render.png(chart.spec(width), scale)


def _key(chart: Chart, form: str) -> str:
    """The digest of all values of a chart: those of a frozen dataclass are in its `repr`, whole and in order."""
    return hashlib.sha256(f"{form}\n{chart!r}".encode()).hexdigest()
