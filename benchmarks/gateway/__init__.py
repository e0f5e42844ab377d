"""The chain of gateway-sim beside one bare nginx and MiniStack, all before the same target."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import cpu, load
from benchmarks.containers import Lab, address, lab
from benchmarks.figures import Figure, spread
from benchmarks.gateway import definitions
from benchmarks.gateway.ministack import running_api
from benchmarks.rounds import Effort, Measure, Sample, alternate, values_of

_HERE = Path(__file__).parent
_FEW, _MANY = 10, 300
_BARE, _PLAIN, _MINISTACK = "bare nginx", "bare nginx, as it comes", "MiniStack"
# A rate that everybody can keep up with: p99 says little when a queue grows.
_SHARE_OF_HIGHEST = 0.7


@dataclass(frozen=True)
class Subject:
    """A url to ask, and the containers that do the work before the target, if any."""

    url: str
    containers: tuple[Any, ...]

    def at_full_speed(self, seconds: float) -> Sample:
        """Requests per second, their p99, and CPU per request.

        Raises:
            LoadError: an answer is not 2xx.
        """
        before = sum(map(cpu.of_container, self.containers))
        found = load.run(self.url, seconds=seconds)
        used = sum(map(cpu.of_container, self.containers)) - before
        if found.failures:
            raise load.LoadError(f"{found.failures} answers of {self.url} are failures")
        sample = {"requests/s": found.per_second, "p99": found.p99_ms}
        return {**sample, "CPU": used / found.requests * 1e6} if self.containers else sample

    def at_rate(self, rate: float) -> Measure:
        """The p99 at a constant rate."""
        return lambda seconds: {"p99": load.run(self.url, seconds=seconds, rate=rate).p99_ms}


def measure(effort: Effort) -> list[Figure]:
    """At full speed, then at a share of what each can do."""
    with _subjects() as subjects:
        fast = alternate({name: each.at_full_speed for name, each in subjects.items()}, effort)
        rates = {
            name: _SHARE_OF_HIGHEST * spread(values).low
            for name, values in values_of(fast, "requests/s").items()
        }
        steady = alternate(
            {name: each.at_rate(rates[name]) for name, each in subjects.items()}, effort
        )
    return _figures(fast, steady)


def _figures(
    fast: Mapping[str, Sequence[Sample]], steady: Mapping[str, Sequence[Sample]]
) -> list[Figure]:
    per_second = values_of(fast, "requests/s")
    routes = {name: per_second[name] for name in (_chain(_FEW), _chain(_MANY))}
    return [
        Figure("Requests per second", "requests/s", "more", per_second, _BARE),
        Figure("As routes grow", "requests/s", "more", routes, _chain(_FEW)),
        Figure("CPU per request", "µs", "less", values_of(fast, "CPU"), _BARE),
        Figure("p99 at full speed", "ms", "less", values_of(fast, "p99"), _BARE),
        Figure("p99 at 70 % of its highest rate", "ms", "less", values_of(steady, "p99"), _BARE),
    ]


def _chain(routes: int, what: str = "") -> str:
    return f"chain, {routes} routes{what}"


@contextmanager
def _subjects() -> Iterator[dict[str, Subject]]:
    with lab() as here, TemporaryDirectory() as folder:
        target = here.nginx(definitions.TARGET, definitions.TARGET_PORT, _HERE / "target.conf")
        subjects = {
            _BARE: _nginx(here, "bare", _HERE / "bare.conf"),
            _PLAIN: _nginx(here, "plain", _HERE / "as-it-comes.conf"),
        }
        for routes in (_FEW, _MANY):
            subjects |= _chain_subjects(here, Path(folder) / str(routes), routes)
        target_url = f"http://{address(target)}:{definitions.TARGET_PORT}"
        with running_api(Path(folder), _FEW, target_url) as url:
            yield subjects | {_MINISTACK: Subject(url, ())}


def _nginx(here: Lab, name: str, config: Path) -> Subject:
    found = here.nginx(name, 8080, config)
    return Subject(f"http://{address(found)}:8080/", (found.docker,))


def _chain_subjects(here: Lab, folder: Path, routes: int) -> dict[str, Subject]:
    """The whole chain, a container for each of its load balancers and one for API Gateway."""
    folder.mkdir()
    definitions.write(folder, routes)
    for path in (folder.parent, folder):
        path.chmod(0o755)  # gateway-sim runs as a user of its own
    roles = [
        here.role(role, definitions.host(role, routes), port, folder)
        for role, port in (("alb", 80), ("nlb", 80), ("api-gateway", 8080))
    ]
    url = f"http://{address(roles[-1])}:8080"
    containers = tuple(each.docker for each in roles)
    return {
        _chain(routes): Subject(url + definitions.plain_path(routes), containers),
        _chain(routes, ", mapped"): Subject(url + definitions.mapped_path(), containers),
    }
