"""S3's answers in its own XML, for what moto's S3 never answers: refusals, redirects, short pages, odd keys."""

from __future__ import annotations

from urllib.parse import quote

from peer.faults import Answer


def listing(*keys: str, size: int = 10, token: str | None = None) -> Answer:
    """ListObjectsV2Output, as S3 writes it where keys are asked for in URL encoding."""
    objects = "".join(
        f"<Contents><Key>{quote(key)}</Key><LastModified>2026-11-22T12:27:40.000Z</LastModified>"
        f"<Size>{size}</Size></Contents>"
        for key in keys
    )
    more = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<EncodingType>url</EncodingType><IsTruncated>{'true' if token else 'false'}</IsTruncated>"
        f"{more}{objects}</ListBucketResult>"
    )
    return Answer(200, text.encode(), {"Content-Type": "application/xml", "x-amz-request-id": "4442587FB7D0A2F9"})


def refusal(status: int, code: str, message: str = "Because.", more: str = "", **headers: str) -> Answer:
    """An error in the shape of rest-xml."""
    text = f'<?xml version="1.0"?>\n<Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>'
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        status, text.encode(), {"Content-Type": "application/xml", "x-amz-request-id": "4442587FB7D0A2F9"} | named
    )


def part(data: bytes, first: int = 0, **headers: str) -> Answer:
    """GetObjectOutput of a range."""
    range_sent = f"bytes {first}-{first + len(data) - 1}/{first + len(data)}"
    return Answer(206, data, {"ETag": '"0"', "Content-Range": range_sent} | headers)
