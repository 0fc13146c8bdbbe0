"""Which things of one list are those of another: the steps and the requests of two runs."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

__all__ = ["Pair", "later", "paired"]

T = TypeVar("T")
Pair = tuple[T | None, T | None]
"""What was before and what is after; one of them at least."""


def later(before: T | None, after: T | None) -> T:
    """Of a pair, what is after, or else what was before."""
    found = before if after is None else after
    assert found is not None
    return found


def paired(before: Sequence[T], after: Sequence[T], *keys: Callable[[T], Hashable | None]) -> list[Pair[T]]:
    """Both lists as one, in the order of `after`; what is in `before` alone stands behind what it stood behind there.

    Things of one key are a pair, the first with the first, the second with the second. What a key leaves over the next
    one is asked for; None as a key is no other's. Time grows with the lengths, and a key is asked for once a thing.
    """
    partners: dict[int, int] = {}
    ours: Sequence[int] = range(len(before))
    theirs: Sequence[int] = range(len(after))
    for key in keys:
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for index in ours:
            waiting[key(before[index])].append(index)
        waiting.pop(None, None)
        left: list[int] = []
        for index in theirs:
            same = waiting.get(key(after[index]))
            if same:
                partners[same.popleft()] = index
            else:
                left.append(index)
        ours, theirs = [index for index in ours if index not in partners], left
    return list(_merged(before, after, partners))


def _merged(before: Sequence[T], after: Sequence[T], partners: dict[int, int]) -> Iterator[Pair[T]]:
    """The pairs, given what of `after` each of `before` belongs to."""
    behind: defaultdict[int, list[T]] = defaultdict(list)
    last = -1
    for index, one in enumerate(before):
        last = partners.get(index, last)
        if index not in partners:
            behind[last].append(one)
    yield from ((one, None) for one in behind[-1])
    origins = {index: before[origin] for origin, index in partners.items()}
    for index, one in enumerate(after):
        yield origins.get(index), one
        yield from ((gone, None) for gone in behind.get(index, ()))
