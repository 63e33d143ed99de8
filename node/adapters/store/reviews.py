"""Between reviews and the JSON in which the store keeps them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from node.coding.decisions import Matter
from node.coding.review import Amount, OpenEntry, Review, State, Suggestion
from node.model.period import TimePeriod
from node.model.records import Scheme
from node.model.release import Json


def review_content(review: Review) -> dict[str, Json]:
    """What a row keeps of a review beside its source, period and time."""
    return {
        "indicator": review.indicator,
        "schemes": {matter: [scheme.name, scheme.edition] for matter, scheme in review.schemes.items()},
        "total": _pair(review.total),
        "out_of_scope": _pair(review.out_of_scope),
        "place_unmapped": _pair(review.place_unmapped),
        "levels": [_pair(amount) for amount in review.levels],
        "by_title": [_pair(amount) for amount in review.by_title],
        "duplicates": review.duplicates,
        "entries": [_entry_content(entry) for entry in review.entries],
        "untold": {matter: _pair(amount) for matter, amount in review.untold.items()},
        "hints": list(review.hints),
    }


def review_of(row: sa.RowMapping) -> Review:
    """The review that a row holds."""
    content: dict[str, Any] = row["content"]
    schemes = {matter: Scheme(*pair) for matter, pair in content["schemes"].items()}
    return Review(
        source=row["source"],
        dataflow=row["dataflow"],
        period=TimePeriod(row["period"]),
        indicator=content["indicator"],
        schemes=schemes,
        total=Amount(*content["total"]),
        out_of_scope=Amount(*content["out_of_scope"]),
        place_unmapped=Amount(*content["place_unmapped"]),
        levels=tuple(Amount(*pair) for pair in content["levels"]),
        by_title=tuple(Amount(*pair) for pair in content["by_title"]),
        duplicates=content["duplicates"],
        entries=tuple(_entry(entry, schemes) for entry in content["entries"]),
        untold={matter: Amount(*pair) for matter, pair in content["untold"].items()},
        hints=tuple(content["hints"]),
        taken=row["taken"],
        taken_by=row["taken_by"],
    )


def _pair(amount: Amount) -> Json:
    return [amount.records, amount.weight]


def _entry_content(entry: OpenEntry) -> Json:
    suggestions: list[Json] = [[one.target, one.name, list(one.reasons)] for one in entry.suggestions]
    return {
        "matter": entry.matter.value,
        "written": entry.written,
        "label": entry.label,
        "amount": _pair(entry.amount),
        "state": entry.state.name,
        "suggestions": suggestions,
    }


def _entry(content: dict[str, Any], schemes: dict[str, Scheme]) -> OpenEntry:
    return OpenEntry(
        matter=Matter(content["matter"]),
        scheme=schemes.get(content["matter"]),
        written=content["written"],
        label=content["label"],
        amount=Amount(*content["amount"]),
        state=State[content["state"]],
        suggestions=tuple(Suggestion(target, name, tuple(why)) for target, name, why in content["suggestions"]),
    )
