"""What a person would miss of the screens themselves: that a long session with many of them costs no memory."""

from __future__ import annotations

import pytest
from textual.widget import Widget

from screens.gated import account, history, loaded, opened


@pytest.mark.parametrize("key", ["question_mark", "exclamation_mark", "x"])
async def test_what_was_painted_on_a_screen_is_forgotten_when_it_is_left(key: str) -> None:
    aws = account(history(30, failing={3}))
    async with opened(aws) as seen:
        await loaded(seen, aws)
        explorer = seen.app.screen
        await seen.press(key)
        await seen.until(lambda: seen.app.screen is not explorer)
        caches = [widget._styles_cache for widget in seen.app.screen.walk_children(Widget, with_self=True)]
        assert any(cache._cache for cache in caches)
        await seen.press("escape")
        await seen.until(lambda: seen.app.screen is explorer)
        assert not any(cache._cache for cache in caches)
