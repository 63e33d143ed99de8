"""What templates write with: figures, months and times in the reader's language, and tables of words."""

from __future__ import annotations

from flask import Flask

from node.model.comparison import Signal
from node.model.release import PublishedTarget
from node.web.language import writing
from node.web.services import WebServices
from node.web.workspace.cells import named
from node.web.workspace.names import dataflow_name
from node.web.workspace.page import rows_said
from node.web.workspace.words import (
    GAP_CLASSES,
    GAP_MEANINGS,
    GAP_WORDS,
    SIGNAL_MARKS,
    SIGNAL_WORDS,
    STATE_MARKS,
    STATE_MEANINGS,
    STATE_WORDS,
    signal_meaning,
)


def stored_path(release: PublishedTarget) -> str:
    """Where a target lies under `/feeds/targets/`. Source: TUF specification 1.0.33, 6.2 (consistent snapshots)."""
    folder, _, name = release.target.path.rpartition("/")
    return f"{folder}/{release.target.sha256}.{name}" if folder else f"{release.target.sha256}.{name}"


def add_wording(app: Flask, services: WebServices) -> None:
    """Filters and tables of words for the templates."""
    writers = (writing.number, writing.month, writing.moment, writing.size, writing.interval)
    for write in (*writers, stored_path, rows_said):
        app.add_template_filter(write)
    app.jinja_env.globals.update(
        GAP_CLASSES=GAP_CLASSES,
        GAP_MEANINGS=GAP_MEANINGS,
        GAP_WORDS=GAP_WORDS,
        SIGNAL_MARKS=SIGNAL_MARKS,
        SIGNAL_WORDS=SIGNAL_WORDS,
        STATE_MARKS=STATE_MARKS,
        STATE_MEANINGS=STATE_MEANINGS,
        STATE_WORDS=STATE_WORDS,
        Signal=Signal,
        dataflow_name=lambda dataflow: named(dataflow_name(services.profiles, dataflow)),
        signal_meaning=signal_meaning,
    )
