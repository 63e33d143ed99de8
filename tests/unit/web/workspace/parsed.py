"""A page as its readers have it: tables with the words, marks and links of their cells, and what links it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class Element:
    """A part of a page with what lies in it, texts among them."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def everything(self) -> list[Element]:
        """Every element within it."""
        inside = [one for one in self.inside if isinstance(one, Element)]
        return [found for one in inside for found in (one, *one.everything())]

    def all(self, tag: str) -> list[Element]:
        """Every element of a tag within it, in order."""
        return [one for one in self.everything() if one.tag == tag]

    def with_class(self, name: str) -> list[Element]:
        return [one for one in self.everything() if name in one.classes]

    def text(self, *without: str) -> str:
        """The words in it with single spaces between them; without those in elements of some classes."""
        return " ".join(self._text(without).split())

    def _text(self, without: tuple[str, ...]) -> str:
        words = []
        for one in self.inside:
            if isinstance(one, str):
                words.append(one)
            elif not set(without) & set(one.classes):
                words.append(one._text(without))
        return "".join(words)

    @property
    def href(self) -> str:
        """Where the first link in it leads; empty for none."""
        return next((link.attributes["href"] for link in self.all("a") if "href" in link.attributes), "")


@dataclass(frozen=True)
class ParsedTable:
    """`rows`: cells of the body."""

    caption: str
    heads: list[Element]
    rows: list[list[Element]]

    def row(self, head: str, *more: str) -> list[str]:
        """The words of the cells after the first of the row whose first cells begin so."""
        wanted = (head, *more)
        for cells in self.rows:
            if all(cell.text().startswith(word) for cell, word in zip(cells, wanted, strict=False)):
                return [cell.text() for cell in cells[len(wanted) :]]
        raise AssertionError(f"no row begins with {wanted}; there are {[row[0].text() for row in self.rows]}")


class Page(HTMLParser):
    """`root`: an element around all."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)

    @property
    def tables(self) -> list[ParsedTable]:
        return [_table(element) for element in self.root.all("table")]

    def table(self, name: str) -> ParsedTable:
        """The table of a view, by its id; of the matrix, `matrix`."""
        wanted = "matrix" if name == "matrix" else f"table-{name}"
        found = [element for element in self.root.all("table") if wanted in element.classes]
        assert len(found) == 1, f"{len(found)} tables {name}"
        return _table(found[0])

    @property
    def links(self) -> list[str]:
        return [link.attributes["href"] for link in self.root.all("a") if "href" in link.attributes]

    def words(self, tag: str) -> list[str]:
        return [element.text() for element in self.root.all(tag)]


def _table(element: Element) -> ParsedTable:
    captions = [one.text() for one in element.all("caption")]
    rows = [
        [cell for cell in row.inside if isinstance(cell, Element)]
        for body in element.all("tbody")
        for row in body.all("tr")
    ]
    heads = [cell for head in element.all("thead") for cell in head.all("th")]
    return ParsedTable(captions[0] if captions else "", heads, rows)
