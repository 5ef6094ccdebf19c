"""Rules about requests, one file each, and the one registry that `estimate`, `lint` and `explain` share."""
