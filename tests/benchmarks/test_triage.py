"""What `make bench` times has to be the work itself."""

from datetime import timedelta

from benchmarks.triage import loaded, steps
from canaryscope.runs.triage import Numbers
from demo.paging import NOW


def test_the_runs_that_are_said_to_be_loaded_are_and_each_step_tells_of_them() -> None:
    browser, taken_in = loaded(NOW, 3)
    told = {what: step() for what, step in steps(browser, NOW).items()}
    numbers = told["the numbers"]
    assert (browser.progress.loaded, len(taken_in)) == (300, 3)
    assert isinstance(numbers, Numbers)
    assert numbers.decided == 300
    assert numbers.until is not None
    assert NOW - numbers.until < timedelta(minutes=1)
    assert all(told.values())
    browser.close()
