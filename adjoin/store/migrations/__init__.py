"""The schema of *done* and *people*, step by step from the first release on.

A change of `store/tables.py` brings a file `versions/rNNNN_what.py` with `revision = "NNNN"`, the next number;
`tests/stores/test_migrations.py` compares what the steps make with what the tables say.
"""
