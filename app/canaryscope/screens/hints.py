"""Which keys the bottom line names, most important first."""

from __future__ import annotations

from canaryscope.screens.detail_tabs import DetailTab
from canaryscope_widgets.hint_bar import Hint

__all__ = ["hints_for"]

IN_A_TAB = {
    DetailTab.LOG: [Hint("/", "search"), Hint("f", "errors"), Hint("s", "step")],
    DetailTab.REQUESTS: [Hint("enter", "open")],
    DetailTab.SCREENSHOTS: [Hint("e", "save")],
}
"""What matters in one tab only."""


def hints_for(
    *,
    picker: bool,
    detail: DetailTab | None,
    hurrying: bool,
    filtered: bool,
    folding: bool = False,
    typing: bool = False,
    full: bool = False,
) -> list[Hint]:
    """The hints for the pane with the keys; Esc comes first where it has something to stop or clear.

    `detail`: the tab that has the keys. `folding`: there are rows to unfold. `typing`: the keys go into a line, so that
    letters name no action. `full`: one run fills the screen.
    """
    if typing:
        return [
            Hint("enter", "open" if picker else "take it"),
            Hint("esc", "stop" if hurrying else "clear"),
            Hint("ctrl+u", "delete all"),
            Hint("ctrl+c", "quit"),
        ]
    if picker:
        usual = [Hint("r", "refresh"), Hint("esc", "back"), Hint("?", "help"), Hint("q", "quit")]
        return [Hint("enter", "open"), Hint("/", "filter or type a name"), *usual]
    escape = [Hint("esc", "stop" if hurrying else "clear filter")] if hurrying or filtered else []
    if detail is not None:
        leave = [Hint("esc", "back")] if full else [*escape, Hint("tab", "next pane")]
        here = [Hint("[ ]", "tabs"), *IN_A_TAB.get(detail, [Hint("j k", "scroll")])]
        return [*leave, *here, Hint("y", "copy"), Hint("?", "help"), Hint("q", "quit")]
    return [*escape, *_in_the_runs(folding=folding)]


def _in_the_runs(*, folding: bool) -> list[Hint]:
    return [
        Hint("enter", "detail"),
        Hint(*(("space", "unfold") if folding else ("[ ]", "tabs"))),
        Hint("f", "failures"),
        *([] if folding else [Hint("n", "next")]),
        Hint("s", "streak"),
        Hint("x", "causes"),
        Hint("y", "copy"),
        Hint("?", "help"),
        Hint("c", "canaries"),
        Hint("d", "dry run"),
        Hint("w", "watch"),
    ]
