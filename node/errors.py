"""Every error this node raises on purpose: whose fault it is, whether to retry, and what to do.

`docs/reference/errors.md` lists this module as a table, and a test keeps the two the same. Exit codes are
those of BSD `sysexits.h`, so that a calling script can tell "fix your input" from "try again later".
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import ClassVar, Self

MAX_PLACES = 10
"""Places (rows, cells, codes) that a message names before it says how many more there are."""


class Fault(Enum):
    """Who has to act."""

    OPERATOR = "the operator of this node"
    PEER = "the peer"
    MACHINE = "the machine or the network"
    NODE = "the developers of this node"


class NodeError(Exception):
    """Base of all errors raised on purpose. The message names the thing, what was expected, and what to do.

    `template`, `values`: the message before its values were put in, where pages translate it; see `to_reader`.
    """

    fault: ClassVar[Fault] = Fault.NODE
    retry: ClassVar[bool] = False
    exit_code: ClassVar[int] = 70
    http_status: ClassVar[int] = 500
    remedy: ClassVar[str] = "Report this to the developers with the message; it holds no microdata."

    def __init__(self, message: str, *, places: tuple[str, ...] = ()) -> None:
        shown = "; ".join(places[:MAX_PLACES])
        more = f"; and {len(places) - MAX_PLACES} more" if len(places) > MAX_PLACES else ""
        super().__init__(f"{message} ({shown}{more})" if places else message)
        self.places = places
        self.template = ""
        self.values: dict[str, object] = {}

    @classmethod
    def to_reader(cls, template: str, /, **values: object) -> Self:
        """One that a reader of the pages can bring on, by an address typed or clicked, and is told in their language.

        `template`: the message as a format, `%(code)s` for a value and `%%` for a per cent sign, written out where it
        is raised: the pages' catalogues are made from there. `values`: what is the same in every language, as codes.
        """
        error = cls(template % values)
        error.template, error.values = template, values
        return error


class OperatorError(NodeError):
    """Something this node was given is wrong; the same call fails again until it is mended."""

    fault = Fault.OPERATOR
    exit_code = 65
    http_status = 400
    remedy = "Mend what the message names and run the command again. Nothing was published."


class ConfigurationError(OperatorError):
    """`node.toml`, the environment or the node's folder does not describe a node that can start."""

    exit_code = 78
    http_status = 503
    remedy = "Correct the named setting in node.toml or the environment, then run `lmis-node doctor`."


class ProfileError(OperatorError):
    """An exchange profile is not valid: an unknown or duplicate key, a rule that contradicts itself."""

    exit_code = 78
    http_status = 503
    remedy = "Correct the exchange profile at the named place; all partners must use the same version."


class MappingError(OperatorError):
    """A correspondence table or codelist is not valid, or a scheme and edition are not known."""

    exit_code = 78
    http_status = 503
    remedy = "Correct the table at the named row, or name a scheme and edition that `mappings/` holds."


class TitleModelInvalid(OperatorError):
    """The model that codes job titles is missing, damaged or of another version, or cannot be made of what is there."""

    exit_code = 78
    http_status = 503
    remedy = "Run `lmis-node titles train`; `lmis-node titles status` says what it would learn from."


class SourceMissing(OperatorError):
    """A microdata source is not where the configuration says."""

    exit_code = 66
    remedy = "Correct the source's location in node.toml, or bring the file back, then run `lmis-node source check`."


class SourceUnreadable(OperatorError):
    """A microdata source is there and cannot be read: encoding, format, a missing column."""

    remedy = "Export the source again in the format node.toml declares (UTF-8 for CSV), or correct the field mapping."


class RecordsInvalid(OperatorError):
    """Records of a source break a rule of their dataflow: a date that is none, a negative count, a repeated key."""

    remedy = "Correct the named rows at the source and release again; no row is dropped to make a release pass."


class TableInvalid(OperatorError):
    """A table given to be audited or protected is not one: margins do not add up, a hierarchy has a gap or a cycle."""

    remedy = "Correct the table or its declared hierarchies at the named cells."


class TableContradicts(TableInvalid):
    """No table fits what is published and what hidden cells are said to be at least."""

    remedy = "Audit with --lower-bound 0 where suppressed cells may be zero; else correct the table at the named cells."


class ReleaseRefused(OperatorError):
    """A protected table did not pass its audit, or the release broke its own profile. Nothing was signed."""

    exit_code = 77
    http_status = 409
    remedy = "Read the named cells, coarsen the profile or widen its rules, and release again."


class NotPublished(OperatorError):
    """What was asked for has not been published or merged."""

    exit_code = 66
    http_status = 404
    remedy = "Run `lmis-node compare` or open /feeds/ to see which dataflows and periods are there."


class ProofIncomplete(OperatorError):
    """Files that a number's proof needs are gone. Nothing contradicts the number; it can be shown only in part."""

    exit_code = 66
    http_status = 404
    remedy = "Bring peers/ back from a backup, or ask the number's sender for the release it comes from."


class ProofBroken(OperatorError):
    """A file or the database of this node is not what a number's sender signed."""

    exit_code = 76
    http_status = 500
    remedy = (
        "Do not use the number. Find out who changed the named file or the database; restore both from a backup, and "
        "keep what is there as evidence."
    )


class KeyStoreError(OperatorError):
    """A private key is missing, unreadable, readable by others, or its passphrase is wrong."""

    exit_code = 77
    http_status = 503
    remedy = "Run `lmis-node keys status`; restore the key, its permissions (0600) or its passphrase."


class StoreOutdated(OperatorError):
    """The database is of another version than this program."""

    exit_code = 78
    http_status = 503
    remedy = "Run `lmis-node db upgrade` (take a backup first)."


class PeerError(NodeError):
    """A peer, or what came from it, is at fault. What was merged from it before stays in force."""

    fault = Fault.PEER
    exit_code = 76
    http_status = 502
    remedy = "Tell the peer's operator what the message says."


class PeerUnreachable(PeerError):
    """No answer, or not in time."""

    retry = True
    exit_code = 75
    remedy = "Nothing needs doing: the next scheduled pull tries again. Check the address if it lasts."


class PeerStale(PeerError):
    """The peer's signed timestamp has expired: it was not renewed, which is how a peer that is down looks."""

    retry = True
    exit_code = 75
    remedy = (
        "Ask the peer's operator to renew the timestamp (their scheduler may be down). This is not an attack by itself."
    )


class SignatureRefused(PeerError):
    """Metadata or targets are not signed as the pinned root demands, or would take this node back in time."""

    remedy = (
        "Do not remove and re-add the peer. Telephone its operator, compare root fingerprints, "
        "and keep the files as evidence."
    )


class FeedQuarantined(PeerError):
    """A correctly signed feed breaks its exchange profile or speaks outside its sender's authority."""

    remedy = (
        "Send the quarantine report to the peer's operator; the previous version stays in force until they correct it."
    )


class FeedForked(PeerError):
    """A peer's key has signed two different feeds under one version: partners are shown different things."""

    remedy = (
        "Telephone the peer's operator and the partner that saw the other feed. `lmis-node peer fork show` has the "
        "evidence; `lmis-node peer fork decide` ends the hold."
    )


class MachineError(NodeError):
    """The machine stands in the way; nothing is wrong with the data."""

    fault = Fault.MACHINE
    retry = True
    exit_code = 75
    http_status = 503
    remedy = "Try again later."


class Busy(MachineError):
    """Another process of this node is doing the same work."""

    http_status = 409
    remedy = "Wait for the other process to finish; its lock is given back when it ends, also when it is killed."


class StorageFull(MachineError):
    """The disk is full or not writable. What was published before is untouched."""

    exit_code = 74
    http_status = 507
    remedy = "Free space on the disk that holds the node's folder, then run the command again."


class PortInUse(MachineError):
    """The address to serve on is taken."""

    exit_code = 69
    remedy = "Choose another port with --port, or stop what uses this one."


def all_errors() -> Iterator[type[NodeError]]:
    """Every error class, parents before children, in the order of this module."""
    queue: list[type[NodeError]] = [NodeError]
    while queue:
        current = queue.pop(0)
        yield current
        queue.extend(current.__subclasses__())
