"""Whether the running role serves: `python -m gateway_sim.healthy` is a container's health check.

It is asked every few seconds, so it brings nothing along that only the role itself needs.
"""

import socket
import sys
from pathlib import Path

from gateway_sim.running.state import DEFAULT_FOLDER, State, StateError


def healthy(folder: Path) -> int:
    """Print whether the role that runs on a folder serves; 0 when it does, 1 otherwise."""
    try:
        state = State.read(folder)
    except StateError as error:
        print(error)
        return 1
    for port in state.ports:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:
            print(f"port {port} does not answer: {error}")
            return 1
    if not state.judged:
        print("some targets still wait for their first health check")
        return 1
    print("healthy")
    return 0


if __name__ == "__main__":
    sys.exit(healthy(DEFAULT_FOLDER))
