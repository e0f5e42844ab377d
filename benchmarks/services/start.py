"""What a task uses before it serves."""

from benchmarks.figures import Figure
from benchmarks.rounds import Effort
from benchmarks.services.processes import STUDENTS, serving
from chassis.settings import ServiceSettings


def measure(settings: ServiceSettings, effort: Effort) -> list[Figure]:
    """CPU and memory from the start of the process until it has answered for the first time."""
    seconds, memory = [], []
    for _ in range(effort.rounds):
        with serving(STUDENTS, settings) as process:
            seconds.append(process.cpu_seconds())
            memory.append(process.memory())
    return [
        Figure("CPU of a start", "s", "less", {"a task": seconds}),
        Figure("Memory after a start", "MiB", "less", {"a task": memory}),
    ]
