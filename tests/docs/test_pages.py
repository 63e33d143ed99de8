"""What the documentation tells a reader to type exists, what it links to is there, and it promises nothing vague."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from node.cli.main import main as lmis_node
from tests.support.run_py import run_py
from tests.support.tree import ROOT, tree_files

PAGES = [
    file for file in tree_files() if file.suffix == ".md" and file.parts[0] in ("docs", "README.md", "CHANGELOG.md")
]
TEXTS = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ENTRY = ("README.md", "CHANGELOG.md", "docs/index.md", "docs/glossary.md", "docs/explanation/architecture.md",
         "docs/tutorial/demo.md")  # fmt: skip
FORBIDDEN = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX|lorem|coming soon|simply|obviously|blazing\w*|cutting[- ]edge|world[- ]class|seamless\w*"
    r"|leverag\w+|whitelist\w*|blacklist\w*|master key|anonymi[sz]ed data|100 ?% safe|unhackable)\b",
    re.IGNORECASE,
)
"""Things put off, boasts, and words that promise what disclosure control or signatures do not give."""


def command_lines() -> list[tuple[Path, str]]:
    """Every line of a fenced block that starts one of our programs, continued lines joined."""
    found = []
    for page, text in TEXTS.items():
        for language, block in FENCE.findall(text):
            if language in ("text", "toml", "python", "json", "csv", "yaml"):
                continue
            for line in block.replace("\\\n", " ").splitlines():
                words = line.removeprefix("$ ").strip()
                if re.match(r"(\.venv/bin/)?lmis-node\b|python3 run\.py\b", words):
                    found.append((page, words.removeprefix(".venv/bin/")))
    return found


LINES = command_lines()


def parse(command: click.Command, arguments: list[str], name: str) -> None:
    """Parse as the program would, through groups, without running anything."""
    with command.make_context(name, arguments, resilient_parsing=False) as context:
        if isinstance(command, click.Group):
            rest = [*context._protected_args, *context.args]
            assert rest, f"{name} needs a command"
            inner_name, inner, remaining = command.resolve_command(context, rest)
            assert inner is not None
            assert inner_name is not None
            parse(inner, remaining, inner_name)


def arguments_of(line: str) -> list[str]:
    words = shlex.split(line.split(" | ", maxsplit=1)[0], comments=True)
    return [word for word in words if word != "&" and not word.startswith((">", "2>"))]


def test_there_are_commands_to_check() -> None:
    assert {page.as_posix() for page, _ in LINES} >= {"README.md", "docs/how-to/release-survey-data.md"}
    assert len(LINES) > 10


@pytest.mark.parametrize(("page", "line"), LINES, ids=[f"{page.name}: {line}" for page, line in LINES])
def test_a_command_in_the_documentation_exists(page: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.Path, "convert", lambda self, value, parameter, context: value)  # no file need be there
    words = arguments_of(line)
    if words[0] == "lmis-node":
        program = words[1:]
    else:
        assert words[:2] == ["python3", "run.py"]
        assert words[2] in run_py().COMMANDS, f"{page}: run.py has no command {words[2]}"
        if words[2] != "demo":
            return
        program = words[2:]
    try:
        parse(lmis_node, program, "lmis-node")
    except click.exceptions.Exit:
        pass
    except click.ClickException as problem:
        pytest.fail(f"{page}: {line}: {problem.format_message()}")


@pytest.mark.parametrize("page", ENTRY)
def test_a_page_that_readers_expect_is_there(page: str) -> None:
    assert len((ROOT / page).read_text(encoding="utf-8")) > 500


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [
        target
        for target in LINK.findall(FENCE.sub("", TEXTS[page]))
        if not target.startswith(("https://", "http://", "mailto:")) and not leads_somewhere(page, target)
    ]
    assert not broken


def leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (ROOT / page.parent / path).resolve() if path else ROOT / page
    if not file.exists():
        return False
    return not anchor or anchor in anchors(file.read_text(encoding="utf-8"))


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_page_can_be_reached_from_the_readme(page: Path) -> None:
    reached, queue = set(), [Path("README.md")]
    while queue:
        current = queue.pop()
        if current in reached or current not in TEXTS:
            continue
        reached.add(current)
        for target in LINK.findall(FENCE.sub("", TEXTS[current])):
            path = (ROOT / current.parent / target.partition("#")[0]).resolve()
            if path.is_relative_to(ROOT):
                queue.append(path.relative_to(ROOT))
    assert page in reached, f"no page that the README leads to links to {page}"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_words_that_promise_too_much_are_absent(page: Path) -> None:
    assert FORBIDDEN.findall(FENCE.sub("", TEXTS[page])) == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_has_one_title(page: Path) -> None:
    titles = re.findall(r"^# .+$", FENCE.sub("", TEXTS[page]), re.MULTILINE)
    assert len(titles) == 1
    assert TEXTS[page].startswith("# ")
