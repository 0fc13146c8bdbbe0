"""What `canaryscope settings` prints can be kept as a settings file, and says where each value is from."""

from __future__ import annotations

from pathlib import Path

import pytest

from canaryscope import settings
from canaryscope.preferences import Preferences
from canaryscope.settings_report import report

WHOLE = """
theme = "light"
zone = "relative"
watch_interval = 90.5
[columns]
location = false
[keys]
"runs.refresh" = ["f5", '"']
"""


@pytest.mark.parametrize("text", ["", WHOLE], ids=["defaults", "all"])
def test_what_is_printed_is_a_settings_file_that_says_the_same(own_folder: Path, text: str, tmp_path: Path) -> None:
    (own_folder / "settings.toml").write_text(text)
    told = report(utc=False)
    assert told.problems == []
    (copy := tmp_path / "copy.toml").write_text("\n".join(told.lines))
    before, after = settings.load(own_folder / "settings.toml"), settings.load(copy)
    assert after.problems == ()
    assert (after.columns, after.watch_interval) == (before.columns, before.watch_interval)
    assert after.words == {**settings.DEFAULTS, **before.words}
    assert after.file is not None
    assert after.file.table["keys"] == ({"runs.refresh": ["f5", "quotation_mark"]} if text else {})


def test_every_value_is_told_with_where_it_is_from(own_folder: Path) -> None:
    (own_folder / "settings.toml").write_text(WHOLE)
    (own_folder / "keys.toml").write_text('[keys]\n"runs.refresh" = "f6"\n"app.quit" = "f9"\n')
    choices = Preferences(own_folder / "preferences.json")
    settings.Effective(settings.load(own_folder / "settings.toml"), choices).choose("theme", "dark")
    choices.save()
    lines = report(utc=False).lines
    origins = dict(line.split("  # ", 1) for line in lines if "  # " in line)
    file = own_folder / "settings.toml"
    assert {name.strip(): origin for name, origin in origins.items()} == {
        'theme = "dark"': f"chosen last: {own_folder / 'preferences.json'}",
        'zone = "relative"': f"{file}:3",
        "watch_interval = 90.5": f"{file}:4",
        "# attempt = true": "default: shown where there is something to show",
        "# browser = true": "default: shown where there is something to show",
        "location = false": f"{file}:6",
        "# dry_run = true": "default: shown where there is something to show",
        '"app.quit" = ["f9"]': f"{own_folder / 'keys.toml'}:3",
        '"runs.refresh" = ["f5", "quotation_mark"]': f"{file}:8",
    }
    assert f"# keys:        {own_folder / 'keys.toml'}" in lines


def test_what_is_wrong_with_any_of_the_files_is_told(own_folder: Path) -> None:
    for name in ("settings.toml", "keys.toml", "preferences.json"):
        (own_folder / name).write_text("= nonsense")
    problems = report(utc=False).problems
    assert [Path(problem.split(": ")[0].split(" is ")[0]).name for problem in problems] == [
        "settings.toml",
        "keys.toml",
        "preferences.json",
    ]
