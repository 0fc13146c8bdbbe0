"""Which screenshot comes first, and which of another run belongs beside it."""

from __future__ import annotations

from canaryscope.evidence.artifacts import ArtifactPlace, RunArtifacts, artifact_of
from canaryscope.evidence.report import Report, Screenshot, Step
from canaryscope.evidence.screenshots import counterpart, shots

PLACE = ArtifactPlace("results", "canary/12")


def left(*names: str) -> RunArtifacts:
    found = [artifact_of(PLACE, f"{PLACE.folder}{name}", 10, None) for name in sorted(names)]
    return RunArtifacts(PLACE, tuple(one for one in found if one is not None))


def told(*steps: tuple[int, str, bool, list[str]]) -> Report:
    return Report(
        steps=tuple(
            Step(number, name, "FAILED" if failed else "PASSED", screenshots=tuple(map(Screenshot, files)))
            for number, name, failed, files in steps
        )
    )


def names(artifacts: RunArtifacts, report: Report | None = None) -> list[str]:
    return [shot.artifact.name for shot in shots(artifacts, report)]


FOUR = ("01-a-starting.png", "01-a-succeeded.png", "02-b-failed.png", "02-b-starting.png")


def test_that_of_the_failure_is_first_then_the_others_of_its_step_then_all_in_order() -> None:
    expected = ["02-b-failed.png", "02-b-starting.png", "01-a-starting.png", "01-a-succeeded.png"]
    report = told((1, "a", False, list(FOUR[:2])), (2, "b", True, list(FOUR[2:])))
    assert names(left(*FOUR), report) == expected


def test_without_a_report_the_names_tell() -> None:
    assert names(left(*FOUR))[0] == "02-b-failed.png"
    assert names(left(*FOUR[:2])) == list(FOUR[:2])
    assert names(left()) == []


def test_of_two_steps_that_failed_the_first_ones_come_first() -> None:
    report = told((1, "a", True, ["x.png"]), (2, "b", True, ["a-failed.png"]))
    assert names(left("x.png", "a-failed.png", "w.png"), report) == ["x.png", "a-failed.png", "w.png"]


def test_beside_it_stands_the_same_step_in_another_folder_too() -> None:
    report = told((2, "b", True, ["02-b-failed.png"]))
    good = told((2, "b", False, ["02-b-starting.png", "02-b-succeeded.png"]))
    [failed, *_] = shots(left("CHROME/02-b-failed.png"), report)
    others = shots(left("CHROME/01-a-loaded.png", "CHROME/02-b-starting.png", "CHROME/02-b-succeeded.png"), good)
    found = counterpart(failed, others)
    assert found is not None
    assert found.artifact.name == "CHROME/02-b-succeeded.png"
    assert counterpart(failed, others[:1]) is None


def test_without_reports_the_step_is_told_by_the_name() -> None:
    [failed] = shots(left("02-b-failed.png"), None)
    found = counterpart(failed, shots(left("01-a-loaded.png", "02-b-succeeded.png"), None))
    assert found is not None
    assert found.artifact.name == "02-b-succeeded.png"
