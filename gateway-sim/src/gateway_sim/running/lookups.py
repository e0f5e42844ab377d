"""Asks the name server for the addresses of a host."""

import asyncio
import socket


class LookupFailedError(Exception):
    """The name server did not answer; this says nothing about the name."""


async def resolve(host: str) -> frozenset[str]:
    """The IPv4 addresses of a host; none when the name does not exist.

    Raises:
        LookupFailedError: no name server answered.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, None, family=socket.AF_INET, type=socket.SOCK_STREAM
        )
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise LookupFailedError from error
        return frozenset()
    return frozenset(str(address[0]) for *_, address in found)
