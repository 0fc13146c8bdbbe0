"""The one error of this package: an artifact that cannot be shown as what it should be."""

from __future__ import annotations

from canaryscope.runs.text import clean_line

__all__ = ["BadArtifact"]


class BadArtifact(Exception):
    """A file that is not what its name says, or more than is read of such a file. Survives pickling."""

    def __init__(self, sentence: str) -> None:
        sentence = clean_line(sentence, limit=500)
        super().__init__(sentence)
        self.sentence = sentence
        """What is wrong, for a person; clean, though it may name a file as it is called in S3."""
