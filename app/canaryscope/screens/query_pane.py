"""What is asked of a canary's runs, and the lines to type it into."""

from __future__ import annotations

from collections.abc import Callable

from canaryscope.runs import dry_run_id
from canaryscope.runs.browser import RunBrowser
from canaryscope.runs.model import RunType
from canaryscope.screens.told import Told
from canaryscope_widgets.query_lines import QueryLines

__all__ = ["QueryPane"]


class QueryPane(QueryLines):
    """QueryLines that show a RunBrowser's filter and change it.

    `apply` is given what to do with the browser; `typed` is called when the keys shall go back to the runs.
    """

    def __init__(self, apply: Callable[[Callable[[RunBrowser], object]], None], typed: Callable[[], object]) -> None:
        super().__init__(check_dry_run_id=dry_run_id.refusal, normalise_dry_run_id=dry_run_id.normalise)
        self._apply = apply
        self._typed = typed
        self._browser: RunBrowser | None = None

    def show(self, browser: RunBrowser, watching: str) -> None:
        """Say what is asked now."""
        self._browser = browser
        bar, shown = self.bar, browser.filter
        bar.canary_runs = RunType.CANARY_RUN in shown.types
        bar.dry_runs = RunType.DRY_RUN in shown.types
        bar.dry_run_id = browser.dry_run_text
        bar.failures_only = shown.failures_only
        bar.filter = shown.text
        bar.cause = browser.cause
        bar.watching = watching

    def toggle(self, run_type: RunType) -> None:
        """Switch canary runs or dry runs on or off."""
        if self._browser is not None and self._browser.filter.types == {run_type}:
            other = "2" if run_type is RunType.CANARY_RUN else "1"
            self.post_message(Told(f"One of the two stays on: press {other} first"))
        else:
            self._apply(lambda browser: browser.toggle(run_type))

    def toggle_failures(self) -> None:
        """Show failures only, or all runs again."""
        self._apply(lambda browser: browser.narrow(failures_only=not browser.filter.failures_only))

    def narrow_to_cause(self, cause: int | None) -> None:
        """Show the failed runs with a cause only."""
        self._apply(lambda browser: browser.narrow_to_cause(cause))

    async def type_text(self) -> None:
        """Open the line for the text filter."""
        if self._browser is not None:
            await self.edit_text(self._browser.filter.text)

    async def type_dry_run(self) -> None:
        """Open the line for the DryRunId search."""
        if self._browser is not None:
            await self.edit_dry_run(self._browser.dry_run_text)

    def widen(self) -> bool:
        """Clear one filter, the one typed last in the person's mind. False: there is none."""
        if self._browser is None:
            return False
        shown = self._browser.filter
        if shown.text:
            self._apply(lambda browser: browser.narrow(text=""))
        elif self._browser.dry_run_text:
            self._apply(lambda browser: browser.search_dry_run(""))
        elif shown.cause is not None:
            self.narrow_to_cause(None)
        elif shown.failures_only:
            self.toggle_failures()
        else:
            return False
        return True

    def on_query_lines_text_typed(self, event: QueryLines.TextTyped) -> None:
        """Filter as the person types; Enter goes back to the table."""
        event.stop()
        if self._browser is not None and event.text != self._browser.filter.text:
            self._apply(lambda browser: browser.narrow(text=event.text))
        if event.submitted:
            self.leave()
            self._typed()

    def on_query_lines_dry_run_typed(self, event: QueryLines.DryRunTyped) -> None:
        """Search by DryRunId as the person types; Enter goes back to the table, and on through further pages."""
        event.stop()
        if self._browser is not None and (event.submitted or event.text != self._browser.dry_run_text):
            self._apply(lambda browser: browser.search_dry_run(event.text, submitted=event.submitted))
        if event.submitted:
            self.leave()
            self._typed()
