"""CPU time that containers and processes have used.

A shared machine changes how many requests fit into a second far more than what one of them costs.
"""

import os
from pathlib import Path
from typing import Any

_NANOSECONDS = 1e-9


def of_container(container: Any) -> float:
    """Seconds of CPU of a container of the docker package so far: all its processes together."""
    stats = container.stats(stream=False, one_shot=True)
    return float(stats["cpu_stats"]["cpu_usage"]["total_usage"]) * _NANOSECONDS


def of_process(pid: int) -> float:
    """Seconds of CPU of a process so far, and of its children that have ended (Linux)."""
    # Behind the name, which may hold spaces: utime, stime, cutime, cstime (proc_pid_stat(5)).
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
