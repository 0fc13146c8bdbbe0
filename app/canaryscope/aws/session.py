"""The connection to AWS: profile, region, credentials, timeouts, and the read-only guard.

Importing this module imports botocore, which takes longer than the first paint may: see `canaryscope.aws.process`.
"""

from __future__ import annotations

import logging
import os
import re
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, NoCredentialsError, NoRegionError, UnknownRegionError
from botocore.session import Session

from canaryscope import __version__
from canaryscope.aws import answers, body, credentials, guard
from canaryscope.aws.call import Caller
from canaryscope.aws.errors import explain
from canaryscope.aws.models import EVIDENCE, models
from canaryscope.aws.options import ConnectionOptions, MfaCode
from canaryscope.aws.pace import Pace
from canaryscope.aws.situation import CONNECT, Situation, host_of, said
from canaryscope.aws.synthetics import Synthetics
from canaryscope.aws.timestamps import parse_timestamp
from canaryscope.runs.calls import Record, ignore
from canaryscope.runs.errors import Malformed, SourceError, Unreachable

if TYPE_CHECKING:
    from canaryscope.aws.artifacts import Artifacts
    from canaryscope.aws.evidence import Evidence
    from canaryscope.aws.logs import Logs

__all__ = ["Connection", "ConnectionOptions", "connect"]

_LOG = logging.getLogger(__name__)

CONNECT_TIMEOUT: Final = 5
READ_TIMEOUT: Final = 15
"""Seconds; for the services that botocore asks for credentials, too."""

METADATA_TIMEOUT: Final = 0.9
"""Seconds that the metadata service of a virtual machine has for each of its two answers, the token and the role, where
no setting says otherwise: where there is none, both together cost less than two."""

_CONFIG: Final = Config(
    connect_timeout=CONNECT_TIMEOUT,
    read_timeout=READ_TIMEOUT,
    retries={"total_max_attempts": 1},  # a failed call is repeated by a person, or by the feed that says so
    tcp_keepalive=True,
    max_pool_connections=Pace.AT_ONCE,
    user_agent_extra=f"canaryscope/{__version__}",
)

_S3_CONFIG: Final = Config(response_checksum_validation="when_required")
"""A part of an object has no checksum of its own; that it is whole is told by its length."""
_PATH_STYLE: Final = Config(s3={"addressing_style": "path"})
"""For servers that are not AWS's own: a bucket before their host's name (bucket.localhost) has seldom an address."""

_AWS_HOSTS: Final = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn")


class Connection:
    """A way to AWS with one set of credentials. Its calls block; they may be made from several threads.

    Temporary credentials are renewed by botocore where it can. After a new login `connect` with the same options
    again: a connection does not look for others.
    """

    def __init__(self, core: Session, options: ConnectionOptions, record: Record) -> None:
        self._core = core
        self._record = record
        self._pace = Pace()
        self._lock = Lock()
        self._clients: dict[tuple[str, str], BaseClient] = {}
        self._elsewhere: dict[str, str | None] = {}
        self.profile: str | None = None if options.demo else core.profile
        """The profile, where one is named by option or variable."""
        self.region: str = core.get_config_variable("region")
        self.partition: str = _partition(core, self.region)
        """aws, aws-cn, aws-us-gov ...; empty for a region that botocore cannot place."""
        found = core.get_credentials()
        if found is None:  # botocore would search all places anew for each client, the slow ones too
            raise NoCredentialsError
        _LOG.debug("credentials come from %s", found.method)
        self.credentials_from: str = found.method
        """Where the credentials come from, in botocore's terms: env, sso, assume-role, iam-role ..."""
        if not options.demo and credentials.roles_with_mfa(core):
            found.get_frozen_credentials()  # now, where the person can be asked, and not by the first call
        self._options = options
        client = self._client("synthetics", options.endpoint_url)
        self.synthetics = Synthetics(Caller(client, self._situation, record, self._pace))

    @property
    def endpoint_host(self) -> str | None:
        """Host and port of Synthetics, where that is not AWS's own endpoint."""
        url = self._elsewhere["synthetics"]
        return host_of(url) if url else None

    @cached_property
    def artifacts(self) -> Artifacts:
        """S3; loaded, and its client made, where it is asked first."""
        from canaryscope.aws.artifacts import Artifacts

        return Artifacts(partial(self._caller, "s3"))

    @cached_property
    def evidence(self) -> Evidence:
        """What the files of runs say; loaded where it is asked first."""
        from canaryscope.aws.evidence import Evidence

        return Evidence(self.artifacts)

    @cached_property
    def logs(self) -> Logs:
        """CloudWatch Logs; loaded, and its client made, where it is asked first."""
        from canaryscope.aws.logs import Logs

        return Logs(partial(self._caller, "logs"))

    def account(self) -> str:
        """The account's number (sts:GetCallerIdentity). Raises SourceError."""
        asked = Situation(operation="GetCallerIdentity", service="sts")
        return self._caller("sts", asked).call(asked, {}, _account, lambda account: account)

    def close(self) -> None:
        """Close the connections that are open and idle."""
        for client in list(self._clients.values()):
            client.close()

    def _caller(self, service: str, asked: Situation) -> Caller:
        """For the call that is `asked` for. Raises SourceError where there can be no client."""
        try:
            client = self._client(service, region=asked.region)
        except Exception as error:
            raise explain(error, self._situation(replace(asked, operation=CONNECT))) from error
        return Caller(client, self._situation, self._record, self._pace)

    def _client(self, service: str, endpoint_url: str | None = None, region: str | None = None) -> BaseClient:
        """The client for a service in a Region, by default the connection's."""
        key = service, region or self.region
        with self._lock:
            if key not in self._clients:
                make = self._boto3().client if service == "sts" else self._core.create_client
                if service in EVIDENCE:
                    endpoint_url = _endpoint_for(EVIDENCE[service], self._core, self._options)
                config = _S3_CONFIG if service == "s3" else None
                client = make(service, region_name=key[1], endpoint_url=endpoint_url, config=config)
                if service == "s3" and not _of_aws(client.meta.endpoint_url) and not _styled(self._core):
                    config = _S3_CONFIG.merge(_PATH_STYLE)
                    client = make(service, region_name=key[1], endpoint_url=endpoint_url, config=config)
                self._elsewhere[service] = _elsewhere(client.meta.endpoint_url, endpoint_url, self._options)
                self._clients[key] = client
            return self._clients[key]

    def _boto3(self) -> Any:
        """boto3's session, whose `client` hands everything to botocore's `create_client`.

        The others are made by that itself: to load boto3 before, with its resources and transfers, would cost the
        first page 25 ms.
        """
        import boto3

        return boto3.Session(botocore_session=self._core, region_name=self.region)

    def _situation(self, asked: Situation) -> Situation:
        """`asked`, completed with what this connection knows, for an error's words."""
        return replace(
            _known(self._core, asked, self.profile),
            region=asked.region or self.region,
            endpoint_url=self._elsewhere.get(asked.service),
            credentials=self.credentials_from,
            region_known=asked.service != "synthetics" or _has_synthetics(self._core, self.region, self.partition),
        )


def connect(options: ConnectionOptions, record: Record = ignore) -> Connection:
    """Read AWS's files and variables, find credentials and make the client. Blocks; asks no service but for those.

    `record` is given every call that is made, from whatever thread makes it. Raises SourceError: NoCredentials,
    MfaNeeded, CodeRefused, NoRegion, ProfileNotFound, and what can go wrong where credentials are fetched.
    """
    core: Session | None = None
    try:
        core = _demo_session(options.region) if options.demo else _session(options)
        _equip(core, record)
        if not options.demo:
            credentials.prepare(core, core.profile, options.code, lambda name: _assume(name, core, options, record))
            _check_url(options.endpoint_url)
            for role in credentials.roles_with_mfa(core)[:-1]:
                _assume(role, core, options, record)
        return Connection(core, options, record)
    except Exception as error:
        asked = Situation(operation=CONNECT, region=options.region)
        raise _without(options.code, explain(error, _known(core, asked, options.profile))) from error


def _assume(role: str, core: Session, options: ConnectionOptions, record: Record) -> None:
    """Have the credentials that a role with an MFA device needs, another role's or a login's, in the AWS CLI's cache.

    botocore would ask for the code of the other one first, which is too old when the first is there.
    """
    first = _session(options._replace(profile=role))
    _equip(first, record)
    credentials.prepare(first, core.profile, options.code, lambda name: _assume(name, core, options, record))
    if (found := first.get_credentials()) is not None:
        found.get_frozen_credentials()


def _without(code: MfaCode | None, error: SourceError) -> SourceError:
    """`error` without the MFA code: a server may have quoted what it was sent."""
    if code is not None:
        alone = rf"(?<!\d){code.digits}(?!\d)"
        error.sentence, error.hint = (re.sub(alone, "***", text) for text in (error.sentence, error.hint))
        error.args = (error.sentence,)
    return error


def _session(options: ConnectionOptions) -> Session:
    core = Session(profile=options.profile or None, event_hooks=answers.hooks())
    # AWS_REGION is every SDK's variable but botocore's, which knows AWS_DEFAULT_REGION only.
    region = options.region or os.environ.get("AWS_REGION") or core.get_config_variable("region")
    if not region:
        raise NoRegionError
    core.set_config_variable("region", region)
    name, variable, _second, _int = core.session_var_map["metadata_service_timeout"]
    core.session_var_map["metadata_service_timeout"] = (name, variable, METADATA_TIMEOUT, float)
    core.set_default_client_config(_CONFIG)
    core.register_component("data_loader", models(core.get_config_variable("data_path")))
    return core


def _demo_session(region: str | None) -> Session:
    """The embedded AWS. Nothing that the person has set for AWS may reach it: files, variables, endpoints."""
    from canaryscope.demo import border

    core = border.demo_session(region=region)
    for name, (_config_name, _variables, default, conversion) in list(core.session_var_map.items()):
        core.session_var_map[name] = (None, None, default, conversion)
    core.set_config_variable("ignore_configured_endpoint_urls", True)
    core.set_default_client_config(_CONFIG)
    core.register_component("data_loader", models(None))
    return core


def _equip(core: Session, record: Record) -> None:
    """Before the first client: it takes the session's handlers as they are when it is made."""
    guard.install(core)
    body.install(core)
    answers.install(core)
    credentials.log_calls(core, record)
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=parse_timestamp)


def _check_url(url: str | None) -> None:
    if not url:
        return
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0):
            return
    hint = "It looks like https://host or http://host:port: check --endpoint-url."
    raise Unreachable(f'"{said(url, 200)}" is not the URL of an endpoint.', hint, code="InvalidEndpoint")


def _elsewhere(url: str, given: str | None, options: ConnectionOptions) -> str | None:
    """The endpoint's URL, where it was given or is not AWS's own (a variable or a file may name another)."""
    return None if options.demo or (not given and _of_aws(url)) else url


def _of_aws(url: str) -> bool:
    return (urlsplit(url).hostname or "").endswith(_AWS_HOSTS)


def _styled(core: Session) -> bool:
    """Whether AWS's files say how buckets are addressed."""
    settings = core.get_scoped_config().get("s3")
    return isinstance(settings, dict) and "addressing_style" in settings


def _endpoint_for(service: str, core: Session, options: ConnectionOptions) -> str | None:
    """The endpoint given for Synthetics, where a service of `EVIDENCE` (in AWS's settings) shall be asked there, too.

    None leaves the choice to botocore.
    """
    profile = core.get_scoped_config()
    services = core.full_config.get("services", {}).get(profile.get("services"), {})
    own = (
        *map(os.environ.get, (f"AWS_ENDPOINT_URL_{service.upper()}", "AWS_ENDPOINT_URL")),
        *(settings.get("endpoint_url") for settings in (profile, services.get(service, {}))),
    )
    given = options.endpoint_url
    return given if given and not options.demo and not _of_aws(given) and not any(own) else None


def _known(core: Session | None, asked: Situation, profile: str | None) -> Situation:
    """`asked`, completed with what AWS's files tell, as far as they can be read."""
    if core is None:
        core = Session(profile=profile or None)
    try:
        profile = profile or core.profile
        profiles = tuple(core.available_profiles)
        kind, source = credentials.origin(core)
        return replace(asked, profile=profile, profiles=profiles, origin=kind, origin_profile=source)
    except (BotoCoreError, OSError, ValueError) as error:
        _LOG.debug("AWS's files tell nothing", exc_info=error)
        return replace(asked, profile=profile)


def _partition(core: Session, region: str) -> str:
    try:
        return str(core.get_partition_for_region(region))
    except UnknownRegionError:
        return ""


def _has_synthetics(core: Session, region: str, partition: str) -> bool:
    try:
        return region in core.get_available_regions("synthetics", partition or "aws")
    except (BotoCoreError, OSError, ValueError):
        return True


def _account(answer: Any) -> str:
    account = answer.get("Account")
    if not isinstance(account, str) or not account.strip():
        raise Malformed("The answer to GetCallerIdentity names no account.")
    return said(account, 80)
