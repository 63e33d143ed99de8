"""The messages of the pages, and the catalogues that hold them in each language.

`python -m tests.support.messages` brings the catalogues up to what the code and the templates say: translations are
kept, new messages come without one, dead ones go. A catalogue with nothing to change keeps its bytes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from node.web.language.catalogues import FOLDER
from node.web.language.languages import Language

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / "node"
WEB = NODE / "web"
TRANSLATED = tuple(one for one in Language if one is not Language.ENGLISH)

TO_READER = "to_reader"
"""What makes an error whose message readers of pages meet, `NodeError.to_reader`: in all rooms, of which most know
nothing of catalogues."""
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), TO_READER: None,
}  # fmt: skip
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": dict.fromkeys(("trimmed", "newstyle_gettext", "trim_blocks", "lstrip_blocks"), "true")}
OPTIONS["**.html"]["silent"] = "false"
TEMPLATES = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
COMMENTS = ("Translators:",)
"""A comment that begins so, above a message, goes into the catalogues with it."""


def extracted(folder: Path = NODE) -> Catalog:
    """Every message of the modules and templates under a folder."""
    found = Catalog()
    for _, _, message, comments, context in extract_from_dir(
        folder, METHODS, OPTIONS, KEYWORDS, COMMENTS, strip_comment_tags=True
    ):
        found.add(message, auto_comments=comments, context=context)
    return found


def read(spoken: Language, folder: Path = FOLDER) -> Catalog:
    """The catalogue of a language as it lies in the tree."""
    file = folder / spoken / "messages.po"
    if not file.exists():
        return Catalog(locale=spoken.locale)
    with file.open("rb") as text:
        return read_po(text, locale=spoken.locale, abort_invalid=True)


def messages(catalog: Catalog) -> list[Message]:
    """The messages of a catalogue without its header."""
    return [message for message in catalog if message.id]


def brought_up(held: Catalog, now: Catalog, spoken: Language) -> bytes:
    """The catalogue of what is said now, with the translations that are held."""
    fresh = Catalog(locale=spoken.locale)
    for message in messages(now):
        old = held.get(message.id, message.context)
        if old is None or old.id != message.id:
            old = Message("")
        fresh.add(
            message.id,
            old.string or None,
            context=message.context,
            auto_comments=message.auto_comments,
            user_comments=old.user_comments,
            flags={"fuzzy"} & old.flags,
        )
    text = BytesIO()
    write_po(text, fresh, width=0, no_location=True, omit_header=True, sort_output=True)
    return _header(fresh, spoken) + text.getvalue().rstrip(b"\n") + b"\n"


def _header(catalog: Catalog, spoken: Language) -> bytes:
    """What tools must know to read the file, and no date or name that would change its bytes."""
    lines = (
        f"Language: {spoken}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalog.plural_forms}",
    )
    return ('msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n").encode()


def unwritten(folder: Path = NODE) -> Iterator[str]:
    """Places that ask for a message by an expression, which no catalogue can hold: `file:line`."""
    for file in sorted(folder.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", "")
            asks = name in KEYWORDS or getattr(call.func, "attr", "") == TO_READER
            if asks and not all(map(_is_text, _asked(call.args, name))):
                yield f"{file.relative_to(folder)}:{call.lineno}"
    for file in sorted(folder.rglob("*.html")):
        tree = TEMPLATES.parse(file.read_text(encoding="utf-8"))
        for called in tree.find_all(nodes.Call):
            name = called.node.name if isinstance(called.node, nodes.Name) else ""
            if name in KEYWORDS and not all(isinstance(one, nodes.Const) for one in _asked(called.args, name)):
                yield f"{file.relative_to(folder)}:{called.lineno}"


def _asked(arguments: list[Any], name: str) -> list[Any]:
    return arguments[: len(KEYWORDS.get(name) or (1,))]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def main() -> None:
    now = extracted()
    for spoken in TRANSLATED:
        file = FOLDER / spoken / "messages.po"
        content = brought_up(read(spoken), now, spoken)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


if __name__ == "__main__":
    main()
