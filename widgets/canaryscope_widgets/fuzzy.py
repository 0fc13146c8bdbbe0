"""Fuzzy search in names: the letters of a query in their order, with anything between them.

Textual's `FuzzySearch` scores a match well, but looks at every way to place the letters: `tttt` in a name of 255
letters has thousands, eight of them millions, and the screen stands still. Here one match from each place where the
first letter stands is scored, with Textual's score.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from textual.fuzzy import FuzzySearch

__all__ = ["fuzzy_match"]

_score = FuzzySearch().score


def fuzzy_match(query: str, name: str) -> tuple[float, frozenset[int]]:
    """How well the query's words (separated by blanks) are all found in the name, and the offsets of their letters.

    The score is 0 and there are no offsets where one of the words is not found. Case does not matter. A query that
    goes on from another one matches at most what that one matched.
    """
    folded = name.lower()
    if len(folded) != len(name):  # a letter whose lower case is longer: offsets must stay those of the name
        folded = name
    total = 0.0
    offsets: set[int] = set()
    for word in query.lower().split():
        score, found = _best(word, folded)
        if not found:
            return 0.0, frozenset()
        total += score
        offsets.update(found)
    return total, frozenset(offsets)


def _best(word: str, name: str) -> tuple[float, list[int]]:
    """The best score and its offsets; (0, []) for no match."""
    if _end(word, name, 0) == -1:
        return 0.0, []
    together = list(_occurrences(word, name))
    candidates = together or list(_placements(word, name))
    score, offsets = max(((_score(name, offsets), offsets) for offsets in candidates), key=itemgetter(0))
    if together:  # as in FuzzySearch: letters that stand together count more, the whole name most
        score *= 2.0 if word == name else 1.5
    return score, offsets


def _occurrences(word: str, name: str) -> Iterator[list[int]]:
    start = name.find(word)
    while start != -1:
        yield list(range(start, start + len(word)))
        start = name.find(word, start + 1)


def _placements(word: str, name: str) -> Iterator[list[int]]:
    """The letters at the beginnings of words; then, for each end of a match, as close to that end as they can be."""
    if (offsets := _at_beginnings(word, name)) is not None:
        yield offsets
    start = 0
    while (end := _end(word, name, start)) != -1:
        offsets = [end]
        for letter in reversed(word[:-1]):
            offsets.append(name.rfind(letter, 0, offsets[-1]))
        offsets.reverse()
        yield offsets
        start = offsets[0] + 1


def _at_beginnings(word: str, name: str) -> list[int] | None:
    """Each letter right behind the one before, else at the next beginning of a word, else where it comes next.

    None where that leads past letters that are needed.
    """
    beginnings = FuzzySearch.get_first_letters(name)
    offsets: list[int] = []
    position = -1
    for letter in word:
        places = [place for place in range(position + 1, len(name)) if name[place] == letter]
        if not places:
            return None
        next_to = places[0] == position + 1 and offsets
        position = places[0] if next_to else next((place for place in places if place in beginnings), places[0])
        offsets.append(position)
    return offsets


def _end(word: str, name: str, start: int) -> int:
    """Where the word's last letter stands, if its letters are taken from `start` as early as possible; or -1."""
    position = start - 1
    for letter in word:
        position = name.find(letter, position + 1)
        if position == -1:
            return -1
    return position
