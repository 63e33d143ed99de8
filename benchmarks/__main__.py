"""`python -m benchmarks`: what the node's work costs, as ratios to floors measured in the same run."""

from __future__ import annotations

import argparse

from benchmarks import coding, exchange, merge, pages, protection, reading, release, titles

RELEASE_ROWS = (1_000_000, 10_000_000)
CODING_ROWS = 10_000_000
MERGE_ROWS = 1_000_000
STORED_ROWS = 10_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--release", type=int, nargs="*", metavar="ROWS", default=list(RELEASE_ROWS))
    parser.add_argument("--coding", type=int, nargs="*", metavar="ROWS", default=[CODING_ROWS])
    parser.add_argument("--merge", type=int, nargs="*", metavar="ROWS", default=[MERGE_ROWS])
    parser.add_argument("--reading", type=int, nargs="*", metavar="OBSERVATIONS", default=[STORED_ROWS])
    parser.add_argument("--pages", type=int, nargs="*", metavar="OBSERVATIONS", default=[STORED_ROWS])
    parser.add_argument("--no-exchange", action="store_true", help="leave out the signed exchange")
    parser.add_argument("--no-protection", action="store_true", help="leave out the tables of disclosure control")
    parser.add_argument("--titles", action="store_true", help="the title coder's accuracy and cost, and nothing else")
    parser.add_argument("--no-titles", action="store_true", help="leave out the title coder")
    chosen = parser.parse_args()
    if chosen.titles:
        titles.main()
        return
    for rows in chosen.release:
        release.main(rows)
    for rows in chosen.coding:
        coding.main(rows)
    for rows in chosen.merge:
        merge.main(rows)
    for observations in chosen.reading:
        reading.main(observations)
    for observations in chosen.pages:
        pages.main(observations)
    if not chosen.no_exchange:
        exchange.main()
    if not chosen.no_protection:
        protection.main()
    if not chosen.no_titles:
        titles.main()


if __name__ == "__main__":
    main()
