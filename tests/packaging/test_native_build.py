"""The C modules are compiled where that is possible, and nothing depends on them."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import hatch_build
from budgetcalc import native

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted((ROOT / hatch_build.NATIVE).glob("*.c"))
COMPILER = not hatch_build._no_compiler()

EMPTY_MODULE = """
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static PyModuleDef_Slot slots[] = {{0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "empty", NULL, 0, NULL, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_empty(void) { return PyModuleDef_Init(&definition); }
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one C file, and an environment that says nothing of it."""
    monkeypatch.delenv("BUDGETCALC_BUILD_NATIVE", raising=False)
    monkeypatch.delenv("CFLAGS", raising=False)
    folder = tmp_path / hatch_build.NATIVE
    folder.mkdir(parents=True)
    (folder / "empty.c").write_text(EMPTY_MODULE)
    return tmp_path


@pytest.mark.skipif(not COMPILER, reason="no C compiler")
def test_a_c_file_becomes_a_module_that_python_loads(root: Path) -> None:
    """The module lies beside its source under a name that every CPython from 3.12 on finds."""
    (module,) = hatch_build.compile_native(root)
    assert module == root / hatch_build.NATIVE / "empty.abi3.so"
    subprocess.run([sys.executable, "-c", "import empty"], check=True, env={"PYTHONPATH": str(module.parent)})


def test_a_wish_for_python_alone_removes_what_was_compiled(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old module would otherwise still be imported."""
    old = root / hatch_build.NATIVE / "empty.abi3.so"
    old.write_bytes(b"")
    monkeypatch.setenv("BUDGETCALC_BUILD_NATIVE", "0")
    assert hatch_build.compile_native(root) == []
    assert not old.exists()


@pytest.mark.skipif(not COMPILER, reason="no C compiler")
@pytest.mark.parametrize("wish", ["", "1"])
def test_a_file_that_does_not_compile_leaves_pure_python_and_says_so(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wish: str
) -> None:
    """It is an error only where the C modules were asked for."""
    (root / hatch_build.NATIVE / "zzz.c").write_text("this is no C")
    monkeypatch.setenv("BUDGETCALC_BUILD_NATIVE", wish)
    if wish:
        with pytest.raises(RuntimeError, match=r"zzz\.c:1"):
            hatch_build.compile_native(root)
    else:
        assert hatch_build.compile_native(root) == []
        assert "built without its C modules" in capsys.readouterr().err
    assert [path.name for path in (root / hatch_build.NATIVE).iterdir() if path.suffix != ".c"] == []


def test_a_python_without_a_compiler_is_no_error(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A machine without Python's headers gets the package in Python."""
    monkeypatch.setattr(sysconfig, "get_paths", lambda: {"include": str(root / "nowhere")})
    assert hatch_build.compile_native(root) == []
    assert "built without its C modules" in capsys.readouterr().err


@pytest.mark.skipif(not COMPILER, reason="no C compiler")
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_c_files_compile_without_a_warning(source: Path) -> None:
    """The compiler's warnings are errors here, and only here: another compiler may have more of them."""
    strict = ["-Wall", "-Wextra", "-Werror", "-Wconversion", "-Wshadow", "-std=c11", "-O2", "-fsyntax-only"]
    include = f"-I{sysconfig.get_paths()['include']}"
    command = ["cc", *strict, "-DPy_LIMITED_API=0x030C0000", include, str(source)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not COMPILER, reason="no C compiler")
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_what_is_tested_is_compiled_from_the_source_at_hand(source: Path) -> None:
    """Where a compiler is at hand the modules are built, and not older than their source."""
    module = source.with_suffix(".abi3.so")
    assert module.exists(), "python hatch_build.py compiles it"
    assert module.stat().st_mtime >= source.stat().st_mtime, "python hatch_build.py compiles it again"


@pytest.mark.skipif(not COMPILER, reason="no C compiler")
def test_builds_beside_each_other_leave_each_other_alone(root: Path) -> None:
    """None of them misses a module, or takes away what another one is about to put into its wheel."""
    program = (
        "import sys, pathlib, hatch_build\n"
        "for _ in range(4):\n"
        "    (module,) = hatch_build.compile_native(pathlib.Path(sys.argv[1]))\n"
        "    assert module.stat().st_size\n"
    )
    builds = [
        subprocess.Popen([sys.executable, "-c", program, str(root)], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [build.communicate()[1] for build in builds] == [b""] * 4
    assert {path.name for path in (root / hatch_build.NATIVE).iterdir()} == {"empty.c", "empty.abi3.so"}


@pytest.mark.skipif(not COMPILER, reason="no C compiler")
def test_flags_that_are_none_leave_pure_python(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CFLAGS", "-DNAME='open")
    assert hatch_build.compile_native(root) == []
    assert "CFLAGS: No closing quotation" in capsys.readouterr().err


@pytest.mark.skipif(not COMPILER, reason="no C compiler")
@pytest.mark.parametrize("name", sorted(native.TABLES))
def test_a_module_of_other_tables_is_left_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout that was updated without another build falls back on Python; so does the environment's wish."""
    monkeypatch.delenv("BUDGETCALC_NATIVE", raising=False)
    assert native.load(name) is not None
    monkeypatch.setitem(native.TABLES, name, native.TABLES[name] + 1)
    assert native.load(name) is None
    monkeypatch.undo()
    monkeypatch.setenv("BUDGETCALC_NATIVE", "0")
    assert native.load(name) is None
