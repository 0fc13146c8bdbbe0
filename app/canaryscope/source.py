"""Source: what the screens ask. Calls AWS on background threads; boto3 is loaded with the first call, not before.

Every method raises a SourceError, whatever goes wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from canaryscope.aws.options import ConnectionOptions
from canaryscope.background import Background
from canaryscope.runs.calls import Record, ignore
from canaryscope.runs.canaries import ListKind, ListRequest
from canaryscope.runs.errors import CredentialsExpired, NoCredentials, SourceError, TimedOut
from canaryscope.runs.feed import PageRequest
from canaryscope.runs.model import Canary, CanaryRun, LastRun, Page

if TYPE_CHECKING:
    from canaryscope.aws.session import Connection

__all__ = ["Connect", "Source", "connect"]

T = TypeVar("T")
Connect: TypeAlias = "Callable[[ConnectionOptions, Record], Connection]"
SECONDS = 40.0
"""How long a call may take in all. botocore's timeouts are for one step on the socket, which a slow drip outlasts."""


class Source:
    """AWS, or the demo, behind the screens. The connection is made once, and anew after credentials failed."""

    def __init__(
        self,
        options: ConnectionOptions,
        background: Background,
        connect: Connect,
        record: Record = ignore,
    ) -> None:
        self._options = options
        self._record = record
        self._background = background
        self._connect = connect
        self._connecting = asyncio.Lock()
        self.connection: Connection | None = None
        """None until a call has been made."""

    async def runs_page(self, request: PageRequest) -> Page[CanaryRun]:
        """GetCanaryRuns: the page that the request names."""
        connection = await self._connected()
        return await self._call("GetCanaryRuns", lambda: connection.synthetics.runs_page(request.query, request.token))

    async def list_page(self, request: ListRequest) -> Page[LastRun] | Page[Canary]:
        """DescribeCanariesLastRun or DescribeCanaries: the page that the request names."""
        synthetics = (await self._connected()).synthetics
        if request.kind is ListKind.LAST_RUNS:
            return await self._call(request.kind.value, lambda: synthetics.last_runs_page(request.token))
        return await self._call(request.kind.value, lambda: synthetics.canaries_page(request.token))

    async def account(self) -> str:
        """The number of the account that is asked, from sts:GetCallerIdentity."""
        connection = await self._connected()
        return await self._call("GetCallerIdentity", connection.account)

    async def _connected(self) -> Connection:
        async with self._connecting:
            if self.connection is None:
                self.connection = await self._call("connect", lambda: self._connect(self._options, self._record))
            return self.connection

    async def _call(self, operation: str, call: Callable[[], T]) -> T:
        try:
            return await self._background.run(call, seconds=SECONDS)
        except TimeoutError:
            raise TimedOut(
                f"{operation} brought no whole answer within {SECONDS:.0f} s.", "Check the line to AWS, then r."
            ) from None
        except (CredentialsExpired, NoCredentials):
            self.connection = None  # the next call reads credentials that were renewed in the meantime
            raise
        except SourceError:
            raise
        except Exception as error:
            name = type(error).__name__
            raise SourceError(f"{operation} failed in canaryscope itself: {name}.", code=name) from error


def connect(options: ConnectionOptions, record: Record) -> Connection:
    """The real connection. boto3 is imported here, on the thread that calls."""
    from canaryscope.aws import session

    return session.connect(options, record)
