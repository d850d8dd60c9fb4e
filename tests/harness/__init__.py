"""What the chaos test and the benchmarks share: functions as production runs them, and the playbooks they run."""
