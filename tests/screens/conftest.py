"""What the tests of screens have in common: nobody waits for the cursor to rest, or with the first frame."""

from __future__ import annotations

import pytest

from canaryscope import application
from canaryscope.screens import detail_pane, explorer


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cursor rests as soon as it stands still; a test that is about the rest makes it longer."""
    monkeypatch.setattr(detail_pane, "REST", 0.01)
    monkeypatch.setattr(explorer, "REST", 0.01)


@pytest.fixture(autouse=True)
def first_frame_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the first answer is in the explorer's first frame depends on nobody's speed: it never is."""
    monkeypatch.setattr(application, "HELD", 0)
