"""One JSON object a line on standard output, each with the trace id of the request it is about."""

import json
import logging
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from secrets import token_hex

TRACE_HEADER = "X-Amzn-Trace-Id"

trace_id: ContextVar[str | None] = ContextVar("trace_id", default=None)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; what is given as `extra={"fields": {...}}` joins it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "trace_id": trace_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in line.items() if value is not None})


def configure() -> None:
    """Send every logger of the process, uvicorn's included, to standard output as JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.captureWarnings(capture=True)
    for chatty in ("httpx", "httpcore", "alembic.runtime.plugins"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def new_trace_id() -> str:
    """Make what an ALB makes for a request that comes without one."""
    return f"Root=1-{int(time.time()):08x}-{token_hex(12)}"
