"""A small site in the four languages, with catalogues of its own."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, redirect, render_template, url_for
from jinja2 import DictLoader
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from node.web.language.catalogues import gettext, lazy_gettext
from node.web.language.wiring import add_languages

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
WORDS = {
    "id": ("Halo %(name)s", "%(num)s baris", "%(share)s %% penuh", "Kosong"),
    "ms": ("Hai %(name)s", "%(num)s barisan", "%(share)s %% sarat", "Tiada apa-apa"),
    "th": ("สวัสดี %(name)s", "%(num)s แถว", "เต็ม %(share)s %%", "ว่าง"),
}
EMPTY = lazy_gettext("Nothing <yet>")

PAGES = {
    "hello.html": "{{ _('Hello %(name)s', name=who) }}|{{ ngettext('%(num)s row', '%(num)s rows', rows) }}",
    "block.html": "{% trans num=rows %}\n  {{ num }} row\n{% pluralize %}\n  {{ num }} rows\n{% endtrans %}",
    "lazy.html": "{{ empty }}|{{ _('%(share)s %% full', share=80) }}",
    "links.html": "{% for link in language_links() %}{{ link.href }} {{ link.name }}{% if link.current %}*{% endif %}\n"
    "{% endfor %}{{ language() }} {{ language_in_address() }}",
}


def write_catalogues(folder: Path) -> None:
    """The words above as `<language>/messages.po`."""
    for code, (hello, rows, full, empty) in WORDS.items():
        (folder / code).mkdir()
        (folder / code / "messages.po").write_text(
            f'{HEAD}msgid "Hello %(name)s"\nmsgstr "{hello}"\n\n'
            f'msgid "%(num)s row"\nmsgid_plural "%(num)s rows"\nmsgstr[0] "{rows}"\n\n'
            f'msgid "%(share)s %% full"\nmsgstr "{full}"\n\nmsgid "Nothing <yet>"\nmsgstr "{empty} <&>"\n',
            encoding="utf-8",
        )


def make_site(static: Path) -> Flask:
    """Pages, files to take away, addresses of programs, and a page for problems."""
    app = Flask("site", static_folder=str(static), static_url_path="/static")
    app.jinja_loader = DictLoader(PAGES)
    add_languages(app)
    app.register_blueprint(_pages())

    @app.errorhandler(HTTPException)
    def problem(error: HTTPException) -> tuple[str, int]:
        return f"{error.description}\n{render_template('links.html')}\n{url_for('pages.away')}", error.code or 500

    return app


def _pages() -> Blueprint:
    pages = Blueprint("pages", __name__)

    @pages.get("/<path:page>.html")
    def page(page: str) -> str:
        return render_template(f"{page}.html", who="<b>peer</b>", rows=1_200, empty=EMPTY)

    @pages.get("/to/<endpoint>")
    def to(endpoint: str) -> str:
        return url_for(endpoint)

    @pages.get("/to-thai")
    def to_thai() -> str:
        return url_for("pages.page", page="hello", lang="th") + " " + url_for("pages.page", page="hello", lang=None)

    @pages.get("/to-static")
    def to_static() -> str:
        return url_for("static", filename="style.css")

    @pages.get("/away")
    def away() -> Response:
        return redirect(url_for("pages.page", page="hello"))

    @pages.get("/table.csv")
    def table() -> str:
        return gettext("Hello %(name)s", name="A")

    @pages.get("/feeds/metadata/root.json")
    def metadata() -> str:
        return "{}"

    @pages.get("/healthz")
    def health() -> str:
        return "ok"

    return pages
