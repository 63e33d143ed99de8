"""A workbook's and a briefing's input, made by hand."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from node.model.comparison import MISSING, NOT_APPLICABLE, NOT_REPORTED, PROVISIONAL, SUPPRESSED, Signal
from node.model.table import Coded, Kind
from node.web.takeaway.document import (
    Briefing,
    BriefingLabels,
    Chart,
    KeyFigure,
    Section,
    TextTable,
    Verification,
)
from node.web.takeaway.sources import Source, SourceHeadings
from node.web.takeaway.words import SheetWords

AT = datetime(2026, 11, 22, 5, 12, tzinfo=UTC)
HEADINGS = SourceHeadings("Sender", "Dataflow", "Period", "Revision", "Published", "File", "SHA-256")
SOURCES = (
    Source("Indonesia", "Vacancies", "October 2026", 3, "15 November 2026", "VACANCIES/2026-10.csv.gz", "0a1b" * 16),
    Source("Malaysia", "Job seekers", "October 2026", 1, "14 November 2026", "JOBSEEKERS/2026-10.csv.gz", "c2d3" * 16),
)
NAMES = {"IMTGT_MY": "Malaysia (IMT-GT)", "ID-SU": "Sumatera Utara"}


def words() -> SheetWords:
    return SheetWords(
        code="code",
        at_least="at least",
        at_most="at most",
        sign="sign",
        partial="partial, without {areas}",
        signs={
            PROVISIONAL: "provisional",
            SUPPRESSED: "hidden",
            MISSING: "missing",
            NOT_REPORTED: "no data",
            NOT_APPLICABLE: "not applicable",
        },
        signals={signal: f"signal: {signal.value}" for signal in Signal},
        name=_name,
        word=lambda column, text: f"{column}/{text}",
    )


def _name(kind: Kind, coded: Coded) -> str:
    return NAMES.get(coded.code, coded.name) if kind is Kind.AREA else coded.name


def png(width: int = 40, height: int = 20) -> bytes:
    """A blue rectangle."""
    rows = b"".join(b"\0" + b"\x12\x34\x4d" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def section(rows: int = 30, heading: str = "Where professionals are tight") -> Section:
    return Section(
        heading,
        ("Six provinces are certainly tighter than their country as a whole.",),
        Chart(png(), "North Sumatra is the tightest of all.", "Vacancies per 100 job seekers"),
        TextTable(
            ("Area", "Vacancies", "Signal"),
            (False, True, False),
            tuple((f"Area {row}", f"{1000 + row:,}", "▲ tighter") for row in range(rows)),
            "Vacancies by area",
        ),
    )


def document(**changes: Any) -> Briefing:
    """A briefing of two pages in English."""
    made = Briefing(
        language="en",
        title="Professionals are short in six of ten provinces",
        subtitle="Vacancies and job seekers, October 2026",
        leads=("There are 26.9 vacancies per 100 job seekers.",),
        figures=(KeyFigure("Vacant posts", "12,345"), KeyFigure("Health professionals", "hidden", "3 to 12")),
        sections=(section(),),
        sources=SOURCES,
        verification=(
            Verification("Vacancies, North Sumatra", "7f3a-19c2-b0d4", "Type this code at the address below."),
        ),
        labels=BriefingLabels("Sources", "Make sure of these numbers", "Page {page} of {pages}", HEADINGS),
        author="Node of Indonesia",
        footer="Node of Indonesia, 22 November 2026, https://lmis.example/",
        generated=AT,
    )
    return replace(made, **changes)
