"""Nothing leaves that could write: every operation of the service models is tried."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape
from botocore.session import Session

from canaryscope.aws import guard
from canaryscope.runs.errors import ReadOnlyViolation


class Sent(Exception):
    """Raised instead of sending."""


class Wire:
    """Sends nothing, and remembers what would be sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def __call__(self, event_name: str, **_: Any) -> None:
        self.sent.append(event_name)
        raise Sent


def guarded() -> tuple[Session, Wire]:
    nothing = (None, None, os.devnull, None)
    session = Session({"config_file": nothing, "credentials_file": nothing})
    session.set_credentials("AKIATESTTESTTESTTEST", "test")
    guard.install(session)
    wire: Any = Wire()
    session.register("before-send", wire)
    return session, wire


def operations(*services: str) -> list[tuple[str, str]]:
    """Every operation of these services, from botocore's models."""
    loader = Loader()
    models = ((service, loader.load_service_model(service, "service-2")) for service in services)
    return [(service, operation) for service, model in models for operation in ServiceModel(model).operation_names]


def example(shape: Shape | None) -> Any:
    """A value that botocore's validation lets through."""
    if shape is None:
        return {}
    if isinstance(shape, StructureShape):
        needed = shape.required_members or (list(shape.members)[:1] if shape.is_tagged_union else [])
        return {name: example(shape.members[name]) for name in needed}
    if isinstance(shape, ListShape):
        return [example(shape.member)] * shape.metadata.get("min", 1)
    if isinstance(shape, MapShape):
        return {example(shape.key): example(shape.value)}
    if isinstance(shape, StringShape):
        return shape.enum[0] if shape.enum else "a" * max(1, shape.metadata.get("min", 1))
    return {"blob": b"a", "boolean": True, "timestamp": 0}.get(shape.type_name, shape.metadata.get("min", 1))


@cache
def client_of(session: Session, service: str) -> Any:
    config = Config(retries={"total_max_attempts": 1})
    return session.create_client(service, region_name="eu-west-1", config=config)


def call(session: Session, service: str, operation: str) -> None:
    client = client_of(session, service)
    model = client.meta.service_model.operation_model(operation)
    getattr(client, xform_name(operation))(**example(model.input_shape))


def test_every_operation_that_is_not_listed_is_refused_before_anything_is_sent() -> None:
    session, wire = guarded()
    forbidden = [one for one in operations("synthetics", *guard.SERVICES) if one not in guard.ALLOWED]
    assert ("synthetics", "DeleteCanary") in forbidden
    assert len(forbidden) > 20
    assert {("s3", "PutObject"), ("s3", "GetObjectAcl"), ("s3", "HeadBucket")} <= {*forbidden}
    assert {("logs", "PutLogEvents"), ("logs", "StartQuery"), ("logs", "DeleteLogGroup")} <= {*forbidden}
    for service, operation in [*forbidden, ("lambda", "Invoke")]:
        with pytest.raises(ReadOnlyViolation, match=operation):
            call(session, service, operation)
    assert wire.sent == []


def test_every_listed_operation_exists_and_passes() -> None:
    session, wire = guarded()
    assert set(operations(*guard.SERVICES)) >= guard.ALLOWED
    for service, operation in sorted(guard.ALLOWED):
        with pytest.raises(Sent):
            call(session, service, operation)
    assert len(wire.sent) == len(guard.ALLOWED)


def test_the_list_holds_no_word_that_writes() -> None:
    reading = ("Get", "Describe", "List", "Filter")
    assert all(operation.startswith(reading) for _, operation in guard.READ_OPERATIONS)
