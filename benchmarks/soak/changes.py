"""Definitions that change again and again, now and then into nonsense."""

import json
import threading
from pathlib import Path
from typing import Any

import yaml

_SECONDS = 1.0
_PRIORITY = 49_999
_NONSENSE_EVERY = 5


class Changes:
    """Writes a rule anew that no request meets; every few times, what is no definition."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "soak.json"
        self.count = 0
        self._write()
        config = folder / "gateway-sim.yaml"
        whole = yaml.safe_load(config.read_text("utf-8"))
        whole["templates"].append(self._file.name)
        config.write_text(yaml.safe_dump(whole), "utf-8")

    def run(self, stop: threading.Event) -> None:
        """Until it is told to stop; the last definitions make sense."""
        while not stop.wait(_SECONDS):
            self.count += 1
            if self.count % _NONSENSE_EVERY:
                self._write()
            else:
                self._file.write_text('{"Resources": {', "utf-8")
        self._write()

    def _write(self) -> None:
        self._file.write_text(json.dumps(_template(self.count)), "utf-8")
        self._file.chmod(0o755)  # gateway-sim runs as a user of its own


def _template(number: int) -> dict[str, Any]:
    response = {"StatusCode": "200", "MessageBody": f"change {number}"}
    rule = {
        "ListenerArn": {"Ref": "ListenerArn"},
        "Priority": _PRIORITY,
        "Conditions": [{"Field": "path-pattern", "Values": ["/soak-never-asks-this"]}],
        "Actions": [{"Type": "fixed-response", "FixedResponseConfig": response}],
    }
    kind = "AWS::ElasticLoadBalancingV2::ListenerRule"
    return {
        "Parameters": {"ListenerArn": {"Type": "String"}},
        "Resources": {"SoakRule": {"Type": kind, "Properties": rule}},
    }
