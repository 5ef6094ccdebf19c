"""Fuzz one reader: ``python fuzz/fuzz_readers.py TARGET [--seconds N]``.

Needs ``pip install atheris``. A crash, a case over five seconds and one over 1.5 GB end the run with the input in
``fuzz/found/``; further arguments go to libFuzzer.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import random
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import atheris  # noqa: E402

with atheris.instrument_imports(include=["budgetcalc"]):
    import budgetcalc
    from fuzz import targets

    for module in pkgutil.walk_packages(budgetcalc.__path__, "budgetcalc."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)  # what is loaded late would make its case a slow one

from fuzz.json_mutation import mutated_json  # noqa: E402
from fuzz.seeds import SEEDS  # noqa: E402

SECONDS_A_CASE = 5
MEGABYTES = 1_500
LONGEST_INPUT = 20_000


def main() -> None:
    """Fuzz until the time is over or something is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=targets.TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    asked, more = parser.parse_known_args()
    grown, found = HERE / "corpus" / asked.target, HERE / "found"
    grown.mkdir(parents=True, exist_ok=True)
    found.mkdir(exist_ok=True)
    for number, seed in enumerate(SEEDS[asked.target]):
        (grown / f"seed-{number:02}").write_bytes(seed)
    target = targets.TARGETS[asked.target]
    flags = [
        f"-max_total_time={asked.seconds}",
        f"-timeout={SECONDS_A_CASE}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-max_len={LONGEST_INPUT}",
        f"-artifact_prefix={found}/{asked.target}-",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    for seed in SEEDS[asked.target]:
        target(seed)  # tables and vocabularies are loaded before the first case is timed
    atheris.Setup([sys.argv[0], *flags, *more, str(grown)], target, custom_mutator=_mutated)
    atheris.Fuzz()


def _mutated(data: bytes, max_size: int, seed: int) -> bytes:
    """Change the JSON of an input, or its bytes."""
    chance = random.Random(seed)
    changed = mutated_json(data, chance) if chance.random() < 0.7 else None
    return atheris.Mutate(data, max_size) if changed is None else changed[:max_size]


if __name__ == "__main__":
    main()
