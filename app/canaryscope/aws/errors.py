"""From botocore's errors to those of `canaryscope.runs.errors`: what is wrong and what to do about it.

`explain` never raises and never lets a secret or an unclean character through. What a service answered is told by
`canaryscope.aws.service_errors`; here is what went wrong before and around it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from botocore import exceptions as boto

from canaryscope.aws.body import MOST, AnswerTooLarge, AnswerTooSlow
from canaryscope.aws.service_errors import explain_service_error
from canaryscope.aws.situation import CONNECT, Situation, host_of, said
from canaryscope.runs.errors import (
    CredentialsExpired,
    InvalidRequest,
    Malformed,
    NoCredentials,
    NoRegion,
    ProfileNotFound,
    SourceError,
    TimedOut,
    Unreachable,
)

__all__ = ["explain"]

_CREDENTIAL_MODULES: Final = frozenset({"botocore.credentials", "botocore.tokens"})
_NETWORK_HINT: Final = "Check the network, the VPN and HTTPS_PROXY, then try again."


def explain(error: Exception, situation: Situation) -> SourceError:
    """The SourceError that tells a person what `error` means. A SourceError is handed back as it is."""
    if isinstance(error, SourceError):
        return error
    if isinstance(error, boto.ClientError):
        return explain_service_error(error, situation)
    for kind, tell in _RULES:
        if isinstance(error, kind):
            return _with_code(tell(error, situation), error)
    if _raised_for_credentials(error):
        return _with_code(_credentials_unreadable(error, situation), error)
    if isinstance(error, boto.BotoCoreError | OSError) or situation.operation == CONNECT:
        return _with_code(_unknown(error, situation), error)
    return _with_code(_malformed(error, situation), error)


def _with_code(explained: SourceError, error: Exception) -> SourceError:
    explained.code = explained.code or type(error).__name__
    return explained


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it was raised from, botocore's packed `error` argument included."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        packed = getattr(error, "kwargs", {}).get("error")
        error = packed if isinstance(packed, BaseException) else error.__cause__ or error.__context__


def _raised_for_credentials(error: Exception) -> bool:
    """Whether it was raised while botocore read or renewed credentials: reading files, running a program."""
    trace = error.__traceback__
    modules = set()
    while trace is not None:
        modules.add(trace.tb_frame.f_globals.get("__name__"))
        trace = trace.tb_next
    return not modules.isdisjoint(_CREDENTIAL_MODULES)


# --- AWS's files, profiles and credentials


def _no_credentials(_error: Exception, situation: Situation) -> SourceError:
    choose = f" ({situation.profiles_to_choose})" if situation.profiles else ""
    if situation.profile:
        hint = f"Run `aws configure sso{situation.profile_option}` or `aws configure{situation.profile_option}`"
    else:
        hint = f"Name a profile with --profile or AWS_PROFILE{choose}, or run `aws configure sso` or `aws configure`"
    return NoCredentials(f"No credentials were found{situation.whose}.", f"{hint}, then try again.")


def _partial_credentials(error: Exception, situation: Situation) -> SourceError:
    known = _arguments(error)
    return NoCredentials(
        f"Credentials{situation.whose} are incomplete: {said(known.get('cred_var'))} is missing "
        f"(looked in: {said(known.get('provider'))}).",
        "Complete them, then try again.",
    )


def _by_login(situation: Situation) -> Situation:
    """With credentials of `aws login`, which botocore does not tell where it cannot load them."""
    return replace(situation, credentials="login")


def _login_expired(error: Exception, situation: Situation) -> SourceError:
    by_sso = isinstance(error, boto.SSOError | boto.TokenRetrievalError)
    what, known = ("SSO login", situation) if by_sso else ("login", _by_login(situation))
    sentence = f"The {what}{situation.whose} has expired or was never made."
    return known.offering_login(CredentialsExpired(sentence, known.log_in))


def _login(error: Exception, situation: Situation) -> SourceError:
    sentence, known = f"The login{situation.whose} cannot be used: {said(error)}.", _by_login(situation)
    return known.offering_login(CredentialsExpired(sentence, known.log_in))


def _mfa_again(_error: Exception, situation: Situation) -> SourceError:
    return CredentialsExpired(
        f"The credentials{situation.whose} have expired, and new ones need an MFA code.",
        situation.give_code,
    )


def _credentials_unreadable(error: Exception, situation: Situation) -> SourceError:
    reason = said(_arguments(error).get("error_msg") or error) or type(error).__name__
    if situation.kind == "custom-process" and isinstance(error, ValueError):  # no UTF-8, or no JSON
        reason = "the credential_process printed something else"
    sentence = f"The credentials{situation.whose} could not be had: {reason}."
    if situation.credentials or situation.kind in ("custom-process", "assume-role-with-web-identity"):
        return situation.offering_login(NoCredentials(sentence, situation.log_in))
    where = "the profile in AWS's files"
    if situation.kind == "container-role":
        where = "AWS_CONTAINER_CREDENTIALS_FULL_URI, and whether its service answers"
    return NoCredentials(sentence, f"Check {where}, then try again.")


def _missing_dependency(error: Exception, situation: Situation) -> SourceError:
    return NoCredentials(
        f"The credentials{situation.whose} need a library that is not installed: {said(error)}.",
        'Install it beside canaryscope: pip install "botocore[crt]" (pipx: pipx inject canaryscope "botocore[crt]").',
    )


def _bad_configuration(error: Exception, situation: Situation) -> SourceError:
    return NoCredentials(f"AWS's configuration{situation.whose} cannot be used: {said(error)}.", "Correct it there.")


def _unknown_profile(error: Exception, situation: Situation) -> SourceError:
    profile = said(_arguments(error).get("profile", situation.profile), 80)
    if not profile:
        return ProfileNotFound("AWS_PROFILE is set, but empty.", "Unset it, or name a profile with --profile.")
    known = situation.profiles_to_choose
    hint = f"Known profiles: {known}." if known else "They name no profile at all: run `aws configure sso`."
    return ProfileNotFound(f'There is no profile "{profile}" in AWS\'s configuration files.', hint)


def _unreadable_file(error: Exception, _situation: Situation) -> SourceError:
    path = said(_arguments(error).get("path"))
    return ProfileNotFound(f"{path} cannot be read as AWS's configuration.", "Correct the file, then try again.")


def _no_region(_error: Exception, situation: Situation) -> SourceError:
    setting = f"`aws configure set region REGION{situation.profile_option}`"
    return NoRegion("No region is set.", f"Name one with --region or AWS_REGION, or set one with {setting}.")


def _invalid_region(error: Exception, situation: Situation) -> SourceError:
    region = said(_arguments(error).get("region_name", situation.region), 80)
    return NoRegion(f'"{region}" is not the name of a region.', "A region looks like eu-west-1: check --region.")


# --- the way to the service


def _not_connected(error: Exception, situation: Situation) -> SourceError:
    host = host_of(_arguments(error).get("endpoint_url"))
    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        if not situation.region_known and not situation.endpoint_url:
            sentence = f"Synthetics is not known in the region {said(situation.region, 80)}: there is no host {host}."
            return NoRegion(sentence, "Check the region (--region).")
        return Unreachable(f"The host name {host} cannot be resolved.", _NETWORK_HINT)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        hint = "Is the server running there?" if situation.endpoint_url else _NETWORK_HINT
        return Unreachable(f"{host} refused the connection.", hint)
    reason = next((cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror), None)
    return Unreachable(f"{host} could not be reached{f': {said(reason)}' if reason else ''}.", _NETWORK_HINT)


def _connect_timeout(error: Exception, _situation: Situation) -> SourceError:
    return TimedOut(f"No connection to {host_of(_arguments(error).get('endpoint_url'))} in time.", _NETWORK_HINT)


def _read_timeout(error: Exception, _situation: Situation) -> SourceError:
    host = host_of(_arguments(error).get("endpoint_url"))
    return TimedOut(f"{host} took the request but did not answer it in time.", "Try again.")


def _proxy(error: Exception, _situation: Situation) -> SourceError:
    proxy = host_of(_arguments(error).get("proxy_url"))
    return Unreachable(f"The proxy {proxy} could not be used.", "Check HTTPS_PROXY and NO_PROXY, then try again.")


def _tls(error: Exception, situation: Situation) -> SourceError:
    known = _arguments(error)
    hint = "If a proxy inspects TLS, name its certificate with AWS_CA_BUNDLE; check the clock, too."
    if situation.endpoint_url and "WRONG_VERSION_NUMBER" in str(error):
        hint = "Does the server speak plain HTTP? Then its URL begins with http://."
    if any(isinstance(cause, FileNotFoundError | PermissionError) for cause in _causes(error)):
        hint = "The CA bundle cannot be read: check AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE and the profile's ca_bundle."
    return Unreachable(f"TLS with {host_of(known.get('endpoint_url'))} failed: {said(known.get('error'), 200)}.", hint)


def _cut_off(error: Exception, _situation: Situation) -> SourceError:
    url = _arguments(error).get("endpoint_url")
    host = f" to {host_of(url)}" if url else ""
    return Unreachable(f"The connection{host} was closed before the answer was complete.", "Try again.")


def _too_large(_error: Exception, situation: Situation) -> SourceError:
    sentence = f"The answer to {situation.operation} has more than {MOST // 1024**2} MB, as none of the API's has."
    return Malformed(sentence, "Is a proxy in between? Check the endpoint, AWS_ENDPOINT_URL and HTTPS_PROXY.")


def _too_slow(_error: Exception, situation: Situation) -> SourceError:
    sentence = f"The answer to {situation.operation} came so slowly that it was given up."
    return TimedOut(sentence, "Check the network and the VPN, then try again.")


def _bad_endpoint(error: Exception, situation: Situation) -> SourceError:
    if isinstance(
        error, boto.InvalidEndpointConfigurationError | boto.EndpointProviderError | boto.EndpointVariantError
    ):
        return Unreachable(f"There is no endpoint for these settings: {said(error)}.", "Check AWS's configuration.")
    return Unreachable(f"{situation.operation} could not be sent: {_packed(error)}.", _NETWORK_HINT)


# --- the request and the answer


def _bad_parameter(error: Exception, situation: Situation) -> SourceError:
    checked = "ArtifactS3Location of the canary" if situation.service == "s3" else "name"
    hint = f"Check the {checked}, then try again."
    return InvalidRequest(f"{said(_arguments(error).get('report') or error)}.", hint)


def _unsendable(_error: Exception, situation: Situation) -> SourceError:
    sentence = f"What {situation.operation} was asked with holds characters that cannot be sent."
    return InvalidRequest(sentence, "Check the name, then try again.")


def _malformed(_error: Exception, situation: Situation) -> SourceError:
    return Malformed(
        f"The answer to {situation.operation} is not of the API's shape.",
        f"Does the endpoint speak the {situation.api} API?" if situation.endpoint_url else "Try again.",
    )


def _unknown(error: Exception, situation: Situation) -> SourceError:
    doing = "Connecting to AWS" if situation.operation == CONNECT else situation.operation
    return SourceError(f"{doing} failed: {said(error) or type(error).__name__}.")


def _arguments(error: Exception) -> dict[str, Any]:
    """What a BotoCoreError was made from; empty for other errors."""
    known = getattr(error, "kwargs", None)
    return known if isinstance(known, dict) else {}


def _packed(error: Exception) -> str:
    return said(_arguments(error).get("error") or error, 200) or type(error).__name__


_Rule = tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Exception, Situation], SourceError]]

# The first that fits tells, so a class stands before the classes it derives from.
_RULES: Final[tuple[_Rule, ...]] = (
    (boto.NoCredentialsError, _no_credentials),
    (boto.PartialCredentialsError, _partial_credentials),
    ((boto.UnauthorizedSSOTokenError, boto.SSOTokenLoadError, boto.TokenRetrievalError), _login_expired),
    ((boto.LoginRefreshRequired, boto.LoginTokenLoadError), _login_expired),
    (boto.LoginError, _login),
    (boto.RefreshWithMFAUnsupportedError, _mfa_again),
    ((boto.CredentialRetrievalError, boto.MetadataRetrievalError), _credentials_unreadable),
    (boto.MissingDependencyException, _missing_dependency),
    (boto.ProfileNotFound, _unknown_profile),
    (boto.ConfigParseError, _unreadable_file),
    (boto.InvalidConfigError, _bad_configuration),
    (boto.NoRegionError, _no_region),
    (boto.InvalidRegionError, _invalid_region),
    (AnswerTooLarge, _too_large),
    (AnswerTooSlow, _too_slow),
    (boto.EndpointConnectionError, _not_connected),
    (boto.ConnectTimeoutError, _connect_timeout),
    (boto.ReadTimeoutError, _read_timeout),
    (boto.ProxyConnectionError, _proxy),
    (boto.SSLError, _tls),
    ((boto.ConnectionClosedError, boto.ResponseStreamingError, boto.IncompleteReadError), _cut_off),
    ((boto.HTTPClientError, boto.ConnectionError, boto.BaseEndpointResolverError), _bad_endpoint),
    ((boto.EndpointProviderError, boto.InvalidEndpointConfigurationError), _bad_endpoint),
    (boto.ParamValidationError, _bad_parameter),
    (UnicodeEncodeError, _unsendable),
)
