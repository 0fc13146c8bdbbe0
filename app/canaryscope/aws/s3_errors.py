"""What S3 answers instead of a listing or an object, in a person's terms.

Codes: "Error responses" of the Amazon S3 API reference. What S3 shares with all services is told by
`canaryscope.aws.service_errors`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from canaryscope.aws.service_answer import ServiceAnswer
from canaryscope.aws.situation import Situation, said
from canaryscope.runs.errors import AccessDenied, InvalidRequest, Malformed, NotFound, SourceError, TimedOut

__all__ = ["RULES"]


def _no_bucket(answer: ServiceAnswer, situation: Situation) -> SourceError:
    return answer.error(
        NotFound,
        f"There is no bucket {said(situation.bucket, 255)} (any more), where the run says that its artifacts are.",
        "Was it deleted, or is it in another partition?",
    )


def _no_key(answer: ServiceAnswer, situation: Situation) -> SourceError:
    sentence = f"{situation.artifact} is no longer in the bucket {said(situation.bucket, 255)}."
    return answer.error(NotFound, sentence, "A lifecycle rule of the bucket has deleted it, perhaps.")


def _shorter(answer: ServiceAnswer, situation: Situation) -> SourceError:
    sentence = f"{situation.artifact} is shorter than it was when it was listed."
    return answer.error(NotFound, sentence, "It was written anew, perhaps: list the artifacts again.")


def _changed(answer: ServiceAnswer, situation: Situation) -> SourceError:
    sentence = f"{situation.artifact} was written anew since it was listed."
    return answer.error(Malformed, sentence, "List the artifacts again: nothing is put together from two versions.")


def _archived(answer: ServiceAnswer, situation: Situation) -> SourceError:
    return answer.error(
        InvalidRequest,
        f"{situation.artifact} is archived (a Glacier storage class): it cannot be read as it is.",
        "Whoever may write to the bucket can restore it; a lifecycle rule has moved it there, perhaps.",
    )


def _key_of_kms(answer: ServiceAnswer, situation: Situation) -> SourceError:
    """The object is there, but the KMS key that it is encrypted with cannot be used."""
    sentence = f"{situation.artifact} is encrypted with a KMS key that cannot be used{answer.quoted}."
    if answer.code in ("KMS.DisabledException", "KMS.KMSInvalidStateException", "KMS.NotFoundException"):
        return answer.error(AccessDenied, sentence, "The key is disabled or deleted: its administrator can tell.")
    return answer.error(AccessDenied, sentence, "Ask an administrator for the permission kms:Decrypt on that key.")


def _too_slow(answer: ServiceAnswer, _situation: Situation) -> SourceError:
    return answer.error(TimedOut, f"S3 gave up waiting for {answer.operation}.", "Check the network, then try again.")


def _about_kms(answer: ServiceAnswer) -> bool:
    if answer.operation != "GetObject" or not 400 <= answer.status < 500:
        return False
    text = answer.text.lower()
    named = "not authorized to perform: kms:" in text  # told like every missing permission, with who lacks it
    return not named and (answer.code.startswith("KMS.") or "customer master key" in text or "kms" in text.split())


_Rule = tuple[Callable[[ServiceAnswer], bool], Callable[[ServiceAnswer, Situation], SourceError]]

RULES: Final[tuple[_Rule, ...]] = (
    (lambda answer: answer.code == "NoSuchBucket", _no_bucket),
    (lambda answer: answer.code == "NoSuchKey", _no_key),
    (lambda answer: answer.code == "InvalidRange", _shorter),
    (lambda answer: answer.operation == "GetObject" and answer.status == 412, _changed),
    (lambda answer: answer.code == "InvalidObjectState", _archived),
    (lambda answer: answer.code == "RequestTimeout", _too_slow),
    (_about_kms, _key_of_kms),
)
"""The first that applies tells."""
