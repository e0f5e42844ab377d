"""What a target group says of health, failing open and stickiness: frozen, in AWS's words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HealthCheck:
    """How a target group asks its targets whether they serve; times are in seconds."""

    path: str = "/"
    port: int | None = None  # None is `traffic-port`
    interval: int = 30
    timeout: int = 5
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    success_codes: tuple[range, ...] = (range(200, 201),)
    protocol: str = "HTTP"  # or HTTPS

    def accepts(self, status: int) -> bool:
        """Whether the matcher counts `status` as a success."""
        return any(status in codes for codes in self.success_codes)


@dataclass(frozen=True)
class MinimumHealthy:
    """How many targets of a group must be healthy, or else all get requests; 0% is `off`."""

    count: int = 1
    percentage: int = 0

    def holds(self, healthy: int, registered: int) -> bool:
        """Whether neither is breached."""
        return healthy >= self.count and healthy * 100 >= self.percentage * registered


@dataclass(frozen=True)
class Stickiness:
    """For how many seconds a client stays with its target.

    `app_cookie` is the cookie of the application's own that it depends on, "" for none.
    """

    seconds: int
    app_cookie: str = ""
