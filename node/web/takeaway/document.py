"""What a briefing says, as plain values. Every text is in the reader's language, and is text, never markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from node.errors import NodeError
from node.web.takeaway.sources import Source, SourceHeadings

LANGUAGES = ("id", "ms", "th", "en")
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number that stands out. `figure`: as it is read, or the word for its sign; `note`: such as `3 to 12`."""

    label: str
    figure: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture. `png`: its file, which should be about 2,000 pixels wide; `alternative`: what it shows, for whoever
    does not see it.

    Raises: NodeError where the file is no PNG, or the alternative is empty.
    """

    png: bytes
    alternative: str
    caption: str = ""

    def __post_init__(self) -> None:
        # Width and height follow the signature and the head of the first chunk. Source: PNG (W3C), 5.2 and 11.2.1.
        if self.png[:8] != PNG_SIGNATURE or len(self.png) < 33 or 0 in (self.width, self.height):
            raise NodeError(f"the chart “{self.alternative}” is no PNG")
        if not self.alternative.strip():
            raise NodeError("a chart has no alternative text: say in a sentence what it shows")

    @property
    def width(self) -> int:
        """Pixels."""
        return int.from_bytes(self.png[16:20])

    @property
    def height(self) -> int:
        """Pixels."""
        return int.from_bytes(self.png[20:24])


@dataclass(frozen=True, slots=True)
class TextTable:
    """A small table of texts. `numeric`: for each column, whether it holds numbers and stands at the right.

    Raises: NodeError for a row of another width.
    """

    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        widths = {len(self.headings), len(self.numeric), *map(len, self.rows)}
        if len(widths) != 1 or not self.headings:
            raise NodeError(f"the table “{self.caption}” has rows of {sorted(widths)} cells")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading that says what the section shows, and what stands under it in this order."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    chart: Chart | None = None
    table: TextTable | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """How a reader makes sure of a number. `code`: what they type or compare."""

    label: str
    code: str
    how: str


@dataclass(frozen=True, slots=True)
class BriefingLabels:
    """What the parts of every briefing are called. `page`: with `{page}` and `{pages}` where their numbers stand.

    Raises: NodeError where `page` lacks one of the two.
    """

    sources: str
    verification: str
    page: str
    headings: SourceHeadings

    def __post_init__(self) -> None:
        if "{page}" not in self.page or "{pages}" not in self.page:
            raise NodeError(f"“{self.page}” must hold {{page}} and {{pages}}, where their numbers stand")


@dataclass(frozen=True, slots=True)
class Briefing:
    """Two to four pages. `title`: the message, as a headline; `subtitle`: what is measured, and when; `leads`: a
    sentence or two that stand out; `author`: the node's name; `footer`: node, time and address, at the foot of each
    page; `generated`: aware; `synthetic`: what the banner says where figures are generated, else empty.

    Raises: NodeError for a language that briefings are not written in, or an empty title.
    """

    language: str
    title: str
    subtitle: str
    leads: tuple[str, ...]
    figures: tuple[KeyFigure, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    verification: tuple[Verification, ...]
    labels: BriefingLabels
    author: str
    footer: str
    generated: datetime
    synthetic: str = ""

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise NodeError(f"a briefing is written in one of {', '.join(LANGUAGES)}, not in “{self.language}”")
        if not self.title.strip():
            raise NodeError("a briefing has no title: give the message that it states")
        if self.generated.tzinfo is None:
            raise NodeError("a briefing is made at a time with a time zone")
