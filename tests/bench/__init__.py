"""Benchmarks: each prints one JSON line per figure, with its target where there is one."""
