"""The application: what outlives a screen (connection, clock, choices), and what any screen may ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.reactive import Reactive
from textual.screen import Screen
from textual.theme import Theme

from canaryscope.aws_process import AwsProcess
from canaryscope.background import Background
from canaryscope.options import Driver, StartOptions
from canaryscope.screens.quiet import QuietScreen
from canaryscope.screens.start_screen import StartScreen
from canaryscope.session_log import SessionLog
from canaryscope.spared import COLLECT_AFTER, collect_garbage_again
from canaryscope.terminal import PlainDriver, TerminalApp, TerminalDriver, leave
from canaryscope.user_files import UserFiles
from canaryscope_widgets.keys_in_order import KeysInOrder

if TYPE_CHECKING:
    from canaryscope.paint_listeners import Spans
    from canaryscope.preferences import Preferences
    from canaryscope.screens.compare_screen import CompareScreen
    from canaryscope.screens.explorer import Explorer
    from canaryscope.screens.request_screen import RequestScreen
    from canaryscope.screens.runs_pane import RunsPane
    from canaryscope.screens.save_screen import SaveScreen
    from canaryscope.source import Connect, Source
    from canaryscope.whereabouts import Whereabouts
    from canaryscope_widgets.copy_menu import CopyMenu
    from canaryscope_widgets.text_panel import TextLine

__all__ = ["CanaryScope", "run"]

DARK, LIGHT = "ansi-dark", "ansi-light"
"""Themes of Textual's that take the terminal's own colours."""
HELD = 0.04
"""Seconds for which the explorer's first frame waits for the first answer."""


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class CanaryScope(KeysInOrder[None], TerminalApp[None]):
    """The app. What it needs of the world comes through the constructor."""

    TITLE = "canaryscope"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", id="app.help", tooltip="All keys", show=False),
        Binding("exclamation_mark", "log", "Log", id="app.log", tooltip="Every call and every error", show=False),
        Binding("ctrl+p,colon", "command_palette", "Commands", id="app.palette", tooltip="Command palette", show=False),
        Binding("q,ctrl+q,ctrl+c", "quit", "Quit", id="app.quit", tooltip="Quit at once", show=False, priority=False),
        Binding("ctrl+l", "redraw", "Redraw", id="app.redraw", tooltip="Paint the screen anew", show=False),
        Binding("ctrl+z", "suspend_process", "Suspend", id="app.suspend", tooltip="Suspend; fg resumes", show=False),
    ]

    app_focus = Reactive(True, compute=False, repaint=False)
    """Textual repaints everything when the terminal's window loses or gains the focus."""

    def __init__(
        self,
        options: StartOptions,
        *,
        connect: Connect,
        choices: Callable[[], Preferences] | None = None,
        log: SessionLog | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        plain = options.driver is Driver.TEXTUAL
        super().__init__(ansi_color=True, driver_class=PlainDriver if plain else TerminalDriver)
        self._options = options
        self._connect = connect
        self._now = now
        self.log_of_calls = log or SessionLog()
        self._files = UserFiles(choices, self.log_of_calls, utc=options.utc)
        self.background = Background()
        self.came_back = self.background.postpone
        self._exploring = False
        self.theme = DARK
        for theme in [theme for theme in self.available_themes.values() if not theme.ansi]:
            self.unregister_theme(theme.name)  # those that need more than the terminal's own colours

    # What is loaded once the first paint is on the screen

    @cached_property
    def source(self) -> Source:
        """What the screens ask."""
        from canaryscope.source import Source

        return Source(self._options.connection, self.background, self._connect, self.log_of_calls.note)

    @cached_property
    def runs_pane(self) -> RunsPane:
        """The runs of the canary that is open."""
        from canaryscope.screens.preset import preset_runs_pane

        return preset_runs_pane(self._files.in_force, self.source, now=self._now, ascii=self._options.environment.ascii)

    @cached_property
    def explorer(self) -> Explorer:
        """The screen for everything."""
        from canaryscope.screens.explorer import Explorer

        last = self._files.choices.last_canary(self._options.profile, self._options.region)
        explorer = Explorer(self._options, self.source, self.background, self.runs_pane, self, last)
        explorer.run_actions.folder = self._files.choices.get("save_folder", "")
        return explorer

    @cached_property
    def _whereabouts(self) -> Whereabouts:
        from canaryscope.whereabouts import Whereabouts

        return Whereabouts(self, self._options, self.source, self.explorer.title_bar, self.runs_pane)

    def get_default_screen(self) -> Screen[None]:
        """What is there at once."""
        return StartScreen(self._options)

    def on_mount(self) -> None:
        """Paint first, then load the rest."""
        self.hold_keys()
        self.listen_to_paint(self)
        self.theme_changed_signal.subscribe(self, self._theme_chosen)
        self.set_timer(COLLECT_AFTER, collect_garbage_again)

    def before_paint(self, spans: Spans | None) -> None:
        """Nothing is to be done."""

    def after_paint(self, spans: Spans | None) -> None:  # noqa: ARG002
        """A frame is on its way to the terminal; behind the first one, load the rest."""
        self.painted()
        if not self._exploring:
            self._exploring = True
            self.call_later(self._explore)

    async def _explore(self) -> None:
        if self._files.in_force["theme"].value == "light":
            self.theme = LIGHT
        self.set_keymap(self._files.keys.keymap)
        self.explorer.fit(self.size)
        with self.batch_update():  # an answer that is there by now is part of the explorer's first frame
            await self.push_screen(self.explorer)
            await self.explorer.first_answer(HELD)
        # As any resize does, this paints at once; what has changed otherwise waits for the screen's first frame.
        self.explorer.post_message(events.Resize.from_dimensions(self.size, None))
        self._whereabouts.show()
        self._tell_problems()
        await self.release_keys()
        self.log_of_calls.start(lambda: self.call_later(self._tell_problems))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette offers what has a key here."""
        from canaryscope.screens.palette import commands_of

        yield from commands_of(screen)
        yield SystemCommand("Theme", "Light or dark terminal", self.action_change_theme)

    # What every screen may ask for

    async def action_quit(self) -> None:
        """Leave at once, whatever is in flight."""
        self.leave_soon(0)

    def action_command_palette(self) -> None:
        """Textual's palette, without its blink."""
        from textual.command import CommandPalette

        from canaryscope.screens.palette import QuietPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(QuietPalette())

    def action_change_theme(self) -> None:
        """The other of the two themes."""
        self.theme = DARK if self.theme == LIGHT else LIGHT

    def action_help(self) -> None:
        """All keys, as they are now."""
        from canaryscope.render.texts import help_lines, key_rows
        from canaryscope.scopes import scopes

        rows = {title: key_rows(bindings, self._files.keys.keymap) for title, bindings in scopes().items()}
        self._read("Help", help_lines(rows, self._files.notes))

    def action_log(self) -> None:
        """Every call and every error of this session."""
        from canaryscope.render.texts import log_lines

        self._read("Calls of this session", log_lines(self.log_of_calls.calls, self.log_of_calls.problem), at_end=True)

    def _read(self, title: str, lines: Iterable[TextLine], *, at_end: bool = False) -> None:
        from canaryscope.screens.text_screen import TextScreen

        if not isinstance(self.screen, TextScreen):
            self.push_screen(TextScreen(title, lines, at_end=at_end, ascii=self._options.environment.ascii))

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """Without the one at the start: when it has painted itself, the one above is painted anew."""
        return [screen for screen in super()._background_screens if not isinstance(screen, StartScreen)]

    # What the explorer tells

    def on_explorer_zone_chosen(self, event: Explorer.ZoneChosen) -> None:
        """Show times in another way, next time too."""
        self.runs_pane.set_zone(event.zone)
        self._files.in_force.choose("zone", event.zone.value)
        self._save()

    def on_explorer_canary_opened(self, event: Explorer.CanaryOpened) -> None:
        """Remember it for the next start."""
        self._files.choices.remember_canary(self._options.profile, self._options.region, event.canary)
        self._save()

    def on_explorer_link_wanted(self) -> None:
        """Show the console link, and open it where there is a browser of one's own."""
        if link := self._whereabouts.open_link():
            self._read("Console link", [link])
        else:
            self.explorer.say("No console link is known for this region")

    def on_copy_menu_chosen(self, event: CopyMenu.Chosen) -> None:
        """The second key of `y`."""
        from canaryscope.render.copies import Copy

        if not event.name:
            return
        what = Copy(event.name)
        if text := self._whereabouts.copied(what, self.explorer.detail_pane):
            self._copy(what.label, text)
        else:
            self._remark(f"There is no {what.label} to copy")

    def on_save_screen_folder_chosen(self, event: SaveScreen.FolderChosen) -> None:
        """Files go there; offer it the next time, too."""
        self.explorer.run_actions.folder = event.folder
        self._files.choices.set("save_folder", event.folder)
        self._save()

    def on_compare_screen_copy_wanted(self, event: CompareScreen.CopyWanted) -> None:
        """Two runs compared."""
        self._copy("comparison", event.markdown)

    def on_request_screen_copy_wanted(self, event: RequestScreen.CopyWanted) -> None:
        """One request."""
        self._copy(event.name, event.text)

    def _copy(self, name: str, text: str) -> None:
        from canaryscope import clipboard

        done = clipboard.copy(self, text, os.environ)
        if isinstance(done, clipboard.Copied):
            hint = f" ({done.hint})" if done.hint else ""
            self._remark(f"{name} sent to the terminal's clipboard{hint}")
        else:
            self._read(f"{name}: {done.reason}. Select it here (shift and mouse)", text.split("\n"))

    def _remark(self, text: str) -> None:
        if isinstance(self.screen, QuietScreen):
            self.screen.say(text)

    def on_picker_pane_changed(self) -> None:
        """The list has come: the connection is there now, and with it the account."""
        self._whereabouts.show()

    def on_runs_pane_changed(self) -> None:
        """Something came: the connection may be there now, and with it the account."""
        self._whereabouts.show()

    def on_app_focus(self) -> None:
        """Somebody looks again."""
        self.runs_pane.triage_pane.terminal_focus(True)

    def on_app_blur(self) -> None:
        """Nobody looks: nothing needs to be watched."""
        self.runs_pane.triage_pane.terminal_focus(False)

    # What is kept for the next start

    def _theme_chosen(self, theme: Theme) -> None:
        self._files.in_force.choose("theme", theme.name.removeprefix("ansi-"))
        self._save()

    def save_choices(self) -> None:
        """Write what was chosen last, and may be on its way to the file still."""
        self._files.choices.save()

    def _save(self) -> None:
        self.run_worker(self._save_choices(), group="choices", exit_on_error=False)

    async def _save_choices(self) -> None:
        await self.background.run(self._files.choices.save, seconds=10)
        self._tell_problems()

    def _tell_problems(self) -> None:
        """What is wrong with the files of the user, each time that it is something else."""
        if remark := self._files.remark():
            self.explorer.say(remark)


def _kept_choices() -> Preferences:
    from canaryscope import preferences

    return preferences.Preferences(preferences.default_path())


def run(options: StartOptions, process: AwsProcess) -> NoReturn:
    """Run the explorer until the person quits, and end the process.

    It ends here: neither a call that hangs nor Python's own cleaning up, which takes long, is waited for.
    """
    app = CanaryScope(
        options, connect=process.connect, choices=_kept_choices, log=SessionLog(kept=True, debug=options.debug)
    )
    try:
        app.run()
    finally:
        process.stop()
        app.log_of_calls.close()
    app.save_choices()
    leave(app.return_code or 0)
