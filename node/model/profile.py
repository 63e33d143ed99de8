"""Exchange profiles: what partners agreed on for one dataflow, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from node.errors import OperatorError, ProfileError
from node.model.codelist import Codelist
from node.model.linked import LinkedDataflow
from node.model.period import TimePeriod
from node.model.perturbation import Method, Perturbation
from node.model.structure import CONF_CONFIDENTIAL, CONF_MILITARY, CONF_STATUS, DataStructure

AREA, OCCUPATION, INDICATOR, SEX = "REF_AREA", "OCCUPATION", "INDICATOR", "SEX"
RECORD = "record"
"""As a rule's contributor: each record is one contributor (a person)."""


class FieldKind(Enum):
    """What a record's field holds."""

    KEY = "key"
    DATE = "date"
    COUNT = "count"
    WEIGHT = "weight"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class RecordField:
    """One field that a source of this dataflow maps a column (or a constant) to."""

    name: str
    kind: FieldKind
    required: bool
    codelist: Codelist | None = None
    """For a CODE field: the codes it may take; the code that stands for "not known" is `unknown`."""
    unknown: str | None = None


class Timing(Enum):
    """Which records of a period an indicator counts."""

    STOCK = "stock"
    """Begun before the period's end and not ended by then."""
    FLOW = "flow"
    """Dated within the period."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One code of INDICATOR: which records it counts, and what it adds up.

    `on`: the date field that begins a stock or dates a flow; `until`: the field that ends a stock;
    `measure`: the count or weight field that is summed, None to count records.
    """

    id: str
    name: str
    timing: Timing
    on: str
    until: str | None
    measure: str | None


@dataclass(frozen=True, slots=True)
class ThresholdRule:
    """A cell is sensitive with fewer contributors than `minimum` (CONF_STATUS A).

    `counted`: `contributors`, or `value` where the published number itself counts the persons to protect.
    Source: Hundepool et al., Statistical Disclosure Control (2012), 4.2.2.
    """

    minimum: int
    counted: str
    indicators: tuple[str, ...]
    why: str

    def __post_init__(self) -> None:
        if self.minimum < 2:
            raise ProfileError(f"a threshold of {self.minimum} protects nobody; write 2 or more")
        if self.counted not in ("contributors", "value"):
            raise ProfileError(f"a threshold counts `contributors` or `value`, not “{self.counted}”")


@dataclass(frozen=True, slots=True)
class DominanceRule:
    """A cell is sensitive when its `n` largest contributors (1 or 2) hold more than `k` percent (O or T).

    Source: Hundepool et al. (2012), 4.2.2, (n,k) rule.
    """

    n: int
    k: float
    indicators: tuple[str, ...]
    why: str

    def __post_init__(self) -> None:
        if self.n not in (1, 2):
            raise ProfileError(f"a dominance rule looks at the 1 or 2 largest contributors, not {self.n}")
        if not 0 < self.k < 100:
            raise ProfileError(f"a dominance rule's k is a percentage between 0 and 100, not {self.k}")


@dataclass(frozen=True, slots=True)
class PPercentRule:
    """A cell is sensitive when the second largest contributor can tell the largest to within `p` percent (G).

    That is when total - largest - second < p/100 * largest. Source: Hundepool et al. (2012), 4.2.2, p% rule.
    """

    p: float
    indicators: tuple[str, ...]
    why: str

    def __post_init__(self) -> None:
        if not 0 < self.p <= 100:
            raise ProfileError(f"a p% rule's p is a percentage up to 100, not {self.p}")


ProtectionRule = ThresholdRule | DominanceRule | PPercentRule


@dataclass(frozen=True, slots=True)
class ConfidentialGroup:
    """Codes whose figures are always confidential, whatever their size: every cell of them, and of what is below.

    `confidentiality`: their CONF_STATUS, X (military secrecy) or C (confidential for another reason);
    `percent`: how far above and below its value a reader's interval for such a cell must reach, in percent of it.
    An empty cell is published as 0, since nobody is in it.
    Source: SDMX CL_CONF_STATUS 1.3 for the statuses; of the reach, the protection levels of a p% rule, Hundepool
    et al., Statistical Disclosure Control (2012), table 4.3.
    """

    dimension: str
    codes: tuple[str, ...]
    confidentiality: str
    percent: float
    why: str

    def __post_init__(self) -> None:
        if not self.codes:
            raise ProfileError(f"a confidential group of {self.dimension} names no code")
        if len(set(self.codes)) != len(self.codes):
            raise ProfileError(f"a confidential group of {self.dimension} names a code twice")
        if self.confidentiality not in (CONF_MILITARY, CONF_CONFIDENTIAL):
            raise ProfileError(
                f"a confidential group has the status {CONF_MILITARY} (military secrecy) or {CONF_CONFIDENTIAL} "
                f"(confidential), not “{self.confidentiality}”"
            )
        if not 0 < self.percent <= 100:
            raise ProfileError(f"a confidential group's percent is a percentage up to 100, not {self.percent:g}")


@dataclass(frozen=True, slots=True)
class Protection:
    """Whom a release protects (`contributor`: a KEY field, or RECORD) and how: by rules that suppress, which groups
    that are always `confidential` may join, or by a `perturbation` in their place."""

    contributor: str
    rules: tuple[ProtectionRule, ...]
    confidential: tuple[ConfidentialGroup, ...] = ()
    perturbation: Perturbation | None = None

    def __post_init__(self) -> None:
        if self.perturbation is None:
            if not self.rules:
                raise ProfileError("a profile without a protection rule would publish everything; declare at least one")
            return
        method = self.perturbation.method.value
        if self.rules:
            raise ProfileError(
                f"a profile that protects by {method} has no rules: they hide cells, and noise stands in their place; "
                "remove `rules`, or declare `method: suppression`"
            )
        if self.confidential:
            raise ProfileError(
                f"a profile that protects by {method} has no confidential groups: all figures around a hidden one "
                "would be published, and tell it to within their noise; declare `method: suppression`"
            )
        if self.contributor != RECORD:
            raise ProfileError(
                f"{method} protects persons who count one each; the contributor is “{self.contributor}”, whose "
                "figures may be large, and a noise of a few units would not hide them. Declare `method: suppression`"
            )

    @property
    def method(self) -> Method:
        return Method.SUPPRESSION if self.perturbation is None else self.perturbation.method


@dataclass(frozen=True, slots=True)
class PlausibleChange:
    """How far a figure may move from an earlier one, up or down, before a release is flagged or held.

    `floor`: figures below it count as it; `flag_above`, `hold_above`: times, None where the profile asks for none.
    Raises: ProfileError where the numbers contradict one another.
    """

    floor: float
    flag_above: float | None
    hold_above: float | None
    why: str

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.flag_above, self.hold_above) if bound is not None]
        if self.floor < 1 or not bounds or min(bounds) <= 1 or bounds != sorted(bounds):
            raise ProfileError(
                "a plausible change has a floor of 1 or more, and flags or holds above a number of times larger than "
                "1; `hold_above` is not below `flag_above`"
            )


@dataclass(frozen=True, slots=True)
class Plausibility:
    """Bounds that a received observation must keep. `why` says where they come from.

    `between_periods`, `between_revisions`: how far figures may move from the period, or the revision, before.
    """

    highest_value: int
    why: str
    between_periods: PlausibleChange | None = None
    between_revisions: PlausibleChange | None = None


class SplitPolicy(Enum):
    """Where records go whose code is spread over several ISCO-08 groups."""

    COMMON_ANCESTOR = "common_ancestor"
    """The deepest group that holds all of them, which is true of every record."""
    PROPORTIONAL = "proportional"
    """Each of them, by the correspondence's weights; only for weighted estimates."""
    LARGEST = "largest"
    """The one with the largest weight."""


@dataclass(frozen=True, slots=True)
class ExchangeProfile:
    """All that partners agreed on for one dataflow. `digest` is the SHA-256 of the profile's files."""

    dataflow: str
    name: str
    version: str
    unit: str
    frequency: str
    structure: DataStructure
    fields: tuple[RecordField, ...]
    indicators: tuple[Indicator, ...]
    protection: Protection
    plausibility: Plausibility
    coverage_minimum: float
    """Share of in-scope records (0 to 1) that must be coded to an occupation, or the release is refused."""
    release_day: int
    """Day of the month after the period on which partners expect the first release."""
    audience: str
    digest: str
    splits: SplitPolicy = SplitPolicy.COMMON_ANCESTOR
    linked: tuple[LinkedDataflow, ...] = ()
    """Dataflows that count some of the same things; `node.model.linked.check_links` holds them against one another."""

    def __post_init__(self) -> None:
        codes = {code.id for code in self.structure.axis(INDICATOR).codelist.codes}
        named = {indicator.id for indicator in self.indicators}
        if codes != named:
            raise ProfileError(
                f"{self.dataflow}: INDICATOR codes and indicator definitions differ: {sorted(codes ^ named)}"
            )
        fields = {field.name for field in self.fields}
        for indicator in self.indicators:
            for used in (indicator.on, indicator.until, indicator.measure):
                if used is not None and used not in fields:
                    raise ProfileError(
                        f"{self.dataflow}: indicator {indicator.id} names the field “{used}”, which is not declared"
                    )
        if self.protection.contributor != RECORD and self.protection.contributor not in fields:
            raise ProfileError(
                f"{self.dataflow}: the contributor “{self.protection.contributor}” is not a declared field"
            )
        for rule in self.protection.rules:
            if unknown := set(rule.indicators) - named:
                raise ProfileError(f"{self.dataflow}: a protection rule names unknown indicators {sorted(unknown)}")
        self._check_confidential()
        self._check_perturbation()
        self._check_splits()

    def check_period(self, period: TimePeriod, today: date) -> None:
        """Raises: OperatorError where the period is of another frequency than the dataflow's releases, or has not
        begun: open stocks would fill it with figures of no time.
        """
        if period.frequency != self.frequency:
            example = "2026-10" if self.frequency == "M" else "2026-Q3"
            raise OperatorError(f"{self.dataflow} is released by periods like {example}, not like {period}")
        if period.start > today:
            raise OperatorError(f"{self.dataflow}: {period} has not begun; name a period up to {today:%Y-%m}")

    def for_sender(self, authority: str) -> DataStructure:
        """The structure of a release by the country whose areas stand under `authority` (`IMTGT_ID`)."""
        areas = self.structure.axis(AREA).codelist
        if authority not in areas:
            raise ProfileError(
                f"{self.dataflow}: REF_AREA has no code {authority}; add the country's areas to its codelist"
            )
        return self.structure.with_axis(AREA, areas.subtree(authority))

    def _check_confidential(self) -> None:
        named = [(group.dimension, code) for group in self.protection.confidential for code in group.codes]
        for group in self.protection.confidential:
            what = f"{self.dataflow}: a confidential group"
            axis = next((axis for axis in self.structure.axes if axis.id == group.dimension), None)
            if axis is None or not axis.additive:
                possible = ", ".join(axis.id for axis in self.structure.axes if axis.additive)
                raise ProfileError(f"{what} is of {group.dimension}; it can be of {possible}")
            if unknown := [code for code in group.codes if code not in axis.codelist]:
                raise ProfileError(f"{what} names {', '.join(unknown)}, which {axis.codelist.id} does not have")
            if roots := [code for code in group.codes if code in axis.codelist.roots]:
                raise ProfileError(f"{what} names {', '.join(roots)}, which is all of {axis.id}: nothing would be left")
            for code in group.codes:
                if (holders := [up for up in axis.codelist.lineage(code) if (axis.id, up) in named])[1:]:
                    raise ProfileError(f"{what} names {code}, which {holders[-1]}, named too, holds already")
            statuses = next(found.codelist for found in self.structure.attributes if found.id == CONF_STATUS)
            if group.confidentiality not in statuses:
                raise ProfileError(f"{what} has the status {group.confidentiality}, which {statuses.id} does not have")

    def _check_perturbation(self) -> None:
        """Noise of a few units hides who counts one, known by a key that stays the same."""
        if self.protection.perturbation is None:
            return
        method = self.protection.method.value
        if summed := [indicator.id for indicator in self.indicators if indicator.measure is not None]:
            raise ProfileError(
                f"{self.dataflow}: {method} perturbs counts of records, and {', '.join(summed)} sums a measure, of "
                "which one record may hold much; declare `method: suppression`"
            )
        keys = {field.name for field in self.fields if field.kind is FieldKind.KEY and field.required}
        if RECORD not in keys:
            raise ProfileError(
                f"{self.dataflow}: {method} needs the key field “{RECORD}”, `required: true`: the same person must get "
                "the same record key in every release"
            )

    def _check_splits(self) -> None:
        """A record divided over groups is a fraction in each. That suits a weighted estimate; a count of posts or
        persons would no longer be one, nor would the shares by which dominance is judged."""
        weights = {field.name for field in self.fields if field.kind is FieldKind.WEIGHT}
        weighted = all(indicator.measure in weights for indicator in self.indicators)
        if self.splits is SplitPolicy.PROPORTIONAL and not (weighted and self.protection.contributor == RECORD):
            raise ProfileError(
                f"{self.dataflow}: `proportional` divides records, which only weighted estimates allow: every "
                "indicator must sum a weight, and each record be a contributor; declare `common_ancestor` or `largest`"
            )
