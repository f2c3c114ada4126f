"""The README: short, the same in both languages, and every command and link in it works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
PAGES = [ENGLISH, CHINESE, ROOT / "CONTRIBUTING.md", ROOT / "warehouse" / "README.md"]
PAGES += sorted((ROOT / "docs").glob("*.md"))


def blocks(page: Path) -> list[str]:
    """What stands between fences, as it is pasted."""
    return re.findall(
        r"^```\w+\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def without_notes(block: str) -> str:
    return re.sub(r" +# .*", "", block)


def test_the_readme_is_short():
    for page in (ENGLISH, CHINESE):
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 150


def test_both_languages_have_the_same_commands_numbers_and_links():
    ours, theirs = (
        page.read_text(encoding="utf-8").replace("README.zh-CN.md", "").replace("README.md", "")
        for page in (ENGLISH, CHINESE)
    )
    assert blocks(ENGLISH) == blocks(CHINESE)
    for pattern in (r"\]\(([^)]+)\)", r"\b0\.\d\d\b", r"`[^`\n]+`"):
        assert re.findall(pattern, ours) == re.findall(pattern, theirs), pattern


@pytest.mark.parametrize("nr", range(len(blocks(ENGLISH))))
def test_every_command_works(nr, warehouse, tmp_path):
    block = without_notes(blocks(ENGLISH)[nr])
    for target in re.findall(r"^make (\w+)", block, re.MULTILINE):
        assert re.search(
            rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
        )
    if not block.startswith(".venv/bin/python"):
        return
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "figurehouse.duckdb").symlink_to(warehouse)
    (tmp_path / "warehouse" / "queries").symlink_to(ROOT / "warehouse" / "queries")
    command = block.replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert "线上营销服务" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            words = [re.sub(r"[^\w -]", "", heading).lower() for heading in headings]
            assert anchor in [heading.replace(" ", "-") for heading in words]


def test_a_python_command_names_the_environment():
    """Outside of the environment, `python` has none of the packages."""
    for page in (ENGLISH, CHINESE, ROOT / "docs" / "commands.md", ROOT / "docs" / "files.md"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"(?<!\.venv/bin/)\bpython -m \w+", text), page.name
