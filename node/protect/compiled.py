"""Loops as machine code: the search's inner loops run some hundred times faster than the same lines interpreted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """The same function, translated at its first call and kept on disk for the next process.

    Where nothing may be written beside the code nor in the user's cache, each process translates anew.
    """
    try:
        return cast("Function", njit(cache=True)(function))
    except RuntimeError:
        return cast("Function", njit(function))
