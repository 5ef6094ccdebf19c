"""First step of `verify` and `calibrate`: recorded calls in any form that holds request and usage."""

from budgetcalc.readers.recordings.pairs import record_of, records_of
from budgetcalc.readers.recordings.reading import read_recordings

__all__ = ["read_recordings", "record_of", "records_of"]
