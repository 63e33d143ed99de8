"""`lmis-node demo`: three nodes on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from node.bootstrap import open_services
from node.cli.output import plain_errors, say
from node.cli.serving import serve_node
from node.config import load_config
from node.demo.run import DEFAULT_PERIODS, DEFAULT_RECORDS, run_demo


@click.command()
@click.option(
    "--home",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Where the three nodes' folders go.",
)
@click.option("--records", type=click.IntRange(min=1), default=DEFAULT_RECORDS, show_default=True,
              help="Generated records a country; of its survey at least 20,000.")  # fmt: skip
@click.option("--periods", type=click.IntRange(1, 60), default=DEFAULT_PERIODS, show_default=True, help="Months.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Where pages are served.")
@click.option("--no-serve", is_flag=True, help="Stop when the cycle is done.")
def demo(folder: Path, records: int, periods: int, port: int, no_serve: bool) -> None:
    """Three national nodes with generated (synthetic) microdata: one full cycle, then Indonesia's pages."""
    with plain_errors():
        run_demo(folder, records=records, periods=periods)
        if no_serve:
            say(f"done; try: lmis-node --home {folder / 'id'} compare")
            return
        with open_services(load_config(folder / "id", os.environ)) as services:
            serve_node(services, "127.0.0.1", port)
