"""HTTP errors that a reader is told in their language, and a program in English."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import request
from werkzeug.exceptions import BadRequest, HTTPException

from node.web.language.catalogues import LazyText
from node.web.language.catalogues import lazy_gettext as _l
from node.web.language.current import PARAMETER
from node.web.language.languages import Language

E = TypeVar("E", bound=HTTPException)


def refused(kind: type[E], message: LazyText, **options: Any) -> E:
    """The error to raise. Its description is put into words where it is answered; `options`: of its kind."""
    error = kind(**options)
    error.description = message  # type: ignore[assignment]  # read as text, and made one then
    return error


def refuse_unknown_language() -> None:
    """Before each request. Raises: BadRequest where the address names a language that the pages are not in."""
    asked = request.args.get(PARAMETER, "")
    if asked and Language.of_code(asked) is None:
        known = ", ".join(f"{one} ({one.own_name})" for one in Language)
        message = _l("“%(code)s” is no language of these pages; there are %(known)s", code=asked, known=known)
        raise refused(BadRequest, message)
