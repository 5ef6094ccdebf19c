"""``python -m budgetcalc``."""

from budgetcalc.cli import main

if __name__ == "__main__":
    main()
