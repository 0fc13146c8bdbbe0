"""IAM in front of the demo's AWS: what a policy grants is answered, all else is refused in AWS's words.

"Policy evaluation logic", "JSON policy elements" (IAM User Guide) and the actions, resources and condition keys of the
Service Authorization Reference, as far as the README's policies go. A policy with more in it raises ValueError: it is
never understood by half.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, NamedTuple

from canaryscope.demo.account import Account
from canaryscope.demo.logs import parse_logs
from canaryscope.demo.questions import Question, ServiceError, parse
from canaryscope.demo.reply import Reply
from canaryscope.demo.responder import Responder
from canaryscope.demo.s3 import parse_s3
from canaryscope.demo.story import Story

__all__ = ["ACTIONS", "Guarded", "Needed", "Policy", "action_of"]

ACTIONS: Mapping[str, str | None] = {
    "s3:ListObjectsV2": "s3:ListBucket",
    "sts:GetCallerIdentity": None,  # "No permissions are required to perform this operation" (STS API reference)
}
"""Of operations whose IAM action has another name, or that need none."""
KEY = "key/6f2c1d8e-0b57-4a3e-9d41-77c0ffee0002"
"""The customer's key that a bucket is encrypted with."""
_NONE: Mapping[str, Any] = {}
_WITHOUT_RESOURCE = ("DescribeCanaries", "DescribeCanariesLastRun", "ListGroups")
"""Operations of Synthetics that no resource can be named for: a policy has to say `*`."""


class Needed(NamedTuple):
    """One thing that a request has to be allowed."""

    action: str
    resource: str
    """An ARN, or `*` for an action that knows no resource."""
    context: Mapping[str, tuple[str, ...]]
    """Condition keys and their values. A key that the request does not have is not in it."""


def action_of(service: str, operation: str) -> str | None:
    """The IAM action of an operation (in botocore's names); None where none is needed."""
    name = f"{service}:{operation}"
    return ACTIONS.get(name, name)


class Policy:
    """The statements of one or more policy documents, which a person has all of."""

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self._statements = [_Statement(one) for document in documents for one in _listed(document["Statement"])]

    @property
    def actions(self) -> list[str]:
        """What the statements name, in their order."""
        return [action for statement in self._statements for action in statement.actions]

    def allows(self, needed: Needed) -> bool:
        """Some statement allows it, and none denies it."""
        effects = {one.effect for one in self._statements if one.applies(needed)}
        return effects == {"Allow"}

    def with_all_of(self, *others: Policy) -> Policy:
        """What a person has who has these, too."""
        policy = Policy()
        policy._statements = [one for each in (self, *others) for one in each._statements]
        return policy

    def without(self, action: str) -> Policy:
        """The same, but for one action."""
        policy = Policy()
        policy._statements = [
            _Statement(one.members | {"Action": left})
            for one in self._statements
            if (left := [other for other in one.actions if other != action])
        ]
        return policy


class _Statement:
    def __init__(self, members: Mapping[str, Any]) -> None:
        if foreign := members.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}:
            raise ValueError(f"The simulator does not know {sorted(foreign)}")
        self.members = dict(members)
        self.effect = members["Effect"]
        self.actions = _listed(members["Action"])
        self._resources = _listed(members["Resource"])
        self._conditions = [
            (_OPERATORS[operator], key, _listed(values))
            for operator, keys in members.get("Condition", {}).items()
            for key, values in keys.items()
        ]

    def applies(self, needed: Needed) -> bool:
        return (
            any(_like(pattern.lower(), needed.action.lower()) for pattern in self.actions)
            and any(_names(pattern, needed.resource) for pattern in self._resources)
            and all(holds(needed.context.get(key), values) for holds, key, values in self._conditions)
        )


def _string_like(value: Sequence[str] | None, patterns: Iterable[str]) -> bool:
    return value is not None and any(_like(pattern, value[0]) for pattern in patterns)


def _any_string_like(values: Sequence[str] | None, patterns: Iterable[str]) -> bool:
    """For a key that the request does not have it is false."""
    return any(_like(pattern, value) for pattern in patterns for value in values or ())


_OPERATORS: Mapping[str, Callable[[Sequence[str] | None, Iterable[str]], bool]] = {
    "StringLike": _string_like,
    "ForAnyValue:StringLike": _any_string_like,
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _like(pattern: str, value: str) -> bool:
    """`*` is any text, `?` any character, and nothing else is special."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _names(pattern: str, resource: str) -> bool:
    """A wildcard does not reach beyond the part of an ARN that it stands in; the sixth part is the rest."""
    if pattern == "*" or resource == "*":
        return pattern == "*"
    pairs = pattern.split(":", 5), resource.split(":", 5)
    return len(pairs[0]) == len(pairs[1]) and all(map(_like, *pairs))


class Guarded(Responder):
    """The demo, for a person who has `policy` and nothing else.

    `asked` keeps what was needed, `denied` what of it was refused. Buckets whose names begin with one of `encrypted`
    are encrypted with a customer's key. `more` are canaries beside those of the demo.
    """

    def __init__(
        self, now: datetime, policy: Policy, *, encrypted: Sequence[str] = (), more: Sequence[Story] = ()
    ) -> None:
        super().__init__(now, more=more)
        self.policy = policy
        self.asked: list[Needed] = []
        self.denied: list[Needed] = []
        self._encrypted = tuple(encrypted)

    def respond(
        self, service: str, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str] = _NONE
    ) -> Reply:
        """The answer to one request."""
        for needed in self._needed(service, method, path, query, body, headers):
            self.asked.append(needed)
            if not self.policy.allows(needed):
                self.denied.append(needed)
                return _refusal(service, needed, self._account)
        return super().respond(service, method, path, query, body, headers)

    def _needed(
        self, service: str, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]
    ) -> Collection[Needed]:
        if service == "sts":
            return ()
        try:
            if service == "s3":
                return self._of_s3(parse_s3(method, path, query, headers).params, self._region(headers))
            if service == "logs":
                question = parse_logs(body, headers)
                group = self._account.arn("logs", f"log-group:{question.params['logGroupName']}")
                return (Needed(f"logs:{question.operation}", group, {}),)
            return (self._of_synthetics_question(parse(method, path, query, body)),)
        except ServiceError:
            return (Needed(f"{service}:{method}", "*", {}),)  # an operation that the demo does not know

    def _of_s3(self, params: Mapping[str, Any], region: str) -> Collection[Needed]:
        bucket = f"arn:{self._account.partition}:s3:::{params['Bucket']}"
        if "Key" not in params:
            return (Needed("s3:ListBucket", bucket, {"s3:prefix": (params.get("Prefix", ""),)}),)
        needed = [Needed("s3:GetObject", f"{bucket}/{params['Key']}", {})]
        if params["Bucket"].startswith(self._encrypted or ("\0",)):
            via = {"kms:ViaService": (f"s3.{region}.amazonaws.com",)}
            needed.append(Needed("kms:Decrypt", self._account.arn("kms", KEY), via))
        return needed

    def _of_synthetics_question(self, question: Question) -> Needed:
        resource, context = "*", {}
        if names := question.params.get("Names"):
            context = {"synthetics:Names": tuple(names)}
        if question.operation not in _WITHOUT_RESOURCE:
            name = question.params.get("Name")
            kind = f"canary:{name}" if name else f"group:{question.params['GroupIdentifier']}"
            resource = self._account.arn("synthetics", kind)
        return Needed(f"synthetics:{question.operation}", resource, context)


def _refusal(service: str, needed: Needed, account: Account) -> Reply:
    """Each service's own shape of it; the words are those of IAM ("Troubleshoot access denied error messages")."""
    resource = f'"{needed.resource}"' if service == "s3" else needed.resource
    message = (
        f"User: {account.person} is not authorized to perform: {needed.action} on resource: {resource} "
        f"because no identity-based policy allows the {needed.action} action"
    )
    if service == "s3":
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>{escape(message)}'
        return Reply(403, {"Content-Type": "application/xml"}, f"{text}</Message></Error>".encode())
    if service == "logs":
        answer = {"__type": "AccessDeniedException", "Message": message}
        return Reply(400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode())
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "AccessDeniedException"}
    return Reply(403, headers, json.dumps({"Message": message}).encode())
