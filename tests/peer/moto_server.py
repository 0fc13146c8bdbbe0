"""moto's S3 and CloudWatch Logs, which nobody here wrote, on a loopback port."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.session import Session
from moto.server import ThreadedMotoServer

__all__ = ["moto_server", "writer"]


@contextmanager
def moto_server() -> Iterator[str]:
    """The URL of a server that is there as long as this is open. All of a process have one store: it is emptied."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else it logs every request to stderr
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    try:
        urllib.request.urlopen(f"{url}/moto-api/reset", data=b"").close()
        yield url
    finally:
        server.stop()


def writer(url: str, service: str, region: str) -> Any:
    """A client that may write there; its user closes it."""
    return Session().create_client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="AKIATESTTESTTESTTEST",
        aws_secret_access_key="test",
        config=Config(max_pool_connections=1),
    )
