"""Asks targets whether they serve, with the request that an ALB sends."""

import asyncio

import httpx

from gateway_sim.load_balancing.target_group_settings import HealthCheck
from gateway_sim.running.health import FAILED, TIMED_OUT, CheckResult

_DEFAULT_PORTS = {"HTTP": "80", "HTTPS": "443"}


class HealthChecker:
    """Checks any number of targets; to be closed."""

    def __init__(self) -> None:
        # Certificates of targets are not verified (ALB guide, "Routing configuration").
        self._client = httpx.AsyncClient(
            verify=False,  # noqa: S501 - as an ALB does
            trust_env=False,
            limits=httpx.Limits(max_connections=None),
        )

    async def close(self) -> None:
        """End what is under way."""
        await self._client.aclose()

    async def check(self, address: str, check: HealthCheck) -> CheckResult:
        """Ask the target at `address`, "10.0.0.7:80", once."""
        host, _, port = address.partition(":")
        if check.port:
            port = str(check.port)
        # The port is left out of Host when it is the default port (ALB guide, troubleshooting).
        headers = {
            "Host": host if port == _DEFAULT_PORTS[check.protocol] else f"{host}:{port}",
            "User-Agent": "ELB-HealthChecker/2.0",
            "Connection": "close",
        }
        try:
            async with asyncio.timeout(check.timeout):
                url = f"{check.protocol.lower()}://{host}:{port}{check.path}"
                response = await self._client.send(httpx.Request("GET", url, headers=headers))
        except (TimeoutError, httpx.TimeoutException):
            return TIMED_OUT
        except httpx.HTTPError:
            return FAILED
        return CheckResult.of_status(response.status_code, check)
