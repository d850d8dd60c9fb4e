"""`python -m tests.bench [--only NAME]…`: run the benchmarks, each printing one JSON line per figure."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from tests.bench import (
    campaign,
    chat_heard,
    cold_start,
    costs,
    cron_fanout,
    example_cost,
    menu_reading,
    operations,
    product_matching,
    reads,
    runs_under_load,
    tracing,
)
from tests.bench.peers import compare

BENCHMARKS: dict[str, Callable[[], None]] = {
    "chat_heard": chat_heard.measure,
    "menu_reading": menu_reading.measure,
    "product_matching": product_matching.run,
    "example_cost": example_cost.measure,
    "cold_start": cold_start.measure,
    "cron_fanout": cron_fanout.measure,
    "campaign": campaign.measure,
    "operations": operations.measure,
    "reads": reads.measure,
    "costs": costs.measure,
    "throughput": runs_under_load.measure_throughput,
    "latency": runs_under_load.measure_latency,
    "tracing": tracing.measure,
    "peers": compare.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=BENCHMARKS, metavar="NAME", help=", ".join(BENCHMARKS))
    chosen = parser.parse_args().only or list(BENCHMARKS)
    environment = dict(os.environ)
    for name in chosen:
        BENCHMARKS[name]()
        os.environ.clear()
        os.environ.update(environment)


if __name__ == "__main__":
    main()
