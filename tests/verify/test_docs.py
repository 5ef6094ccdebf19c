"""What docs/verify.md shows is what happens."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from budgetcalc.readers.recordings import read_recordings
from budgetcalc.recordings import Recording

from .calls import HELLO_TOKENS, serving

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
RECORDER, LIBRARY = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def test_the_example_prints_what_is_shown() -> None:
    """The command on the example prints exactly what stands below it."""
    ((command, shown),) = re.findall(r"```console\n\$ budgetcalc ([^\n]*)\n(.*?)\n```", TEXT, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-m", "budgetcalc", *shlex.split(command)],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("BUDGETCALC_")}
        | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.rstrip() == shown, done.stderr
    assert done.returncode == 0


def test_the_recorder_makes_a_recording(tmp_path: Path) -> None:
    """The code that makes a recording runs against a server, and its line is read as one."""
    with serving() as server:
        env = os.environ | {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "k"}
        subprocess.run([sys.executable, "-c", RECORDER], cwd=tmp_path, env=env, check=True)
    (record,) = read_recordings(str(tmp_path / "recordings.jsonl"))
    assert isinstance(record, Recording)
    assert (record.input_tokens, record.group) == (HELLO_TOKENS, "nightly-tests")
    assert record.date is not None


def test_the_library_example_runs() -> None:
    """The library example prints the figures of the example."""
    done = subprocess.run(
        [sys.executable, "-c", LIBRARY], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "5 1.0\n0 ()\n"
