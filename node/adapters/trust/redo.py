"""A change of several files that is made whole: written down first, then carried out, and taken up again if killed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from node.adapters.trust.files import write_whole
from node.errors import ConfigurationError
from node.model.foreign import shown

_METADATA = re.compile(r"metadata/(timestamp|[1-9][0-9]{0,9}\.(root|targets|snapshot))\.json")


class RedoLog:
    """The note, at `path`: files below `folder` with their bytes, in the order in which they appear.

    The bytes are signed once, before the note is written, so that taking it up again writes the same ones.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder

    @property
    def waiting(self) -> bool:
        """Whether a change was begun and not ended."""
        return self._path.exists()

    def carry_out(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Write files, each whole, in this order; from the moment this has begun it is ended, now or later.

        Raises: StorageFull.
        """
        write_whole(self._path, json.dumps([[name, data.decode()] for name, data in files]).encode())
        self.take_up()

    def take_up(self) -> None:
        """End what was begun; nothing where nothing was. Raises: StorageFull, ConfigurationError."""
        try:
            files = [(str(name), str(text)) for name, text in json.loads(self._path.read_bytes())]
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError) as problem:
            raise ConfigurationError(
                f"{self._path} cannot be read, and it says what was under way: {problem}"
            ) from problem
        for name, _ in files:
            # A note that came with somebody's backup may say anything, and is carried out by whatever runs next.
            if not _METADATA.fullmatch(name):
                raise ConfigurationError(f"{self._path} names {shown(name)}, which is no metadata of a feed; delete it")
        for name, text in files:
            write_whole(self._folder / name, text.encode())
        self._path.unlink(missing_ok=True)
