"""How botocore finds credentials: as the AWS CLI does, with its caches, but never by asking on the terminal.

An MFA code is given before botocore asks for it, or the error says for what it is needed.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from botocore.awsrequest import AWSResponse
from botocore.credentials import CredentialProvider, ProcessProvider
from botocore.exceptions import UnknownCredentialError
from botocore.model import OperationModel
from botocore.session import Session
from botocore.utils import JSONFileCache, parse_timestamp

from canaryscope.aws.guard import CREDENTIAL_OPERATIONS
from canaryscope.aws.options import MfaCode
from canaryscope.aws.programs import start_program
from canaryscope.aws.situation import Situation, said
from canaryscope.runs.calls import CallRecord, Record
from canaryscope.runs.errors import MfaNeeded

__all__ = ["log_calls", "origin", "prepare", "roles_with_mfa"]

_LOG = logging.getLogger(__name__)

_CACHING: Final = ("assume-role", "assume-role-with-web-identity", "sso")
_ORIGINS: Final = {
    "web_identity_token_file": "assume-role-with-web-identity",
    "sso_session": "sso",
    "sso_start_url": "sso",
    "aws_access_key_id": "shared-credentials-file",
    "login_session": "login",
    "credential_process": "custom-process",
}
"""A setting of a profile, and what its credentials come from then: botocore's names, in its order."""
_SOURCES: Final = {"environment": "env", "ecscontainer": "container-role", "ec2instancemetadata": "iam-role"}
"""The same for its credential_source."""
_CONTAINER: Final = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
_STARTED: Final = "canaryscope-started"


class _SharedCache(JSONFileCache):
    """The AWS CLI's cache of temporary credentials. Where it cannot be written, they are fetched the next time.

    What is damaged in it is not there, and written anew: botocore would take the whole profile for broken.
    """

    def __contains__(self, cache_key: str) -> bool:
        try:
            found = self[cache_key]["Credentials"]
            parse_timestamp(found["Expiration"])
            return all(isinstance(found[name], str) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
            return False

    def __setitem__(self, cache_key: str, value: Any) -> None:
        try:
            super().__setitem__(cache_key, value)
        except OSError:
            _LOG.debug("the AWS CLI's cache of credentials cannot be written", exc_info=True)


def prepare(
    session: Session,
    profile: str | None,
    code: MfaCode | None = None,
    have: Callable[[str], None] = lambda _: None,
) -> None:
    """Let `session` share the AWS CLI's credential cache and never prompt. Raises what botocore raises.

    The cache is set as the AWS CLI sets it. The first role that needs an MFA code, and is not in the cache, gets `code`
    and goes into it; where there is none, and for every further role, assuming it ends with MfaNeeded. Before that
    `have` gets the credentials of the profile with the login that the roles need: no code is asked for in vain.
    """
    resolver = session.get_component("credential_provider")
    folder = os.path.expanduser("~/.aws/cli/cache")
    cache: Any = _SharedCache(folder) if os.path.isabs(folder) else {}  # without a home, not below the working folder
    for name in _CACHING:
        with suppress(UnknownCredentialError):
            resolver.get_provider(name).cache = cache
    prompter = _Prompter(session, profile, code, have)
    for provider in resolver.providers:
        _keep_quiet(provider, prompter)


def _keep_quiet(provider: CredentialProvider, prompter: Callable[[str], str]) -> None:
    """botocore offers no public way to these three: tests/aws/test_credentials.py notices when they are gone."""
    if isinstance(provider, ProcessProvider):
        process: Any = provider
        process._popen = start_program
    if provider.METHOD == "assume-role":
        chain: Any = provider
        chain._prompter = prompter
        chain._profile_provider_builder = _QuietBuilder(chain._profile_provider_builder, prompter)


class _QuietBuilder:
    """Makes the providers of a role's source_profile, and keeps them quiet too."""

    def __init__(self, builder: Any, prompter: Callable[[str], str]) -> None:
        self._builder = builder
        self._prompter = prompter

    def providers(self, profile_name: str, disable_env_vars: bool = False) -> list[CredentialProvider]:
        made: list[CredentialProvider] = self._builder.providers(profile_name, disable_env_vars)
        for provider in made:
            _keep_quiet(provider, self._prompter)
        return made


class _Prompter:
    """What botocore asks for MFA codes: it gives the one that there is, once, and asks nobody."""

    def __init__(
        self, session: Session, profile: str | None, code: MfaCode | None, have: Callable[[str], None]
    ) -> None:
        self._session = session
        self._profile = profile
        self._code = code
        self._have = have

    def __call__(self, prompt: str) -> str:
        if self._code is not None and not self._code.taken:
            self._code.taken = True
            return self._code.digits
        kind, source = origin(self._session)
        if kind in ("sso", "login") and source is not None:
            self._have(source)
        # The prompt names the device, and nothing else tells for which of several roles the code is needed.
        asked = ((name, it) for name, it in _chain(self._session) if "mfa_serial" in it and it["mfa_serial"] in prompt)
        name, settings = next(asked, (self._profile or "", {}))
        situation = Situation(operation="AssumeRole", profile=self._profile)
        raise MfaNeeded(
            f"The role{situation.whose} needs an MFA code.",
            situation.give_code,
            role=said(settings.get("role_arn", "")),
            device=said(settings.get("mfa_serial", "")),
            profile=said(name, 80),
        )


def roles_with_mfa(session: Session) -> list[str]:
    """The profiles with an MFA device behind the session's: the one that has to be assumed first comes first."""
    return [name for name, settings in _chain(session) if "mfa_serial" in settings][::-1]


def origin(session: Session) -> tuple[str | None, str | None]:
    """Where a person renews the credentials, as the settings tell: botocore's name of the kind, and the profile.

    Behind a role that is where the role's own credentials come from. None: it is not known, or no profile's.
    """
    for name, settings in _chain(session):
        source = _SOURCES.get(settings.get("credential_source", "").lower())
        kind = next((kind for setting, kind in _ORIGINS.items() if setting in settings), source)
        if kind is not None:
            return kind, name
    if session.instance_variables().get("profile") is None and "AWS_WEB_IDENTITY_TOKEN_FILE" in os.environ:
        return "assume-role-with-web-identity", None
    return ("container-role" if any(name in os.environ for name in _CONTAINER) else None), None


def _chain(session: Session) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The session's profile and its settings, its source_profile, and so on."""
    profiles: Mapping[str, Mapping[str, str]] = session.full_config.get("profiles", {})
    name = session.profile or "default"
    seen: set[str] = set()
    while name in profiles and name not in seen:
        seen.add(name)
        yield name, profiles[name]
        name = profiles[name].get("source_profile", "")


def log_calls(session: Session, record: Record) -> None:
    """Record every call that botocore makes by itself for credentials. What was asked and came stays out of it."""

    def begun(model: OperationModel, context: dict[str, Any], **_event: object) -> None:
        call = (model.service_model.service_name, model.name)
        if call in CREDENTIAL_OPERATIONS:
            context[_STARTED] = (*call, datetime.now(UTC), time.perf_counter())

    def answered(http_response: AWSResponse, parsed: Any, context: dict[str, Any], **_event: object) -> None:
        fault = parsed.get("Error") or {} if isinstance(parsed, dict) else {}
        code = said(fault.get("Code"), 80)
        ended(context, code or "credentials", code, http_response.status_code)

    def failed(exception: Exception, context: dict[str, Any], **_event: object) -> None:
        ended(context, said(exception, 200), type(exception).__name__, None)

    def ended(context: dict[str, Any], outcome: str, code: str, status: int | None) -> None:
        if _STARTED in context:
            service, operation, started, begin = context.pop(_STARTED)
            taken = (time.perf_counter() - begin) * 1000
            record(CallRecord(started, service, operation, (), taken, outcome, bool(code), code, http_status=status))

    handlers: dict[str, Any] = {"before-call": begun, "after-call": answered, "after-call-error": failed}
    for service, operation in CREDENTIAL_OPERATIONS:
        for event, handler in handlers.items():
            session.register(f"{event}.{service}.{operation}", handler)
