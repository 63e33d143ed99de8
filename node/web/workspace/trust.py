"""Where figures come from: the numbers behind a view, each with its release; and one number's proof."""

from __future__ import annotations

from node.comparing.provenance import provenance
from node.comparing.reading import EMPLOYMENT, TRAINING
from node.errors import NotPublished
from node.exchange.proof import Proof
from node.exchange.prove import parse_key
from node.model.period import TimePeriod
from node.model.profile import AREA
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.restricted import is_restricted
from node.web.services import Prover
from node.web.workspace.desk import Desk
from node.web.workspace.shown import Shown
from node.web.workspace.steps import lacks_text, outcome_text, steps


def provenance_shown(desk: Desk, period: TimePeriod, area: str, occupation: str) -> Shown:
    """Dataflows for partners only are left out. Raises: NotPublished for an unknown area or group."""
    senders = {standing.peer.authority: standing.peer.id for standing in desk.standings}
    held = desk.services.profiles.dataflows()
    others = [one for one in (TRAINING, EMPLOYMENT) if one in held and not is_restricted(desk.services, one)]
    found = provenance(desk.reading, period, area, occupation, senders, others)
    links = desk.links(period)
    now = found.moment.tightness
    place = now.place(area, occupation)
    values = {
        "occupation": desk.naming.occupation_text(occupation),
        "area": desk.naming.area_text(area),
        "month": writing.month(period),
    }
    return Shown(
        template="provenance.html",
        path=f"/provenance/{area}/{occupation}",
        heading=gettext("Where these figures come from"),
        message=gettext("%(occupation)s in %(area)s, %(month)s.", **values),
        view=found.view,
        moment=found.moment,
        links=links,
        area=area,
        occupation=occupation,
        context={
            "inputs": found.inputs,
            "tightness": now.tight.at(*place),
            "relative": now.relative.at(*place),
            "signal": now.signal_at(*place),
            "proofs": [links.to(f"/proofs/{one.dataflow}/{one.key}", period=str(one.period)) for one in found.inputs],
        },
    )


def proof_of(desk: Desk, prove: Prover, dataflow: str, key: str) -> Proof:
    """Checks a number from the files on this node's disk back to the pinned root.

    Raises: ProofBroken, NotPublished, OperatorError for a key that is none, Unauthorized where the dataflow is for
    partners only.
    """
    if dataflow not in desk.services.profiles.dataflows():
        raise NotPublished.to_reader("there is no dataflow %(dataflow)s", dataflow=dataflow)
    desk.require(dataflow)
    _require_sender(desk, dataflow, key)
    periods = desk.reading.store.periods(dataflow)
    period = desk.query.period or (periods[-1] if periods else None)
    if period is None:
        raise NotPublished.to_reader("nothing of %(dataflow)s has been merged here", dataflow=dataflow)
    return prove(dataflow, key, period, desk.query.as_of)


def proof_context(desk: Desk, proof: Proof) -> dict[str, object]:
    """For the page on a proof."""
    period = TimePeriod(proof.period)
    return {
        "proof": proof,
        "period": period,
        "outcome": outcome_text(proof),
        "lacks": lacks_text(proof),
        "steps": steps(proof),
        "data": desk.links(period).to(f"/proofs/{proof.dataflow}/{proof.key}.json"),
    }


def _require_sender(desk: Desk, dataflow: str, key: str) -> None:
    """Raises: NotPublished where nobody speaks for the key's area: what a reader made up is no fault of the node's
    configuration, as which `prove` would tell it. OperatorError for a key that is none."""
    profile = desk.services.profiles.profile(dataflow)
    area = parse_key(profile, key)[AREA]
    above = profile.structure.axis(AREA).codelist.lineage(area)
    if not any(standing.peer.authority in above for standing in desk.standings):
        raise NotPublished.to_reader(
            "nobody whose feed this node pulls speaks for %(area)s; sums over countries are made by their reader",
            area=area,
        )
