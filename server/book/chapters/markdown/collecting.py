"""Collecting: the garbage collector waits while a long text becomes many small values."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def pause_collection() -> Generator[None, None, None]:
    """Let no collection begin here; what makes only values that are kept has no garbage to find.

    The collector would look through all that there is already, again and again, and a chapter of
    a megabyte would cost half as much again for each of its characters as a short one.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
