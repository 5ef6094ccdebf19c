"""What holds for every test."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile

from hypothesis import HealthCheck, settings

# How long an example takes says something of the machine, not of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_configure() -> None:
    """Give the test run an empty standard input, so that a command that reads it ends, and a cache of its own."""
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    # No test reads or fills the cache of whoever runs it.
    os.environ["XDG_CACHE_HOME"] = cache = tempfile.mkdtemp(prefix="budgetcalc-tests-")
    atexit.register(shutil.rmtree, cache, ignore_errors=True)
    # Child processes compile what they import once and keep it, as users' machines do.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
