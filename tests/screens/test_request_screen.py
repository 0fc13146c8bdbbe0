"""One request on the whole screen: masked until a second key, copied masked in any case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from canaryscope.evidence.requests import Request, summary
from canaryscope.screens.request_screen import RequestScreen
from screens.support import shown
from stage import Stage

SECRET = "s3cr3t"
REQUEST = Request(
    method="POST",
    url=f"https://shop.example.com/pay?token={SECRET}",
    host="shop.example.com",
    path=f"/pay?token={SECRET}",
    status=503,
    request_headers=(("Authorization", f"Bearer {SECRET}"),),
    request_mime="application/json",
    request_body=f'{{"password": "{SECRET}"}}',
    response_body="busy\n" * 60,
)


class App(Stage):
    """Keeps what it is asked to copy."""

    def __init__(self) -> None:
        super().__init__()
        self.copied: list[RequestScreen.CopyWanted] = []

    def on_request_screen_copy_wanted(self, event: RequestScreen.CopyWanted) -> None:
        self.copied.append(event)


@asynccontextmanager
async def opened(
    *, whole: bool = True, size: tuple[int, int] = (80, 24), ascii: bool = False
) -> AsyncIterator[tuple[App, RequestScreen, Pilot[None]]]:
    app = App()
    async with app.run_test(size=size) as pilot:
        screen = RequestScreen(summary(REQUEST), ascii=ascii)
        await app.push_screen(screen)
        if whole:
            screen.show(REQUEST)
        await pilot.pause()
        yield app, screen, pilot


def text(app: App) -> str:
    return "\n".join(shown(app))


async def test_a_request_is_masked_until_a_person_asks_and_masked_again() -> None:
    async with opened() as (app, screen, pilot):
        assert "Authorization: Bearer ****" in text(app)
        assert SECRET not in text(app)
        await pilot.press("v")
        assert not screen.masked
        assert f"Authorization: Bearer {SECRET}" in text(app)
        assert "Credentials are shown" in text(app)
        assert f"pay?token={SECRET}" not in shown(app)[0], "the title stays masked"
        await pilot.press("v")
        assert SECRET not in text(app)


async def test_the_next_request_is_masked_whatever_was_shown_before() -> None:
    async with opened() as (app, screen, pilot):
        await pilot.press("v")
        screen.show(REQUEST)
        await pilot.pause()
        assert SECRET not in text(app)


async def test_while_it_is_read_the_summary_is_there_and_the_key_says_what_is_missing() -> None:
    async with opened(whole=False) as (app, screen, pilot):
        screen.tell("Reading results.har · 1.2 of 4.0 MB")
        await pilot.pause()
        assert shown(app)[0].strip() == "POST 503 shop.example.com/pay?token=****"
        assert "Reading results.har · 1.2 of 4.0 MB" in text(app)
        assert "Request headers" not in text(app)
        await pilot.press("v")
        assert "not read yet" in shown(app)[-1]
        assert screen.masked
        screen.show(REQUEST)
        await pilot.pause()
        assert "Reading" not in text(app)
        assert "Request headers" in text(app)
        assert "not read yet" not in text(app)


async def test_an_error_stands_above_the_summary() -> None:
    async with opened(whole=False) as (app, screen, pilot):
        screen.tell("Not allowed.", "Ask for s3:GetObject.")
        await pilot.pause()
        assert [line.strip() for line in shown(app)[1:3]] == ["Not allowed.", "Ask for s3:GetObject."]


@pytest.mark.parametrize("keys", [("y",), ("v", "y")])
async def test_what_is_copied_is_masked_also_while_all_is_shown(keys: tuple[str, ...]) -> None:
    async with opened() as (app, screen, pilot):
        await pilot.press(*keys)
        (copied,) = app.copied
        assert copied.name == "request (masked)"
        assert "Authorization: Bearer ****" in copied.text
        assert SECRET not in copied.text
        screen.say("request (masked) sent to the terminal's clipboard")
        await pilot.pause()
        assert "clipboard" in shown(app)[-1]


async def test_it_scrolls_keeps_its_place_when_unmasked_and_goes_back() -> None:
    async with opened() as (app, screen, pilot):
        await pilot.press("j", "j", "v")
        assert "Credentials are shown" in text(app)
        assert "503  POST" not in text(app), "two lines further down"
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is not screen


async def test_it_is_drawn_in_ascii_and_in_the_smallest_terminal() -> None:
    async with opened(ascii=True) as (app, _, _):
        assert text(app).isascii()
    async with opened(size=(20, 5)) as (app, _, _):
        assert "POST 503" in text(app)
