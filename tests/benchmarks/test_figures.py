"""The table of `make bench` must not say that a target is reached when it is not."""

import pytest

from benchmarks.figures import Beside, Figure, table


def test_the_table_shows_figures_ratio_and_target_in_line() -> None:
    lines = list(
        table(
            [
                Figure.bounded("scrolling", 1234, "B", 700, Beside("DataTable", 4936)),
                Figure("latency", 3.25, "ms"),
                Figure.bounded("rest", 0, "B", 0, Beside("DataTable", 0)),
            ]
        )
    )
    assert lines == [
        "           canaryscope  beside              ratio  target    reached",
        "scrolling      1,234 B  DataTable  4,936 B   0.25  <= 700 B  NO",
        "latency         3.2 ms",
        "rest               0 B  DataTable      0 B         none      yes",
    ]


@pytest.mark.parametrize(("value", "reached"), [(399, True), (400, True), (400.5, False)])
def test_a_bound_is_reached_up_to_itself(value: float, reached: bool) -> None:
    assert Figure.bounded("a key", value, "B", 400).reached is reached
