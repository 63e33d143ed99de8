"""No template says anything past the catalogues."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.messages import WEB
from tests.support.untranslated import untranslated

FOLDER = WEB / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))


def test_there_are_templates_to_look_at() -> None:
    assert FOLDER / "base.html" in TEMPLATES


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.relative_to(FOLDER).as_posix())
def test_every_word_of_a_template_is_in_the_catalogues(template: Path) -> None:
    found = untranslated(template.read_text(encoding="utf-8"))
    assert not found, f"{len(found)} in one language only:\n" + "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>\n  Hello {{ name }}, all\n</p>", ["Hello , all"]),
        ("<p>สวัสดี</p>", ["สวัสดี"]),
        ('<a title="Hello {{ x }}">1</a>', ["Hello"]),
        ('<nav aria-label="Pages"></nav><img alt="Map"><input placeholder="Name">', ["Map", "Name", "Pages"]),
        ('<option value="a">All</option>', ["All"]),
        ('<input type="submit" value="Go"><input type="hidden" value="go">', ["Go"]),
        ('<meta name="description" content="Words"><meta name="viewport" content="width=device-width">', ["Words"]),
        ("<title>{% block title %}Feeds{% endblock %}</title>", ["Feeds"]),
        ("{% for x in y %}{% if x %}one{% else %}two{% endif %}{% else %}none{% endfor %}", ["onetwonone"]),
        ("{% macro m() %}<b>Bold</b>{% endmacro %}", ["Bold"]),
        ("{{ 'this' if x else 'that' }}", ["that", "this"]),
        ("{{ 'a ' ~ x }}{{ x|default('none') }}{{ xs|join(' or ') }}", [" or ", "a ", "none"]),
        ("<a title=\"{{ 'One' if x }}\">{{ x }}</a>", ["One"]),
        ("{% set title = 'All occupations' %}{{ title }}", ["All occupations"]),
        ("{{ head('All of it', x) }}", ["All of it"]),
        ("{% set x %}Kept{% endset %}", ["Kept"]),
        ("<code>x</code> runs", ["runs"]),
    ],
)  # fmt: skip
def test_words_past_the_catalogues_are_found(source: str, words: list[str]) -> None:
    assert sorted(finding.words for finding in untranslated(source)) == sorted(words)


@pytest.mark.parametrize(
    "source",
    [
        "{{ _('Hello') }}{{ gettext('Hello %(x)s', x='y') }}{{ ngettext('row', 'rows', n) }}",
        "{% trans n=x %}Hello {{ n }}{% endtrans %}",
        "{% trans count=n %}{{ count }} row{% pluralize %}{{ count }} rows{% endtrans %}",
        "<a title=\"{{ _('Hello') }}\">{{ _('Hello') if x else _('Bye') }}</a>",
        '<td class="num{% if x %} all{% endif %}" scope="{{ \'row\' if x else \'col\' }}">{{ x }}</td>',
        "IMT-GT, ISCO-08 · SHA-256: CSV, SDMX-CSV (12.5 %) → ▲ ∞ &amp; &nbsp;",
        "<code>lmis-node compare</code><kbd>Enter</kbd><span translate=\"no\">Bahasa</span>",
        "{# a comment #}<!-- another -->",
        "{% set kind = 'place' %}{{ url_for('pages.area', code='ID-SU') }}{{ mark('JV_OPEN') }}",
        "{% if x == 'Some words' %}{{ names['Some words'] }}{{ x|replace('_', ' ') }}{% endif %}",
    ],
)  # fmt: skip
def test_what_is_in_the_catalogues_or_in_no_language_is_let_through(source: str) -> None:
    assert untranslated(source) == ()


def test_a_finding_says_where() -> None:
    source = '{% if a %}\n<p>\n  First</p>\n{% endif %}\n<a\n  title="Second"></a>\n{{ "Third" }}'
    assert [str(finding) for finding in untranslated(source)] == [
        "line 3, text: “First”", "line 5, title of <a>: “Second”", "line 7, text, by an expression: “Third”",
    ]  # fmt: skip
