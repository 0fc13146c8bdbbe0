"""Which keys the bottom line names, most important first."""

from __future__ import annotations

from canaryscope_widgets.hint_bar import Hint

__all__ = ["hints_for"]


def hints_for(
    *, picker: bool, detail: bool, hurrying: bool, filtered: bool, folding: bool = False, typing: bool = False
) -> list[Hint]:
    """The hints for the pane with the keys; Esc comes first where it has something to stop or clear.

    `folding`: there are rows to unfold. `typing`: the keys go into a line, so that letters name no action.
    """
    if typing:
        return [
            Hint("enter", "open" if picker else "take it"),
            Hint("esc", "stop" if hurrying else "clear"),
            Hint("ctrl+u", "delete all"),
            Hint("ctrl+c", "quit"),
        ]
    if picker:
        return [
            Hint("enter", "open"),
            Hint("/", "filter or type a name"),
            Hint("r", "refresh"),
            Hint("esc", "back"),
            Hint("?", "help"),
            Hint("q", "quit"),
        ]
    escape = [Hint("esc", "stop" if hurrying else "clear filter")] if hurrying or filtered else []
    if detail:
        return [*escape, Hint("j k", "scroll"), Hint("tab", "next pane"), Hint("y", "copy"), Hint("?", "help")]
    return [
        *escape,
        Hint("enter", "detail"),
        *([Hint("space", "unfold")] if folding else []),
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
