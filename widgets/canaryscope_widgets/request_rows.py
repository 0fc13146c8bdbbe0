"""The lines of a request list that are made when they come into sight: a run may have made 20,000 requests."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import overload

from canaryscope_widgets.request_columns import RequestRow

__all__ = ["RequestRows"]

NO_ROWS: tuple[RequestRow, ...] = ()


class RequestRows(Sequence[RequestRow]):
    """`keys` are the rows' keys in their order, `make` makes the row with an index. No row is kept."""

    def __init__(self, keys: Sequence[Hashable] = (), make: Callable[[int], RequestRow] = NO_ROWS.__getitem__) -> None:
        self.keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> RequestRow: ...

    @overload
    def __getitem__(self, index: slice) -> list[RequestRow]: ...

    def __getitem__(self, index: int | slice) -> RequestRow | list[RequestRow]:
        chosen = range(len(self.keys))[index]
        return self._make(chosen) if isinstance(chosen, int) else [self._make(one) for one in chosen]

    def __add__(self, other: RequestRows) -> RequestRows:
        here = len(self)
        return RequestRows([*self.keys, *other.keys], lambda at: self[at] if at < here else other[at - here])
