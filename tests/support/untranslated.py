"""Words that a template says past the catalogues: texts and attributes that people read, and that no `_()` holds."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jinja2 import Environment, nodes

READ_ATTRIBUTES = frozenset(
    {"title", "alt", "placeholder", "label", "summary", "aria-label", "aria-description", "aria-roledescription",
     "aria-valuetext", "aria-placeholder"}
)  # fmt: skip
BUTTONS = frozenset({"submit", "button", "reset"})
"""Kinds of <input> whose value is their label."""
NOT_WORDS = frozenset({"code", "kbd", "samp", "script", "style"})
"""Elements whose text is a command, a name or a program: the same in every language. So is what has translate="no"."""
EMPTY = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
"""Elements that never hold text, nor end."""

PROPER_NAMES = (
    "IMT-GT", "ISCO-08", "SDMX-CSV", "SDMX", "SHA-256", "CSV", "JSON", "XLSX", "PDF", "SVG", "PNG", "UTC", ".csv.gz",
)  # fmt: skip
"""The same in every language. A name that one of the languages writes otherwise has no place here."""

TEMPLATES = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
TEMPLATES.newstyle_gettext = True  # type: ignore[attr-defined]  # set by the extension
ASKS = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
PRINTED_ARGUMENTS = frozenset({"join", "default", "d", "replace", "format"})
"""Filters whose arguments are printed."""

_HOLE = re.compile("\ue000([0-9]+)\ue001")
_NAMES = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, PROPER_NAMES)) + r")(?!\w)")
"""A longer name stands before the one it begins with."""
_IDENTIFIER = re.compile(r"[a-z0-9_.#/:-]*|[A-Z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` of the template; `where`: the element or its attribute; `words` as they stand there."""

    line: int
    where: str
    words: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.where}: “{self.words}”"


def untranslated(source: str) -> tuple[Finding, ...]:
    """What a template says in one language only, in the order of its lines."""
    skeleton = _Skeleton()
    tree = TEMPLATES.parse(source)
    skeleton.add(tree)
    reader = _Reader(skeleton)
    reader.feed("".join(skeleton.pieces))
    reader.close()
    return tuple(sorted({*reader.found, *_kept_words(tree)}, key=lambda one: (one.line, one.where, one.words)))


@dataclass
class _Skeleton:
    """The template's own text with a hole for each expression, all branches one after the other."""

    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    expressions: list[nodes.Expr] = field(default_factory=list)
    length: int = 0

    def add(self, node: nodes.Node) -> None:
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Output):
                for part in child.nodes:
                    self._say(part)
            elif not isinstance(child, nodes.Expr):
                self.add(child)

    def line(self, offset: int) -> int:
        piece = bisect_right(self.starts, offset) - 1
        return self.lines[piece] + self.pieces[piece].count("\n", 0, offset - self.starts[piece])

    def _say(self, part: nodes.Expr) -> None:
        if isinstance(part, nodes.TemplateData):
            text = part.data
        else:
            text = f"\ue000{len(self.expressions)}\ue001"
            self.expressions.append(part)
        self.pieces.append(text)
        self.starts.append(self.length)
        self.lines.append(part.lineno)
        self.length += len(text)


class _Reader(HTMLParser):
    """Looks at what people read of the skeleton."""

    def __init__(self, skeleton: _Skeleton) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Finding] = []
        self._skeleton = skeleton
        self._inside: list[str] = []
        self._line_starts = [0]
        for piece in "".join(skeleton.pieces).splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(piece))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        for name, value in attrs:
            label = tag == "input" and name == "value" and own.get("type") in BUTTONS
            described = tag == "meta" and name == "content" and own.get("name") == "description"
            if value and (name in READ_ATTRIBUTES or label or described):
                self._look(value, f"{name} of <{tag}>", self._offset())
        if tag in NOT_WORDS or (own.get("translate") == "no" and tag not in EMPTY):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self._look(data, "text", self._offset() + len(data) - len(data.lstrip()))

    def _look(self, text: str, where: str, offset: int) -> None:
        line = self._skeleton.line(offset)
        bare = " ".join(_HOLE.sub(" ", text).split())
        if has_words(bare):
            self.found.append(Finding(line, where, bare))
        for hole in _HOLE.finditer(text):
            for said in printed(self._skeleton.expressions[int(hole[1])]):
                if has_words(said.value):
                    self.found.append(Finding(said.lineno, f"{where}, by an expression", said.value))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column


def has_words(text: str) -> bool:
    """Whether there are letters in it besides proper names and references to characters."""
    return any(map(str.isalpha, _NAMES.sub("", text)))


def printed(expression: nodes.Node) -> Iterator[nodes.Const]:
    """The texts in an expression that can come out of it; a message's are in the catalogues."""
    match expression:
        case nodes.Const(value=str()):
            yield expression
        case nodes.CondExpr():
            yield from printed(expression.expr1)
            if expression.expr2 is not None:
                yield from printed(expression.expr2)
        case nodes.Filter():
            if expression.node is not None:
                yield from printed(expression.node)
            if expression.name in PRINTED_ARGUMENTS:
                for one in (*expression.args, *(pair.value for pair in expression.kwargs)):
                    yield from printed(one)
        case nodes.BinExpr() | nodes.Concat() | nodes.List() | nodes.Tuple():
            for child in expression.iter_child_nodes():
                yield from printed(child)
        case _:
            return


def _kept_words(tree: nodes.Template) -> Iterator[Finding]:
    """Texts that are given a name, or to a macro, and said elsewhere. A word that could be a code is taken for one."""
    for assign in tree.find_all(nodes.Assign):
        yield from _as_findings(assign.node, "{% set %}")
    for call in tree.find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name and name not in ASKS:
            for argument in (*call.args, *(pair.value for pair in call.kwargs)):
                yield from _as_findings(argument, f"argument of {name}()")


def _as_findings(expression: nodes.Node, where: str) -> Iterator[Finding]:
    for said in printed(expression):
        if not _IDENTIFIER.fullmatch(said.value) and has_words(said.value):
            yield Finding(said.lineno, where, said.value)
