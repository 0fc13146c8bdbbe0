"""What the command line asks for."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import NamedTuple

from canaryscope.aws.options import ConnectionOptions
from canaryscope.environment import Environment
from canaryscope.runs.model import RunQuery, RunType
from canaryscope.runs.text import clean_line

__all__ = ["Driver", "StartOptions"]


class Driver(StrEnum):
    """What writes to the terminal."""

    LEAN = "lean"
    """What differs from what the terminal shows (`canaryscope.lean`)."""
    TEXTUAL = "textual"
    """All that Textual writes."""


class StartOptions(NamedTuple):
    """How the program was started. Everything is valid in itself; whether it exists, AWS will tell."""

    canary: str | None = None
    """Opened directly, without waiting for the list of canaries."""
    run_types: frozenset[RunType] = frozenset({RunType.CANARY_RUN})
    """The kinds of run shown at start, never empty."""
    dry_run_id: str | None = None
    """A whole DryRunId in lower case; DRY_RUN is in `run_types` then."""
    profile: str | None = None
    """A profile of AWS's configuration files; None leaves the choice to botocore (AWS_PROFILE and so on)."""
    region: str | None = None
    endpoint_url: str | None = None
    """An http or https address that is asked instead of AWS's own."""
    demo: bool = False
    """Ask the embedded demo: no network and no credentials."""
    utc: bool = False
    """Start with times in UTC, whatever was chosen last."""
    debug: bool = False
    """Log more than the calls."""
    driver: Driver = Driver.LEAN
    environment: Environment = Environment()
    """What the terminal can show."""

    @property
    def place(self) -> str:
        """The profile as far as it is known without AWS's files, "" where it is not; `demo` for the demo."""
        return "demo" if self.demo else clean_line(self.profile or os.environ.get("AWS_PROFILE", ""))

    @property
    def place_region(self) -> str:
        """The Region in the same way."""
        return clean_line(self.region or os.environ.get("AWS_REGION", ""))

    @property
    def connection(self) -> ConnectionOptions:
        """The part that the connection to AWS is made from."""
        return ConnectionOptions(self.profile, self.region, self.endpoint_url, self.demo)

    @property
    def first_question(self) -> tuple[object, ...]:
        """The call that the explorer begins with, as a method of `Synthetics` and its arguments."""
        if self.canary is None:
            return ("last_runs_page", None)
        run_type = next(run_type for run_type in RunType if run_type in self.run_types)
        if self.dry_run_id is not None:
            run_type = RunType.DRY_RUN
        return ("runs_page", RunQuery(self.canary, run_type, self.dry_run_id), None)
