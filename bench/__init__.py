"""How fast feedapp is: every figure a ratio of things measured in the same run, interleaved, with medians and spread.

`python -m bench` (or `make bench`, `make bench-full`) starts its own servers on this machine, measures, and writes
docs/performance.md's tables and plots. Nothing in feedapp knows of this package.
"""
