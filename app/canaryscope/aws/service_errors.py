"""What a service answers instead of what was asked (botocore's ClientError), in a person's terms."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from typing import Final

from botocore.exceptions import ClientError

from canaryscope.aws import s3_errors
from canaryscope.aws.service_answer import ServiceAnswer
from canaryscope.aws.situation import Situation, said
from canaryscope.runs.errors import (
    AccessDenied,
    ClockSkewed,
    CodeRefused,
    CredentialsExpired,
    CredentialsRejected,
    InvalidRequest,
    Malformed,
    NotFound,
    ServiceFailure,
    SourceError,
    Throttled,
)

__all__ = ["explain_service_error"]

# botocore.retries.standard.ThrottledRetryableChecker, and the bare status where a body has no code.
_THROTTLED: Final = frozenset(
    {
        "429",
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
# The errors that every action of every AWS service may answer: IAM, "Common errors", and SigV4's own.
_EXPIRED: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "TokenRefreshRequired",
    }
)
_NOT_ACCEPTED: Final = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "InvalidTokenException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
    }
)
_CLOCK: Final = frozenset(
    {
        "RequestExpired",
        "RequestInTheFuture",
        "RequestTimeTooSkewed",
    }
)
_SIGNATURE: Final = frozenset(
    {
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
    }
)
_NOT_FOUND: Final = frozenset(
    {
        "NotFoundException",
        "ResourceNotFound",
        "ResourceNotFoundException",
    }
)
_DENIED: Final = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "Forbidden",
        "ForbiddenException",
        "NotAuthorized",
        "OptInRequired",
        "SubscriptionRequiredException",
        "UnauthorizedException",
        "UnauthorizedOperation",
    }
)
_INVALID: Final = frozenset(
    {
        "400",
        "BadRequestException",
        "InvalidParameterException",
        "InvalidParameterValue",
        "InvalidParameterValueException",
        "InvalidRequestException",
        "SerializationException",
        "ValidationError",
        "ValidationException",
    }
)

_CLOCK_TEXT = re.compile(r"signature (expired|not yet current)|skew|is now (earlier|later) than", re.IGNORECASE)
_WHO_AND_WHAT = re.compile(r"User: (\S+) is not authorized to perform: (\S+)(?: on resource: (\S+))?")
_TOLERATED_SKEW = 240
"""Seconds. SigV4 allows five minutes; the Date of an answer is a little older than now."""


def explain_service_error(error: ClientError, situation: Situation) -> SourceError:
    """The error of our hierarchy that tells what a service answered. Never raises."""
    answer = ServiceAnswer.of(error)
    for applies, tell in (*(s3_errors.RULES if situation.service == "s3" else ()), *_RULES):
        if applies(answer):
            return tell(answer, situation)
    return _refused(answer, situation)


def _throttled(answer: ServiceAnswer, _situation: Situation) -> SourceError:
    wait = str(answer.headers.get("retry-after", ""))
    asked = int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 5 else None
    hint = "Wait a little, then try again." if asked is None else f"Wait {asked} s, then try again."
    throttled = Throttled(
        f"AWS throttles {answer.operation}{answer.quoted}.", hint, code=answer.code, request_id=answer.request_id
    )
    throttled.delay = asked  # the least that whoever asks again by itself shall wait
    return throttled


def _expired(answer: ServiceAnswer, situation: Situation) -> SourceError:
    expired = answer.error(CredentialsExpired, f"The credentials{situation.whose} have expired.", situation.log_in)
    return situation.offering_login(expired)


def _about_the_clock(answer: ServiceAnswer) -> bool:
    if answer.code in _CLOCK:
        return True
    told = bool(_CLOCK_TEXT.search(answer.text)) or abs(answer.skew) > _TOLERATED_SKEW
    return answer.code in _SIGNATURE and told


def _clock(answer: ServiceAnswer, _situation: Situation) -> SourceError:
    skew = answer.skew
    if abs(skew) > _TOLERATED_SKEW:
        sentence = f"This machine's clock is {_duration(skew)} {'ahead of' if skew > 0 else 'behind'} the server's."
    else:
        sentence = f"The server finds that this machine's clock is wrong{answer.quoted}."
    return answer.error(ClockSkewed, sentence, "Set the clock (`timedatectl set-ntp true`), then try again.")


def _not_accepted(answer: ServiceAnswer, situation: Situation) -> SourceError:
    region = f" If they are right: is {said(situation.region)} enabled for the account?" if situation.region else ""
    sentence = f"AWS does not accept the credentials{situation.whose}{answer.quoted}."
    return situation.offering_login(answer.error(CredentialsRejected, sentence, situation.log_in + region))


def _not_found(answer: ServiceAnswer, situation: Situation) -> SourceError:
    if situation.log_group is not None and answer.operation == situation.operation:
        sentence = (
            f"There is no log group {said(situation.log_group, 255)}: the function has not run, or its log was deleted."
        )
        return answer.error(NotFound, sentence, f"It was looked for {situation.where}.")
    if situation.canary is None or answer.operation != situation.operation:
        return answer.error(NotFound, f"{answer.operation} found nothing {situation.where}{answer.quoted}.")
    what = f'canary "{said(situation.canary, 255)}"'
    if situation.dry_run_id:
        what = f"dry run {said(situation.dry_run_id, 80)} of the {what}, or no such canary,"
    return answer.error(
        NotFound,
        f"There is no {what} {situation.where}.",
        "Check the spelling, the region (--region) and the account (--profile).",
    )


def _about_the_code(answer: ServiceAnswer) -> bool:
    return answer.operation == "AssumeRole" and answer.text.startswith("MultiFactorAuthentication failed")


def _code(answer: ServiceAnswer, _situation: Situation) -> SourceError:
    """STS says this of a code that is wrong, too old or was used already, and of a device that is not the user's."""
    hint = "A code is good once, for half a minute: take the next one. Is it the right device?"
    return answer.error(CodeRefused, "AWS did not accept the MFA code.", hint)


def _denied(answer: ServiceAnswer, situation: Situation) -> SourceError:
    named = _WHO_AND_WHAT.search(answer.text)
    action = said(named[2], 120) if named else situation.action(answer.operation)
    if named is None:
        who = f"the identity{situation.whose}" if situation.profile else "the identity in use"
        where = f" on the bucket {said(situation.bucket, 255)}" if situation.bucket else ""
        sentence = f"Access denied to {action}{where} for {who}{answer.quoted}."
    else:
        sentence = f"Access denied to {action}{f' on {named[3]}' if named[3] else ''} for {named[1]}."
    if answer.operation == "GetRoleCredentials":
        return answer.error(AccessDenied, sentence, "Check sso_account_id and sso_role_name" + situation.whose + ".")
    if answer.operation.startswith("AssumeRole"):
        hint = "The caller's policy and the role's trust policy must both allow it."
    elif "explicit deny" in answer.text:
        hint = "A policy denies it explicitly: only an administrator can change that."
    else:
        hint = f"Ask an administrator for the permission {action}."
    if answer.operation == "GetObject" and named is None:
        hint += " Where the bucket is encrypted with a customer's key, kms:Decrypt is needed, too."
    if answer.operation.startswith("DescribeCanaries"):
        hint += " A canary can still be opened by its name."
    return answer.error(AccessDenied, sentence, hint)


def _no_such_address(answer: ServiceAnswer, situation: Situation) -> SourceError:
    """A bare 404: the canary may be missing, or the server may not know such an address at all."""
    hint = "Check the name, the region (--region)"
    api = f", and that the endpoint speaks the {situation.api} API."
    hint += api if situation.endpoint_url else " and the endpoint."
    return answer.error(NotFound, f"{answer.operation} was answered with HTTP 404{answer.quoted}.", hint)


def _invalid(answer: ServiceAnswer, situation: Situation) -> SourceError:
    prefix = "" if answer.operation == situation.operation else f"{answer.operation}: "
    sentence = f"{prefix}{answer.text}." if answer.text else f"The server refused the request {answer.operation}."
    return answer.error(InvalidRequest, sentence)


def _failed(answer: ServiceAnswer, situation: Situation) -> SourceError:
    reason = answer.text or http.client.responses.get(answer.status, "")
    told = f" ({reason})" if reason else ""
    hint = "Try again." if situation.endpoint_url else "Try again; https://health.aws.amazon.com tells of outages."
    return answer.error(ServiceFailure, f"{answer.operation} was answered with HTTP {answer.status}{told}.", hint)


def _redirected(answer: ServiceAnswer, situation: Situation) -> SourceError:
    odd = "again after one to the bucket's Region" if situation.service == "s3" else "which the API never does"
    return answer.error(
        Malformed,
        f"{answer.operation} was answered with a redirect (HTTP {answer.status}), {odd}.",
        "Is a proxy or a login page in between? Check HTTPS_PROXY and the endpoint.",
    )


def _refused(answer: ServiceAnswer, situation: Situation) -> SourceError:
    what = f"HTTP {answer.status}" if answer.code in ("", str(answer.status)) else answer.code
    hint = f"Check that the endpoint speaks the {situation.api} API." if situation.endpoint_url else ""
    return answer.error(SourceError, f"{answer.operation} was refused with {what}{answer.quoted}.", hint)


def _duration(seconds: float) -> str:
    minutes = round(abs(seconds) / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60):,} h"


_Rule = tuple[Callable[[ServiceAnswer], bool], Callable[[ServiceAnswer, Situation], SourceError]]

_RULES: Final[tuple[_Rule, ...]] = (
    (lambda answer: answer.code in _THROTTLED or answer.status == 429, _throttled),
    (lambda answer: answer.code in _EXPIRED, _expired),
    (_about_the_clock, _clock),
    (lambda answer: answer.code in _NOT_ACCEPTED or answer.code in _SIGNATURE, _not_accepted),
    (lambda answer: answer.status >= 500, _failed),
    (lambda answer: 300 <= answer.status < 400, _redirected),
    (lambda answer: answer.code in _NOT_FOUND, _not_found),
    (lambda answer: answer.code in ("", "404") and answer.status == 404, _no_such_address),
    (_about_the_code, _code),
    (lambda answer: answer.code in _DENIED or answer.status in (401, 403), _denied),
    (lambda answer: answer.code in _INVALID, _invalid),
)
