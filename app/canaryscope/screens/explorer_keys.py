"""The keys of the explorer, and what those for the runs do. Their ids are what people's key maps refer to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType

from canaryscope.runs.model import RunType
from canaryscope.screens.copying import CopyingScreen
from canaryscope.screens.detail_pane import DetailPane
from canaryscope.screens.picker_pane import PickerPane
from canaryscope.screens.run_actions import RunActions
from canaryscope.screens.runs_pane import RunsPane
from canaryscope.source import Connection, Source
from canaryscope.terminal import TerminalApp
from canaryscope_widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from canaryscope.aws.options import MfaCode
    from canaryscope.runs.errors import MfaNeeded

__all__ = ["FOR_A_RUN", "FOR_RUNS", "ExplorerKeys"]

FOR_RUNS = frozenset(
    {"filter", "toggle_type", "dry_run", "failures", "next_failure", "streak", "causes", "beside", "watch"}
)
"""Actions that show in the runs only."""
FOR_A_RUN = frozenset({"copy", "link", "turn", "mark", "compare", "save", "save_shown"})
"""Actions on the run under the cursor, which may fill the screen."""


def _binding(key: str, action: str, text: str, id: str, tooltip: str) -> Binding:
    return Binding(key, action, text, id=id, tooltip=tooltip, show=False)


EXPLORER_KEYS: list[BindingType] = [
    _binding("c", "pick", "Canaries", "explorer.canaries", "Choose another canary"),
    _binding("slash", "filter", "Filter", "runs.filter", "Filter the loaded runs by a text"),
    _binding("1", "toggle_type('CANARY_RUN')", "Canary runs", "runs.canary_runs", "Canary runs on or off"),
    _binding("2", "toggle_type('DRY_RUN')", "Dry runs", "runs.dry_runs", "Dry runs on or off"),
    _binding("d", "dry_run", "DryRunId", "runs.dry_run_id", "Search by DryRunId, or a part of one"),
    _binding("f", "failures", "Failures", "runs.failures", "Failures only, or all runs"),
    _binding("n", "next_failure(1)", "Next failure", "runs.next_failure", "Go to the next older failure"),
    _binding("N", "next_failure(-1)", "Previous", "runs.previous_failure", "Go to the next newer failure"),
    _binding("s", "streak", "Streak", "runs.streak", "Go to the start of the current streak"),
    _binding("x", "causes", "Causes", "runs.causes", "The causes of the failed runs loaded"),
    _binding(
        "less_than_sign",
        "beside(-1)",
        "Older cell",
        "runs.older_cell",
        "To the next older cell of the strip",
    ),
    _binding("greater_than_sign", "beside(1)", "Newer cell", "runs.newer_cell", "To the next newer cell of the strip"),
    _binding("w", "watch", "Watch", "runs.watch", "Watch for new runs, or no more"),
    _binding("r", "refresh_pane", "Refresh", "runs.refresh", "Look for new runs, or try again what failed"),
    _binding("L", "log_in", "Log in", "explorer.log_in", "Run the login that an error names"),
    _binding("t", "zone", "Times", "explorer.zone", "Times: local, UTC, relative"),
    _binding("right_square_bracket", "turn(1)", "Next tab", "detail.next_tab", "To the next tab of the run"),
    _binding("left_square_bracket", "turn(-1)", "Previous tab", "detail.previous_tab", "To the previous tab"),
    _binding("m", "mark", "Mark", "runs.mark", "Mark the run; on another one: compare the two"),
    _binding("b", "compare", "Compare", "runs.compare", "Compare a failed run with the last good one"),
    _binding("E", "save", "Save all", "runs.save", "Save all that the run left in S3"),
    _binding("e", "save_shown", "Save", "runs.save_picture", "Save the screenshot that is shown"),
    _binding("y", "copy", "Copy", "explorer.copy", "Copy from the run; a second key says what"),
    _binding("o", "link", "Console", "explorer.link", "Show the console link, open it in a browser"),
    _binding("tab", "app.focus_next", "Next pane", "explorer.next_pane", "Go to the next pane"),
    _binding("shift+tab", "app.focus_previous", "Previous pane", "explorer.previous_pane", "Go to the previous pane"),
    _binding("escape", "back", "Back", "explorer.back", "Stop a search, clear a filter, or go back"),
]


class ExplorerKeys(CopyingScreen):
    """The keys; what those do that are for the runs only (`FOR_RUNS`, but for the causes), or for one of them."""

    BINDINGS: ClassVar[list[BindingType]] = EXPLORER_KEYS

    title_bar: TitleBar
    picker_pane: PickerPane
    runs_pane: RunsPane
    detail_pane: DetailPane
    run_actions: RunActions
    source: Source
    terminal: TerminalApp[Any]

    async def ask_code(
        self, needed: MfaNeeded, connect: Callable[[MfaCode], Awaitable[Connection]]
    ) -> Connection | None:
        """For the source: a role needs an MFA code."""
        from canaryscope.screens.code_screen import ask_code

        return await ask_code(self.app, needed, connect, ascii=self.title_bar.ascii)

    def say(self, remark: str, *, stay: bool = False) -> None:
        """Show a short remark in place of the hints."""
        raise NotImplementedError

    def action_log_in(self) -> None:
        """Run a login where the terminal is, then try again what failed."""
        from canaryscope.screens.log_in import log_in

        if not self.source.login:
            self.say("Nothing here waits for a login")
            return
        self.say(log_in(self.terminal, self.source.login))
        self.source.renew()
        if self.picker_pane.display:
            self.picker_pane.refresh_list()
        self.detail_pane.retry()
        self.runs_pane.refresh_runs()

    async def action_filter(self) -> None:
        """Type a text filter."""
        await self.runs_pane.query_pane.type_text()

    def action_toggle_type(self, run_type: str) -> None:
        """Canary runs or dry runs on or off."""
        self.runs_pane.query_pane.toggle(RunType(run_type))

    async def action_dry_run(self) -> None:
        """Type a DryRunId."""
        await self.runs_pane.query_pane.type_dry_run()

    def action_failures(self) -> None:
        """Failures only, or all."""
        self.runs_pane.query_pane.toggle_failures()

    def action_next_failure(self, step: int) -> None:
        """Go to a failure."""
        self.runs_pane.seek_failure(step)

    def action_streak(self) -> None:
        """Go to the start of the streak."""
        self.runs_pane.seek_streak()

    def action_beside(self, step: int) -> None:
        """Go by cells of the outcome strip."""
        self.runs_pane.go_beside(step)

    def action_watch(self) -> None:
        """Watch, or no more."""
        self.runs_pane.toggle_watch()

    def action_mark(self) -> None:
        """Mark the run; or compare it with the one that is marked."""
        self.run_actions.mark()

    def action_compare(self) -> None:
        """Compare a failed run with the last good one."""
        self.run_actions.compare_with_good()

    def action_save(self) -> None:
        """Save all that the run left."""
        self.run_actions.save_all()

    def action_save_shown(self) -> None:
        """Save the screenshot that is shown."""
        self.run_actions.save_one(self.detail_pane.evidence, self.detail_pane.picture)
