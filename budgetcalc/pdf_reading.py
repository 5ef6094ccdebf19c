"""PDFs read by another process (``pdf_worker``), so that none of them can end this one or fill its memory."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from budgetcalc.pdf_worker import LENGTH

Asked = Literal["pages", "number"]
_WORKER = Path(__file__).with_name("pdf_worker.py")
_MOST_FAILURES = 5
"""PDFs on which the worker may end: each can take all its time, and there may be thousands."""
_MOST_SECONDS_LOST = 60.0
"""Of processor time in one run beyond ``_SECONDS`` and ``_SECONDS_A_PAGE``, which honest PDFs need: others may each end
within the worker's bounds, and a thousand of them take hours."""
_SECONDS, _SECONDS_A_PAGE = 0.2, 0.02
_one_at_a_time = Lock()
_running: dict[int, subprocess.Popen[bytes]] = {}
"""The worker of each process: a fork must not share its parent's."""
_failures = 0
_seconds_lost = 0.0


def ask(what: Asked, data: bytes) -> dict[str, Any] | None:
    """Return what the worker says of a PDF.

    ``{"pages": [[width, height, text], ...]}`` or ``{"number": int}``, or ``{"error": str}`` of what is no PDF;
    ``None`` when it could not be read within the bounds of ``pdf_worker``, no process could be started, that has
    happened too often already, or others took too long.
    """
    global _failures, _seconds_lost  # noqa: PLW0603 - of this process, as the worker is
    with _one_at_a_time:
        if _failures >= _MOST_FAILURES or _seconds_lost > _MOST_SECONDS_LOST:
            return None
        if not sys.executable or getattr(sys, "frozen", False):
            return None
        try:
            worker = _running.get(os.getpid()) or _started()
            assert worker.stdin is not None
            assert worker.stdout is not None
            worker.stdin.write(what[0].encode() + len(data).to_bytes(LENGTH) + data)
            worker.stdin.flush()
            length = worker.stdout.read(LENGTH)
            if len(length) == LENGTH:
                answer: dict[str, Any] = json.loads(worker.stdout.read(int.from_bytes(length)))
                taken, pages = answer.pop("seconds"), len(answer.get("pages", ()))
                _seconds_lost += max(0.0, taken - _SECONDS - _SECONDS_A_PAGE * pages)
                return answer or None
        except (OSError, ValueError):
            pass
        except BaseException:  # Ctrl-C between question and answer: the next question would get this answer
            _end()
            raise
        _end()
        _failures += 1
        return None


def _started() -> subprocess.Popen[bytes]:
    worker = subprocess.Popen(  # noqa: S603 - this interpreter and a file of this package, no shell
        [sys.executable, "-P", "-S", str(_WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(str(each) for each in sys.path if each)},
    )
    if not _running:
        atexit.register(_end)
    _running[os.getpid()] = worker
    return worker


def _end() -> None:
    """End this process's worker, whatever it is doing."""
    worker = _running.pop(os.getpid(), None)
    if worker is None:
        return
    worker.kill()
    for pipe in (worker.stdin, worker.stdout):
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            pass  # what could not be written is of no use any more
    worker.wait()
