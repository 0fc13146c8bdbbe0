"""The operations against a peer that keeps the API's rules: what is asked, what comes, what is recorded."""

from __future__ import annotations

from datetime import UTC

import pytest

from canaryscope.aws.session import Connection
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import AccessDenied, InvalidRequest
from canaryscope.runs.model import CanaryRun, RunQuery, RunType
from peer import Peer, error

CANARY = "inventory-sync"


def test_runs_are_asked_for_with_an_explicit_type_and_nothing_that_was_not_given(
    peer: Peer, connection: Connection
) -> None:
    page = connection.synthetics.runs_page(RunQuery(CANARY))
    assert peer.calls[0].params == {"Name": CANARY, "RunType": "CANARY_RUN", "MaxResults": 100}
    assert {run.run_type for run in page.items} == {RunType.CANARY_RUN}
    connection.synthetics.runs_page(RunQuery(CANARY), page.next_token, limit=7)
    assert peer.calls[1].params == {
        "Name": CANARY,
        "RunType": "CANARY_RUN",
        "MaxResults": 7,
        "NextToken": page.next_token,
    }


def test_the_pages_of_a_canary_follow_each_other_to_the_end(peer: Peer, connection: Connection) -> None:
    runs: list[CanaryRun] = []
    token, pages = None, 0
    while pages == 0 or (token is not None and pages < 5):
        page = connection.synthetics.runs_page(RunQuery(CANARY), token)
        runs += page.items
        token, pages = page.next_token, pages + 1
    assert len({run.id for run in runs}) == len(runs) == 500
    assert all(run.timeline.started is not None and run.timeline.started.tzinfo is UTC for run in runs)
    assert peer.count() == 5


def test_a_dry_run_is_asked_for_as_one(peer: Peer, connection: Connection) -> None:
    canary = next(one for one in _canaries(connection) if peer.responder.dry_run_ids(one))
    runs = connection.synthetics.runs_page(RunQuery(canary, RunType.DRY_RUN)).items
    assert {run.run_type for run in runs} == {RunType.DRY_RUN}
    chosen = next(run.dry_run_id for run in runs if run.dry_run_id)
    found = connection.synthetics.runs_page(RunQuery(canary, RunType.DRY_RUN, chosen)).items
    assert {run.dry_run_id for run in found} == {chosen}
    assert peer.calls[-1].params["DryRunId"] == chosen
    assert peer.calls[-1].params["RunType"] == "DRY_RUN"
    assert connection.synthetics.canary(canary, chosen).last_dry_run_status


def test_both_lists_of_canaries_name_the_same(peer: Peer, connection: Connection) -> None:
    last = connection.synthetics.last_runs_page()
    assert last.next_token is None
    assert {line.canary for line in last.items} <= set(_canaries(connection))
    assert peer.calls[0].params == {"MaxResults": 100}
    assert peer.calls[1].params == {"MaxResults": 20}


def test_a_canary_and_the_groups_it_is_in(connection: Connection) -> None:
    assert connection.synthetics.canary(CANARY).name == CANARY
    groups = connection.synthetics.groups_page().items
    members = [connection.synthetics.group_resources_page(group.id).items for group in groups]
    assert all(members)
    assert {name for names in members for name in names} <= set(_canaries(connection))


def test_the_servers_own_words_say_why_it_refused(connection: Connection) -> None:
    with pytest.raises(InvalidRequest, match="UPPER"):
        connection.synthetics.runs_page(RunQuery("UPPER case"))
    with pytest.raises(InvalidRequest):
        connection.synthetics.runs_page(RunQuery(CANARY), "no-such-token")


def test_every_call_is_recorded_with_what_was_asked_and_what_came(
    peer: Peer, connection: Connection, log: list[CallRecord]
) -> None:
    page = connection.synthetics.runs_page(RunQuery(CANARY))
    connection.synthetics.runs_page(RunQuery(CANARY), page.next_token)
    first, second = log
    assert (first.service, first.operation, first.outcome) == ("synthetics", "GetCanaryRuns", "100 runs, more below")
    assert first.params == (("Name", CANARY), ("RunType", "CANARY_RUN"), ("MaxResults", "100"))
    assert (first.failed, first.code, first.http_status) == (False, "", 200)
    assert first.request_id
    assert first.started.tzinfo is UTC
    assert 0 < first.duration_ms < 60_000
    assert page.next_token is not None
    assert dict(second.params)["NextToken"] == f"{page.next_token[:8]}…"
    peer.script(None, error(403, "AccessDeniedException", "No."))
    with pytest.raises(AccessDenied):
        connection.synthetics.groups_page()
    assert (log[2].failed, log[2].code, log[2].http_status) == (True, "AccessDeniedException", 403)


def _canaries(connection: Connection) -> list[str]:
    names: list[str] = []
    page = connection.synthetics.canaries_page()
    names += [canary.name for canary in page.items]
    while page.next_token is not None:
        page = connection.synthetics.canaries_page(page.next_token)
        names += [canary.name for canary in page.items]
    return names
