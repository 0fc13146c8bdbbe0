"""Where the explorer looks: connection, account, Region; for the title and for what is copied."""

from __future__ import annotations

import os
import sys
from typing import Any

from textual.app import App

from canaryscope.aws.links import cli_command, console_link
from canaryscope.options import StartOptions
from canaryscope.render.copies import Copy, Place, copied_text
from canaryscope.runs.causes import cause_of
from canaryscope.runs.errors import SourceError
from canaryscope.runs.text import clean_line
from canaryscope.screens.detail_pane import DetailPane
from canaryscope.screens.runs_pane import RunsPane
from canaryscope.source import Connection, Source
from canaryscope_widgets.title_bar import TitleBar

__all__ = ["Whereabouts"]


class Whereabouts:
    """Learns with the first answers. The account's number is asked for as a worker of `app`."""

    def __init__(
        self, app: App[Any], options: StartOptions, source: Source, title: TitleBar, runs_pane: RunsPane
    ) -> None:
        self._app = app
        self._options = options
        self._source = source
        self._title = title
        self._runs_pane = runs_pane
        self._account = ""
        self._asked_at: int | None = None
        self._asking = False
        self._connection: Connection | None = None

    def show(self) -> None:
        """Profile or account and Region, in the title."""
        connection, title = self._last_connection, self._title
        if connection is None:
            title.place, title.aws_region = self._options.place, self._options.place_region
            return
        title.aws_region = clean_line(connection.region)
        title.place = clean_line(connection.profile or connection.endpoint_host or self._account) or title.place
        if self._options.demo:
            title.place = f"demo {self._account}".strip()
        wanted = not self._account and not self._asking and self._asked_at != self._source.tries
        if wanted and connection.endpoint_host is None:
            self._asked_at, self._asking = self._source.tries, True
            self._app.run_worker(self._learn_account(), group="account", exit_on_error=False)

    @property
    def place(self) -> Place:
        """Where the run on screen is from."""
        browser, connection = self._runs_pane.browser, self._last_connection
        if browser is None or connection is None:
            return Place(browser.canary if browser is not None else "")
        stored = self._runs_pane.under_cursor
        query = browser.question(stored.run.run_type if stored is not None else None)
        link = None
        if connection.endpoint_host is None:
            link = console_link(browser.canary, connection.region, connection.partition)
        return Place(
            canary=browser.canary,
            region=clean_line(connection.region),
            account=clean_line(self._account or connection.profile or ""),
            link=link or "",
            command=cli_command(
                query,
                region=connection.region,
                profile=connection.profile,
                endpoint_url=self._options.endpoint_url,
            ),
        )

    def open_link(self) -> str:
        """The console link, "" where none is known; opened, where there is a browser of one's own."""
        link = self.place.link
        if link and _has_browser():
            import webbrowser

            webbrowser.open(link)
        return link

    def copied(self, what: Copy, detail: DetailPane) -> str:
        """The text to copy of the run under the cursor; "" where there is none."""
        browser, stored = self._runs_pane.browser, self._runs_pane.under_cursor
        run = stored.run if stored is not None else None
        triage = browser.triage(self._runs_pane.clock.now) if browser is not None else None
        cause = cause_of(run.status) if run is not None else None
        reason = detail.reason_of(run) if run is not None else None
        return copied_text(what, run, self.place, triage, cause, reason)

    @property
    def _last_connection(self) -> Connection | None:
        """The connection; after it was lost, the one that was."""
        self._connection = self._source.connection or self._connection
        return self._connection

    async def _learn_account(self) -> None:
        """The account's number: for the title where no profile is named, and for what is copied."""
        try:
            self._account = await self._source.account()
        except SourceError:
            return  # it is in the log, and asked for again when the person tries again; all else works without
        finally:
            self._asking = False
        self.show()


def _has_browser() -> bool:
    """Whether a browser of one's own can be opened: not through SSH, and not in this terminal."""
    graphical = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin"
    return bool(graphical) and not os.environ.get("SSH_CONNECTION")
