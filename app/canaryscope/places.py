"""The folders of the user that this program's own files are in, as platformdirs has them for each system."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import platformdirs

__all__ = ["NOWHERE", "config_folder", "log_folder", "state_folder"]

NOWHERE: Final = Path("/dev/null/canaryscope")
"""For somebody without a home: no file is there and none can be made. The working folder is no place for them."""


def config_folder() -> Path:
    """On Linux, $XDG_CONFIG_HOME/canaryscope."""
    return _folder(platformdirs.user_config_path)


def state_folder() -> Path:
    """On Linux, $XDG_STATE_HOME/canaryscope."""
    return _folder(platformdirs.user_state_path)


def log_folder() -> Path:
    """On Linux, `log` in the state folder."""
    return _folder(platformdirs.user_log_path)


def _folder(find: Callable[..., Path]) -> Path:
    try:
        folder = find("canaryscope", appauthor=False)
    except RuntimeError:  # neither HOME nor the system's list of users names a home
        return NOWHERE
    return folder if folder.is_absolute() else NOWHERE  # older platformdirs take a relative HOME as it is
