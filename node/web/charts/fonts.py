"""The one family of all charts, documents and pages: Sarabun, which holds Latin and Thai at matching weights.

Source: Cadson Demak's Sarabun, SIL Open Font License 1.1, as the distribution `fontpkg-sarabun` packs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from node.errors import ConfigurationError

FAMILY = "Sarabun"
FALLBACK = f'{FAMILY}, "Noto Sans Thai", "Noto Sans", sans-serif'
"""What an inline chart asks of a browser; the first is served by the pages themselves."""

PACKAGE = "fontpkg_sarabun"
Weight = Literal[400, 600, 700]
REGULAR: Weight = 400
SEMIBOLD: Weight = 600
BOLD: Weight = 700
FACES = ((REGULAR, "Sarabun-Regular.ttf"), (SEMIBOLD, "Sarabun-SemiBold.ttf"), (BOLD, "Sarabun-Bold.ttf"))


@dataclass(frozen=True, slots=True)
class FontFile:
    """One TrueType file. `weight`: as in CSS."""

    family: str
    weight: Weight
    path: Path


@cache
def font_directory() -> Path:
    """The folder that holds all files of the family.

    Raises: ConfigurationError where the package with the files is not installed.
    """
    try:
        return Path(str(files(PACKAGE) / "files"))
    except ModuleNotFoundError:
        raise ConfigurationError(
            "the font Sarabun is not installed; install the node again with its dependencies (fontpkg-sarabun)"
        ) from None


def font_files() -> tuple[FontFile, ...]:
    """The weights that charts, pages and documents use, lightest first."""
    return tuple(FontFile(FAMILY, weight, font_directory() / name) for weight, name in FACES)


def font_licence() -> Path:
    """The licence that has to go with the files wherever they are served."""
    return font_directory().parent / "LICENSE"
