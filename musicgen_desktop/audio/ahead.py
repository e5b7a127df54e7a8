# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two steps of a stream at once: the first runs ahead on a thread, the second takes its blocks.

Changes nothing but the time it takes, where the first step releases the interpreter's lock (as
kernels do). Not for: work without order (see the renderer's tasks).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

_DEPTH = 2


def ahead(items: Iterable[T]) -> Generator[T, None, None]:
    """The same items in the same order, made on a thread, at most a few of them early.

    What making them raises is raised here. Once closed, the thread has ended and so have the items.
    """
    source = iter(items)

    def take() -> list[T]:
        return list(islice(source, 1))

    with ThreadPoolExecutor(1, "ahead") as pool:
        pending: deque[Future[list[T]]] = deque(pool.submit(take) for _ in range(_DEPTH))
        try:
            while True:
                made = pending.popleft().result()
                if not made:
                    return
                pending.append(pool.submit(take))
                yield made[0]
        finally:
            pool.shutdown(cancel_futures=True)
            if isinstance(source, Generator):
                source.close()
