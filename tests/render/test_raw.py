"""The run and its files as they are: nothing is left out in silence, no secret and no escape sequence is shown."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence.artifacts import Artifact, ArtifactKind, ArtifactPlace, RunArtifacts, artifact_of
from canaryscope.evidence.document_text import DOCUMENT, LINES, document_text
from canaryscope.evidence.pieces import LARGE
from canaryscope.render.raw import document_lines, raw_lines
from canaryscope.runs.model import CanaryRun, RunStatus
from canaryscope.runs.text import clean
from canaryscope_widgets.text_panel import TextLine

NOON = datetime(2026, 11, 22, 12, 27, 7, 123_000, tzinfo=UTC)
PLACE = ArtifactPlace("results", "canary/27-07-250")
RUN = CanaryRun(id="a8a3", name="checkout-flow", status=RunStatus("FAILED", "x\ny"))


def texts(lines: Iterable[TextLine]) -> list[str]:
    return [line if isinstance(line, str) else "".join(str(part[0]) for part in line) for line in lines]  # type: ignore[union-attr]


def listed(*names: tuple[str, int]) -> RunArtifacts:
    found = [artifact_of(PLACE, PLACE.folder + name, size, NOON) for name, size in names]
    return RunArtifacts(PLACE, tuple(one for one in found if one is not None))


def test_the_run_is_shown_as_the_api_sent_it_and_its_files_with_the_large_ones_marked() -> None:
    artifacts = listed(
        ("CHROME/01-home-loaded.png", 812), ("results.har", LARGE + 1), ("SyntheticsReport-FAILED.json", 5)
    )
    assert texts(raw_lines(RUN, artifacts)) == [
        "The run, as the API sent it",
        "{",
        '  "Id": "a8a3",',
        '  "Name": "checkout-flow",',
        '  "Status": {',
        '    "State": "FAILED",',
        '    "StateReason": "x\\ny"',
        "  }",
        "}",
        "",
        "Artifacts",
        "3 files, 5.0 MB, in s3://results/canary/27-07-250/",
        "      812 B  2026-11-22T12:27:07Z  screenshot  CHROME/01-home-loaded.png",
        "     5.0 MB  2026-11-22T12:27:07Z  HAR         results.har  large",
        "        5 B  2026-11-22T12:27:07Z  report      SyntheticsReport-FAILED.json",
    ]


def test_more_files_than_were_listed_are_told_of_and_so_is_why_there_are_none() -> None:
    assert "more than were listed" in texts(raw_lines(RUN, listed()._replace(cut=True)))[-1]
    assert texts(raw_lines(RUN, None, "Listing…"))[-2:] == ["Artifacts", "Listing…"]


def document(data: bytes, name: str, size: int | None = None) -> list[str]:
    artifact = Artifact(name, name, len(data) if size is None else size, None, ArtifactKind.OTHER)
    return texts(document_lines(document_text(data, name), artifact))


def test_a_json_file_is_shown_in_lines_with_members_that_nobody_knows() -> None:
    shown = document(b'\xef\xbb\xbf{"steps":[],"newMember":1.50}', "SyntheticsReport-FAILED.json")
    assert shown == ["Credentials are masked.", "{", '  "steps": [],', '  "newMember": 1.50', "}"]


@pytest.mark.parametrize("pair", [{"name": "X-Api-Key", "value": "s3cr3t"}, {"value": "s3cr3t", "name": "X-Api-Key"}])
@pytest.mark.parametrize("name", ["results.har", "results.har.html", "unknown.txt"])
def test_a_header_of_a_har_is_masked_wherever_its_name_stands(pair: dict[str, str], name: str) -> None:
    har = json.dumps({"log": {"entries": [{"request": {"headers": [{"name": "Accept", "value": "kept"}, pair]}}]}})
    shown = "\n".join(document(f"<script>var harOutput = {har};</script>".encode(), name))
    assert "s3cr3t" not in shown
    assert "kept" in shown


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"\x89PNG\r\n\x1a\n", "x.png"), (gzip.compress(b"{}", mtime=0), "x.har.gz"), (b"a\0b", "x.bin")],
)
def test_what_is_no_text_is_named_and_not_shown(data: bytes, name: str) -> None:
    (said,) = document(data, name)
    assert said == f"{name} is no text ({len(data)} B), so it is not shown here."


def test_a_large_file_is_cut_and_it_is_said_how_much_is_left_out() -> None:
    shown = document(b"x" * (DOCUMENT + 10), "x.txt", size=23_400_000)
    assert shown[0] == "The first 2.0 MB of 23.4 MB. Credentials are masked."
    assert sum(map(len, shown[1:])) == DOCUMENT
    assert max(map(len, shown)) <= 16_384


@pytest.mark.parametrize("data", [b"\n" * 1_000_000, b"[" * 1_000_000, b'{"a":1,' * 100_000])
def test_a_file_of_many_lines_is_cut_and_says_so(data: bytes) -> None:
    shown = document(data, "x.json")
    assert len(shown) == LINES + 2
    assert shown[-1] == "Only the first 50,000 lines are shown."


@given(st.one_of(st.binary(max_size=300), st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))))
def test_whatever_a_file_holds_its_lines_are_harmless(data: bytes) -> None:
    for line in document(data, "x.json"):
        assert clean(line, limit=len(line) + 1) == line
        assert "\n" not in line
