"""Whether any record key repeats, at a fraction of what a distinct count costs.

Equal keys have equal 64-bit hashes, so that hashes which all differ prove that no key repeats. Sorting them beats
a hash table of as many entries threefold. They are sorted in parts by their leading bits, so that memory does not
grow with the source.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import ibis.expr.types as ir
import numpy as np
from ibis.backends.duckdb import Backend
from numpy.typing import NDArray

PART_ROWS = 5_000_000
"""About as many hashes are sorted at once by each thread: 40 MB."""
_BITS = 64


def hashes_repeat(connection: Backend, table: ir.Table, column: str, rows: int, threads: int) -> bool:
    """Whether two of the `rows` 64-bit hashes in `column` are equal."""
    bits = max(rows // PART_ROWS, 0).bit_length()
    name = table.get_name()
    waiting: list[Future[bool]] = []
    with ThreadPoolExecutor(threads) as pool:
        for part in range(2**bits):
            chosen = f" WHERE {column} >> {_BITS - bits} = {part}" if bits else ""
            hashes = connection.raw_sql(f"SELECT {column} FROM {name}{chosen}").fetchnumpy()[column]
            waiting.append(pool.submit(_any_equal, hashes))
            # As many parts are held as there are threads to sort them, and the one being read.
            if len(waiting) > threads and waiting.pop(0).result():
                return True
        return any(future.result() for future in waiting)


def _any_equal(hashes: NDArray[np.uint64]) -> bool:
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())
