"""One number's proof in the reader's language: what it comes to, what is lacking, and the way to the root by steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from node.exchange.proof import Lack, Outcome, Proof
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.language.catalogues import lazy_gettext as _l

OUTCOMES = {
    Outcome.SUPPRESSED: _l(
        "There is no number: it is hidden, since it could tell of single employers or persons, or would give away one "
        "that does."
    ),
    Outcome.MISSING: _l("There is no number: no source of the sender observes it."),
    Outcome.NO_NUMBER: _l("There is no number."),
    Outcome.UNLISTED_ZERO: _l("0. It is not listed, since it is a part of a margin that is 0."),
    Outcome.EMPTY: _l("The release has no rows: the sender had no records of the period."),
    Outcome.GONE: _l("The signed file is gone, so that its row cannot be shown."),
}
"""What a proof comes to where that is no number of a row."""

LACKS = {
    Lack.SIGNATURES: _l(
        "The signed metadata that vouched for this release are not kept here: its signatures cannot be shown."
    ),
    Lack.TARGET: _l("The signed file is gone: the number is the word of this node’s database alone."),
    Lack.REPORT: _l("The file of the release report is gone: the result of the audit cannot be shown."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """`said`: a sentence; `codes`: what it speaks of, the same in every language; `english`: words that are in English
    alone, since they were written down when the release was merged."""

    said: str
    codes: tuple[str, ...] = ()
    english: str = ""


def outcome_text(proof: Proof) -> str:
    """The number, or why there is none."""
    if proof.outcome is Outcome.NUMBER and proof.value is not None:
        return writing.number(proof.value)
    return str(OUTCOMES[proof.outcome])


def lacks_text(proof: Proof) -> tuple[str, ...]:
    """What can no longer be shown, a sentence each."""
    return tuple(str(LACKS[lack]) for lack in proof.lacks)


def steps(proof: Proof) -> tuple[Step, ...]:
    """The way from the number to the root: what the command line says in `as_text`."""
    return (*_of_row(proof), *_of_release(proof), *_of_audit(proof), *_of_signatures(proof), _of_root(proof))


def _of_row(proof: Proof) -> Iterator[Step]:
    row = proof.shown
    if row is None:
        return
    number = writing.number(row.number)
    if proof.margin is None:
        yield Step(gettext("Row %(number)s of the file:", number=number), (row.text,))
        return
    said = gettext("Row %(number)s of the file, a margin of 0 of which the number is a part:", number=number)
    yield Step(said, (proof.margin, row.text))


def _of_release(proof: Proof) -> Iterator[Step]:
    vintage, custom = proof.vintage, proof.vintage.custom
    published, merged = writing.moment(custom.published), writing.moment(vintage.accepted_at)
    yield Step(
        gettext("Signed file, revision %(number)s, published on %(time)s:", number=custom.revision, time=published),
        (vintage.target.path,),
    )
    yield Step(
        gettext(
            "Merged here on %(time)s, from version %(version)s of the feed’s snapshot.",
            time=merged,
            version=vintage.snapshot_version,
        )
    )
    length = writing.number(vintage.target.length)
    yield Step(gettext("SHA-256 of the file, which has %(length)s bytes:", length=length), (vintage.target.sha256,))
    yield Step(
        gettext("Exchange profile, version %(version)s, with its SHA-256:", version=custom.profile_version),
        (custom.profile_digest,),
    )
    for name, digest in custom.mapping_digests:
        yield Step(gettext("Table of the coding, with its SHA-256:"), (name, digest))
    for flag in vintage.flags:
        yield Step(gettext("Flagged when it was merged, for this reason:"), english=flag)


def _of_audit(proof: Proof) -> Iterator[Step]:
    audit = proof.report.get("audit") if proof.report is not None else None
    counts = [audit.get(name) for name in ("cells", "suppressed")] if isinstance(audit, dict) else []
    cells, hidden = (writing.number(count) if isinstance(count, int) else "" for count in counts or (None, None))
    if proof.audited is False:
        yield Step(gettext("The release did not pass its audit."))
    elif proof.audited and cells and hidden:
        said = gettext(
            "The release passed its audit: of its %(cells)s cells %(hidden)s are hidden, and none of these can be "
            "computed or told too narrowly.",
            cells=cells,
            hidden=hidden,
        )
        yield Step(said)
    elif proof.audited:
        yield Step(gettext("The release passed its audit."))


def _of_signatures(proof: Proof) -> Iterator[Step]:
    for file in reversed(proof.way.files):
        said = gettext(
            "Signed metadata, version %(version)s, with %(signed)s valid signatures of at least %(threshold)s that the "
            "root of %(sender)s, version %(root)s, asks for. Role and keys:",
            version=file.version,
            signed=len(file.signers),
            threshold=file.threshold,
            sender=proof.peer.id,
            root=file.root,
        )
        yield Step(said, (file.role, *file.signers))


def _of_root(proof: Proof) -> Step:
    said = gettext(
        "Root of trust of %(name)s (%(sender)s), pinned here by its fingerprint:",
        name=proof.peer.name,
        sender=proof.peer.id,
    )
    return Step(said, (proof.peer.fingerprint,))
