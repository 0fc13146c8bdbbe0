"""The second key of `y`: what is to be copied. Takes the place of the hints while it is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.hint_bar import Hint
from canaryscope_widgets.lines import Part, cells
from canaryscope_widgets.one_line import OneLine

__all__ = ["CHOICES", "CopyMenu"]

CHOICES = (
    ("i", "run_id", "run id", "The run's id"),
    ("r", "reason", "reason", "The whole reason of a failed run"),
    ("s", "s3", "S3", "Where the run's artifacts are, with s3://"),
    ("l", "link", "link", "The canary's page in the console"),
    ("c", "command", "CLI", "The question on screen as an AWS CLI command"),
    ("m", "markdown", "Markdown", "The run's facts as Markdown, for a ticket"),
    ("j", "json", "JSON", "The run as the API sent it"),
)
"""Key, name, hint and tooltip of all that can be copied."""


class CopyMenu(OneLine, can_focus=True):
    """One line of choices that has the focus until a key is pressed."""

    LOOKS = {
        "copy-menu--key": "bold",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"choose('{name}')", f"Copy {hint}", id=f"copy.{name}", tooltip=tooltip, show=False)
            for key, name, hint, tooltip in CHOICES
        ),
        Binding("escape", "choose('')", "Cancel", id="copy.cancel", tooltip="Copy nothing", show=False),
    ]

    class Chosen(FieldedMessage):
        """What to copy: a name of CHOICES, or empty for nothing."""

        name: str

    def parts(self) -> Sequence[Part]:
        """The choices that fit."""
        parts: list[Part] = [(" copy:", "")]
        for key, _, text, _ in CHOICES:
            longer = [*parts, ("  ", ""), (key, "copy-menu--key"), (f" {Hint(key, text).text}", "")]
            if cells(longer) > self.size.width:
                break
            parts = longer
        return parts

    def action_choose(self, name: str) -> None:
        """Tell the owner, who closes the menu."""
        self.post_message(self.Chosen(name))
