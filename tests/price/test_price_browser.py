"""The HTML report in a real browser, where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.money import for_people
from budgetcalc.render import Look, renderer

from .rows import report, row

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=NetworkTimeServiceQuerying,OptimizationHints",
    "--enable-logging=stderr",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=2000",
)
BROWSERS_OWN = (".google.com", ".googleapis.com", ".gstatic.com")
"""What a browser may ask for by itself, whatever page it shows."""


@pytest.mark.skipif(BROWSER is None, reason="no chromium here")
@pytest.mark.parametrize("width", [480, 1280])
def test_the_report_opens_without_an_error_or_a_request(tmp_path: Path, width: int) -> None:
    """No console message, nothing fetched, and the figures are on the page and in a picture of it."""
    rows: list[Any] = [
        row(moment=f"2026-11-{day}T10:00:00", cache_read=5000 * day, thinking=40) for day in range(10, 21)
    ]
    page, picture, log = tmp_path / "report.html", tmp_path / "report.png", tmp_path / "net.json"
    priced = report([*rows, row("<b>mystery")], timeline=True)
    page.write_text("".join(renderer("price", "html")(priced, Look())), encoding="utf-8")
    common = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},2000"]
    done = subprocess.run(
        [*common, f"--log-net-log={log}", f"--screenshot={picture}", page.as_uri()],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    assert "CONSOLE" not in done.stderr
    assert picture.stat().st_size > 20_000
    fetched = re.findall(r'"url":"(https?://[^/"]+)', log.read_text(encoding="utf-8", errors="replace"))
    assert [host for host in fetched if not host.endswith(BROWSERS_OWN)] == []
    dumped = subprocess.run(
        [*common, "--dump-dom", page.as_uri()], capture_output=True, encoding="utf-8", timeout=120, check=True
    )
    assert "&lt;b&gt;mystery" in dumped.stdout
    assert f'<p class="total">{for_people(priced.spend.usd)}' in dumped.stdout
