"""What is known when a call fails, and the words for it: names, commands and permissions a person can act on."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from canaryscope.runs.errors import SourceError
from canaryscope.runs.text import clean_line

__all__ = ["CONNECT", "Situation", "host_of", "said"]

CONNECT: Final = "connect"
"""The `operation` of a Situation before the first call: reading AWS's files, finding credentials."""

_PREFIXES: Final = {
    "GetCallerIdentity": "sts",
    "AssumeRole": "sts",
    "AssumeRoleWithWebIdentity": "sts",
    "GetRoleCredentials": "sso",
    "CreateToken": "sso-oauth",
    "CreateOAuth2Token": "signin",
    "GetObject": "s3",
    "FilterLogEvents": "logs",
}
_ACTIONS: Final = {"ListObjectsV2": "s3:ListBucket"}
"""Of operations whose IAM action has another name."""

_APIS: Final = {"s3": "S3", "logs": "CloudWatch Logs", "sts": "STS"}

_NAMED_PROFILES = 5

# A password in a URL; a session token in the canonical request that a service quotes when a signature does not match.
_SECRET = re.compile(r"(?<=//)[^/@\s]*(?=@)|(?<=security-token[:=])[^\s'&]+", re.IGNORECASE)


def said(text: object, limit: int = 400) -> str:
    """Somebody else's words as part of a sentence: one clean, bounded line without secrets and full stop."""
    return clean_line(_SECRET.sub("***", clean_line(text)), limit=limit).rstrip(".")


def host_of(url: object) -> str:
    """Host and port of `url`, for a sentence: without user, password, path and query."""
    try:
        parts = urlsplit(str(url))
        host, port = parts.hostname, parts.port
    except ValueError:
        return "the endpoint"
    if not host:
        return "the endpoint"
    return said(f"{host}:{port}" if port else host, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where a call was made from and what it asked for."""

    operation: str
    """The API's name of the operation, or `CONNECT`."""
    service: str = "synthetics"
    """botocore's name of the service that is asked."""
    profile: str | None = None
    region: str | None = None
    canary: str | None = None
    dry_run_id: str | None = None
    bucket: str | None = None
    key: str | None = None
    """Of an object in S3; not clean."""
    log_group: str | None = None
    endpoint_url: str | None = None
    """Where the calls go when that is not AWS's own endpoint."""
    credentials: str | None = None
    """botocore's name of where the credentials come from: env, sso, assume-role, login, iam-role ..."""
    origin: str | None = None
    """The same as AWS's settings tell it, also before there are any; behind a role, of the role's own credentials."""
    origin_profile: str | None = None
    """The profile that has these settings: `profile` itself, or the one it takes its credentials from."""
    region_known: bool = True
    """False: botocore knows of no Synthetics in the region."""
    profiles: tuple[str, ...] = ()
    """The profiles in AWS's files."""

    def action(self, operation: str | None = None) -> str:
        """The IAM action of an operation (default: of this call's): synthetics:GetCanaryRuns."""
        name = operation or self.operation
        return _ACTIONS.get(name) or f"{_PREFIXES.get(name, 'synthetics')}:{said(name, 80)}"

    @property
    def api(self) -> str:
        """The service, for a sentence."""
        return _APIS.get(self.service, "Synthetics")

    @property
    def artifact(self) -> str:
        """The object's file name in quotes, or what else it is called."""
        name = said((self.key or "").rpartition("/")[2], 120)
        return f'"{name}"' if name else "The artifact"

    @property
    def profile_option(self) -> str:
        """` --profile prod`, or nothing where no profile is named."""
        return _profile_option(self.profile)

    @property
    def where(self) -> str:
        """`in eu-west-1 (profile prod)`."""
        profile = f" (profile {said(self.profile, 80)})" if self.profile else ""
        return f"in {said(self.region, 80)}{profile}" if self.region else f"here{profile}"

    @property
    def whose(self) -> str:
        """`of the profile prod`, or nothing where no profile is named."""
        return f" of the profile {said(self.profile, 80)}" if self.profile else ""

    @property
    def give_code(self) -> str:
        """What to do when a role needs an MFA code. The AWS CLI asks for it, too, and its cache is shared."""
        command = f"aws sts get-caller-identity{self.profile_option}"
        return f"r asks for it; so does `{command}` in a shell, and then r takes it from there."

    @property
    def kind(self) -> str | None:
        """What has to be renewed, in botocore's terms: a role's own credentials are renewed by botocore."""
        return self.origin if self.credentials in (None, "assume-role") else self.credentials

    @property
    def _renewed_in(self) -> str | None:
        return self.origin_profile if self.origin_profile and self.origin == self.kind else self.profile

    @property
    def login_command(self) -> tuple[str, ...]:
        """The program and its arguments that renew the credentials, where the AWS CLI can; else nothing."""
        if self.kind not in ("login", "sso"):
            return ()
        login = ("aws", "login") if self.kind == "login" else ("aws", "sso", "login")
        return (*login, *_profile_arguments(self._renewed_in))

    def offering_login(self, error: SourceError) -> SourceError:
        """`error`, whose hint is `log_in`, with the command that this names, if it names one."""
        error.login = self.login_command
        return error

    @property
    def log_in(self) -> str:
        """What to do when the credentials are no longer valid, by where they come from."""
        whose = f" of the profile {said(self._renewed_in, 80)}" if self._renewed_in else ""
        match self.kind:
            case "env":
                return (
                    "They come from the AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN variables: "
                    "set new ones and start canaryscope again."
                )
            case "shared-credentials-file" | "config-file":
                command = f"aws configure{_profile_option(self._renewed_in)}"
                return f"Write new ones into AWS's files (`{command}`), then try again."
            case "custom-process":
                return f"They come from the credential_process{whose}: log in there, then try again."
            case "assume-role-with-web-identity":
                return f"They come from the web identity token{whose}: have its file renewed, then try again."
            case "iam-role" | "container-role":
                return "They are this machine's own and are renewed by AWS: try again in a minute."
        if self.login_command:
            return _log_in_with(self.login_command)
        return (
            f"Log in again (`aws sso login{self.profile_option}`) or give new keys "
            f"(`aws configure{self.profile_option}`), then try again."
        )

    @property
    def profiles_to_choose(self) -> str:
        """`prod, staging and 3 more`, or nothing where AWS's files name none."""
        shown = ", ".join(said(name, 80) for name in self.profiles[:_NAMED_PROFILES])
        more = len(self.profiles) - _NAMED_PROFILES
        return f"{shown} and {more} more" if more > 0 else shown


def _log_in_with(command: tuple[str, ...]) -> str:
    """What to do with a `login_command`: the explorer's key for it, where it can be run here."""
    shown = f"`{shlex.join(said(part, 80) for part in command)}`"
    if shutil.which(command[0]) is None:
        return f"Run {shown}, then try again. There is no `{command[0]}` on PATH here."
    return f"L runs {shown}; or run it in a shell, then try again."


def _profile_arguments(profile: str | None) -> tuple[str, ...]:
    return ("--profile", profile) if profile else ()


def _profile_option(profile: str | None) -> str:
    return f" --profile {shlex.quote(said(profile, 80))}" if profile else ""
