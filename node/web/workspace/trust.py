"""Where figures come from: the numbers behind a view, each with its release; and one number's proof."""

from __future__ import annotations

from node.comparing.provenance import provenance
from node.comparing.reading import EMPLOYMENT, TRAINING
from node.errors import NotPublished
from node.exchange.prove import Proof
from node.model.period import TimePeriod
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.restricted import is_restricted
from node.web.services import Prover
from node.web.workspace.desk import Desk
from node.web.workspace.shown import Shown


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
        raise NotPublished(f"there is no dataflow {dataflow}")
    desk.require(dataflow)
    periods = desk.reading.store.periods(dataflow)
    period = desk.query.period or (periods[-1] if periods else None)
    if period is None:
        raise NotPublished(f"nothing of {dataflow} has been merged here")
    return prove(dataflow, key, period, desk.query.as_of)
