"""The run table as a plain Textual DataTable, to measure beside: `python data_table.py URL CANARY PAGES`."""

from __future__ import annotations

import sys

import boto3
from textual.app import App, ComposeResult
from textual.widgets import DataTable


class Runs(App[None]):
    """Pages of runs, fetched before it starts, in a DataTable as it comes."""

    def __init__(self, rows: list[tuple[str, ...]]) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("State", "Started", "Duration", "Test", "Reason")
        table.add_rows(self._rows)
        table.focus()


def fetch(url: str, canary: str, pages: int) -> list[tuple[str, ...]]:
    """The newest runs, as the cells of their rows."""
    client = boto3.client(
        "synthetics",
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="example",
    )
    rows: list[tuple[str, ...]] = []
    token: dict[str, str] = {}
    for _ in range(pages):
        answer = client.get_canary_runs(Name=canary, **token)
        for run in answer["CanaryRuns"]:
            status, timeline = run["Status"], run["Timeline"]
            duration = (timeline.get("Completed", timeline["Started"]) - timeline["Started"]).total_seconds()
            reason = status.get("StateReason", "")[:40]
            started = f"{timeline['Started']:%b %d %H:%M:%S}"
            rows.append((status["State"], started, f"{duration:.1f} s", status.get("TestResult", ""), reason))
        token = {"NextToken": answer["NextToken"]}
    return rows


if __name__ == "__main__":
    Runs(fetch(sys.argv[1], sys.argv[2], int(sys.argv[3]))).run()
