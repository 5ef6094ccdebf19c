"""What is installed is what was tested: the wheel holds its data, and the command works from it alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
REQUEST = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 64,
    "system": "You are a scientist",
    "messages": [{"role": "user", "content": "Hello, Claude"}],
}


def _build(folder: Path, *what: str, root: Path = ROOT) -> Path:
    """Build with what is installed already: a test fetches nothing."""
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", *what, "--outdir", str(folder), str(root)],
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout."""
    return _build(tmp_path_factory.mktemp("wheel"), "--wheel")


def test_the_wheel_holds_its_tables_and_notices(wheel: Path) -> None:
    """Prices, frame constants, both compiled, the vocabulary and ctok's licence are in the wheel."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "budgetcalc/pricing.yaml",
        "budgetcalc/framing.yaml",
        "budgetcalc/_built/catalogue.json",
        "budgetcalc/_built/claude_vocabulary.bin",
        "budgetcalc/_built/NOTICE-ctok.txt",
        "budgetcalc/py.typed",
    } <= names
    assert not [name for name in names if name.startswith("tests")]


def test_the_compiled_tables_in_the_wheel_are_current(wheel: Path) -> None:
    """The JSON was made of the very YAML beside it, so a start parses no YAML."""
    import hashlib

    archive = zipfile.ZipFile(wheel)
    compiled = json.loads(archive.read("budgetcalc/_built/catalogue.json"))
    for part, name in (("pricing", "budgetcalc/pricing.yaml"), ("framing", "budgetcalc/framing.yaml")):
        assert compiled[part]["sha256"] == hashlib.sha256(archive.read(name)).hexdigest()


def test_the_command_works_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, without the checkout, the documented example counts 14 tokens."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    done = subprocess.run(
        [sys.executable, "-m", "budgetcalc", "estimate", "-", "-f", "json", "--on", "2026-01-10"],
        cwd=tmp_path,
        input=json.dumps(REQUEST),
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["estimates"][0]["input"]["tokens"] == 14
    where = subprocess.run(
        [sys.executable, "-c", "import budgetcalc; print(budgetcalc.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(site))


def test_the_same_checkout_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """Builds are reproducible: a second wheel has the same bytes."""
    assert _build(tmp_path, "--wheel").read_bytes() == wheel.read_bytes()


def test_a_wheel_can_be_built_from_the_sdist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sdist has all that the build hook reads, and none of what it writes; without C, the wheel fits any system."""
    sdist = _build(tmp_path / "sdist", "--sdist")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        archive.extractall(tmp_path, filter="data")
    assert {"pricing.yaml", "hatch_build.py", "budgetcalc/framing.yaml", "README.md", "NOTICE"} <= names
    assert not [name for name in names if "_built" in name or name.endswith(".so")]
    monkeypatch.setenv("BUDGETCALC_BUILD_NATIVE", "0")
    wheel = _build(tmp_path / "wheel", "--wheel", root=tmp_path / sdist.name.removesuffix(".tar.gz"))
    assert wheel.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".so")]
