"""A screen with a run to copy from: `y` shows what can be copied in place of the hints."""

from __future__ import annotations

from textual.widget import Widget

from canaryscope.screens.quiet import QuietScreen
from canaryscope_widgets.copy_menu import CopyMenu

__all__ = ["CopyingScreen"]


class CopyingScreen(QuietScreen):
    """Its stylesheet shows `#copy` in place of `#hints` while the screen has the class `-copying`."""

    def __init__(self) -> None:
        super().__init__()
        self.copy_menu = CopyMenu(id="copy")
        self._keys_were_with: Widget | None = None

    @property
    def copied_from(self) -> Widget | None:
        """What the person copies from; None: there is nothing to copy."""
        raise NotImplementedError

    def action_copy(self) -> None:
        """Offer what can be copied, where the hints are."""
        if self.copied_from is not None:
            self._keys_were_with = self.focused
            self.add_class("-copying")
            self.copy_menu.focus()

    def on_copy_menu_chosen(self) -> None:
        """The second key of `y`; the copying is the application's, which hears it too."""
        self.remove_class("-copying")
        before = self._keys_were_with
        if before is not None and all(node.display for node in before.ancestors_with_self):
            before.focus()
        elif self.copied_from is not None:
            self.copied_from.focus()
