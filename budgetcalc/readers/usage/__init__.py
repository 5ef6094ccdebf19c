"""Usage reports: whatever records what calls used becomes rows of one normal form."""

from budgetcalc.readers.usage.folders import find_claude_code_folders
from budgetcalc.readers.usage.reading import read_usage

__all__ = ["find_claude_code_folders", "read_usage"]
