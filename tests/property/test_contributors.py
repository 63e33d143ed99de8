"""What each employer knows by itself does not let it tell another's posts: asked of each of them in turn."""

from __future__ import annotations

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st

from node.errors import ReleaseRefused
from node.feasible.intervals import intervals
from node.feasible.margins import margins
from node.model.profile import DominanceRule, PPercentRule, ProtectionRule, ThresholdRule
from node.protect.primary import primary_suppression
from node.protect.protect import protect
from tests.property.test_certified_widths import NAMES, trees
from tests.support.cubes import Contribution, counted, with_axes
from tests.support.profiles import vacancies

RULES: tuple[ProtectionRule, ...] = (
    ThresholdRule(3, "contributors", (), "test"),
    DominanceRule(1, 75.0, (), "test"),
    PPercentRule(10.0, (), "test"),
)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_employer_narrows_a_cell_below_its_protection_level(data: st.DataObject) -> None:
    axes = tuple(data.draw(trees(name)) for name in NAMES)
    leaf = st.tuples(*(st.sampled_from(axis.codelist.leaves) for axis in axes))
    employer = st.sampled_from([f"E{number}" for number in range(8)])
    posts: list[Contribution] = data.draw(
        st.lists(st.tuples(leaf, employer, st.sampled_from((1.0, 3.0, 40.0, 90.0))), max_size=60)
    )
    profile = with_axes(vacancies(*RULES), axes)
    cube = counted(profile, posts)
    try:
        release = protect(cube)
    except ReleaseRefused:
        event("refused")
        return
    hidden = (release.status == "Q").ravel()
    primary = primary_suppression(cube)
    value, equations = cube.value.ravel(), margins(cube.structure.axes)
    for who in sorted({name for _, name, _ in posts}):
        own = counted(profile, [post for post in posts if post[1] == who]).value.ravel()
        low = np.where(hidden, np.maximum(own, 1.0), value)
        high = np.where(hidden, np.inf, value)
        found = intervals(equations, low, high, hidden, seconds=60)
        asked = primary.sensitive.ravel()
        assert (found.high - value >= primary.upper.ravel() - 1e-6)[asked].all()
        assert (found.high - found.low > 0)[hidden & asked].all()
