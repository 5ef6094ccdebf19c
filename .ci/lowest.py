"""Print the lowest version of every run-time dependency that pyproject.toml allows, as constraints for pip."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
extras = project["optional-dependencies"]
for requirement in [*project["dependencies"], *extras["pdf"], *extras["api"]]:
    name, lowest = re.fullmatch(r"([\w.-]+)[>=]=([\w.]+)(?:,.*)?", requirement).groups()
    print(f"{name}=={lowest}")
