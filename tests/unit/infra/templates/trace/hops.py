"""What every part of the tracer says when a request gets no further."""


class BrokenHopError(Exception):
    """The first hop that does not pass the request on, in one sentence."""
