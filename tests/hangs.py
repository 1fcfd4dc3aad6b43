"""A guard against hangs: it stops what doesn't end, and measures nothing (a benchmark does that)."""

import signal
from contextlib import contextmanager


class Hang(Exception):
    """Something took longer than it ever may."""


@contextmanager
def limited(seconds):
    """Stop what is inside after so many seconds of the processor's time, for the machine may be busy with other things."""
    def stop(number, frame):
        raise Hang(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
