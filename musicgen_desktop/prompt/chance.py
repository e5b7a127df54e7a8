# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeded choices for what a prompt leaves open: each decision has its own stream.

Not for: choices of notes (the Composer has its own streams).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def fraction(stream: str) -> float:
    """A number in [0, 1) that depends on the stream's name alone."""
    digest = hashlib.sha256(stream.encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2.0**48


def weighted(stream: str, weights: Mapping[str, float]) -> str:
    """One of the keys, each as likely as its weight says."""
    mark = fraction(stream) * sum(weights.values())
    for key, weight in weights.items():
        mark -= weight
        if mark < 0:
            return key
    return list(weights)[-1]


def rotate(stream: str, options: Sequence[T], seed: int) -> T:
    """A choice in which the eight takes of one group differ as long as there are options.

    Args:
        stream: Orders the options.
        options: At least one.
        seed: seed % 8 picks.
    """
    order = sorted(range(len(options)), key=lambda i: fraction(f"{stream}/{i}"))
    return options[order[seed % 8 % len(order)]]
