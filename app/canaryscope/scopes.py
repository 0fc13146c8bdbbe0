"""All keys: what each screen and widget binds. Loads what the first page does without, all that is opened later."""

from __future__ import annotations

from textual.binding import BindingType

from canaryscope.application import CanaryScope
from canaryscope.screens.causes_screen import CausesScreen
from canaryscope.screens.code_screen import CodeScreen
from canaryscope.screens.compare_screen import CompareScreen
from canaryscope.screens.detail_pane import DetailPane
from canaryscope.screens.explorer import Explorer
from canaryscope.screens.request_screen import RequestScreen
from canaryscope.screens.save_screen import SaveScreen
from canaryscope.screens.text_screen import TextScreen
from canaryscope_widgets.cause_list import CauseList
from canaryscope_widgets.copy_menu import CopyMenu
from canaryscope_widgets.detail import RunDetail
from canaryscope_widgets.log_view import LogView
from canaryscope_widgets.picker import CanaryPicker
from canaryscope_widgets.picture_view import PictureView
from canaryscope_widgets.request_list import RequestList
from canaryscope_widgets.run_table import RunTable
from canaryscope_widgets.step_list import StepList
from canaryscope_widgets.text_panel import TextPanel

__all__ = ["scopes"]


def scopes() -> dict[str, list[BindingType]]:
    """What can be pressed where, for the help, the README's table and the check of the key map."""
    return {
        "Everywhere": [*CanaryScope.BINDINGS, *Explorer.BINDINGS],
        "Runs": [*RunTable.BINDINGS],
        "Causes": [*CauseList.BINDINGS, *CausesScreen.BINDINGS],
        "Canaries": [*CanaryPicker.BINDINGS],
        "Detail": [*DetailPane.BINDINGS, *RunDetail.BINDINGS],
        "Detail, steps": [*StepList.BINDINGS],
        "Detail, log": [*LogView.BINDINGS],
        "Detail, requests": [*RequestList.BINDINGS],
        "Detail, screenshots": [*PictureView.BINDINGS],
        "A request, full screen": [*RequestScreen.BINDINGS],
        "Two runs compared": [*CompareScreen.BINDINGS],
        "Saving artifacts": [*SaveScreen.BINDINGS],
        "An MFA code is asked": [*CodeScreen.BINDINGS],
        "After y": [*CopyMenu.BINDINGS],
        "Help, log and other text": [*TextPanel.BINDINGS, *TextScreen.BINDINGS],
    }
