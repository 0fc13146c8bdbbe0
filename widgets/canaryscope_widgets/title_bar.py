"""The line at the top: what runs here, where it looks, and in which zone the times are."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import var

from canaryscope_widgets.lines import Part, cells, cut, spread
from canaryscope_widgets.one_line import OneLine

__all__ = ["TitleBar"]

PRODUCT = "canaryscope"
CANARY_AT_LEAST = 16
"""A longer canary name is cut down to this many cells before anything else is left out."""
CANARY_BEFORE_NOTE = 4
"""And down to this many before the note is."""


class TitleBar(OneLine):
    """`canaryscope  prod · eu-west-1  checkout-flow` and, at the right end, the zone, which is always shown.

    Where room is short a long canary name is cut; then the product, the place, the region and the note are left out,
    in this order.
    """

    LOOKS = {
        "title-bar--canary": "bold",
        "title-bar--note": "$text-warning",
    }

    place: var[str] = var("", init=False)
    """The profile or the account."""
    aws_region: var[str] = var("", init=False)
    canary: var[str] = var("", init=False)
    zone: var[str] = var("", init=False)
    """`UTC`, `local (CET)`..."""
    note: var[str] = var("", init=False)
    """A few words that matter for the whole screen, such as that this is the demo."""

    def parts(self) -> Sequence[Part]:
        """The line, for the width that the widget has now."""
        zone: list[Part] = [(cut(self.zone, self.size.width - 1), ""), (" ", "")]
        room = self.size.width - 1 - cells(zone) - (2 if self.zone else 0)
        shown = {"product": PRODUCT, "place": self.place, "region": self.aws_region, "note": self.note}
        for left_out in (None, *shown):
            if left_out:
                shown[left_out] = ""
            for_canary = room - cells(_left(shown, "?")) + 1 if self.canary else room - cells(_left(shown, ""))
            at_least = CANARY_BEFORE_NOTE if left_out == "region" else CANARY_AT_LEAST
            if for_canary >= min(cells([(self.canary, "")]), at_least):
                break
        return spread([(" ", ""), *_left(shown, cut(self.canary, for_canary))], zone, self.size.width)

    watch_place = watch_aws_region = watch_canary = watch_zone = watch_note = OneLine.changed


def _left(shown: dict[str, str], canary: str) -> list[Part]:
    """What stands left, two blanks between."""
    where = " · ".join(text for text in (shown["place"], shown["region"]) if text)
    parts: list[Part] = [(shown["product"], ""), (where, ""), (canary, "title-bar--canary")]
    parts.append((shown["note"], "title-bar--note"))
    return [part for text, looks in parts if text for part in (("  ", ""), (text, looks))][1:]
