"""What the project stands on: each dependency has its reason, its hash, and its audit."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = sorted(ROOT.glob("requirements*.lock"))


def name_of(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower()


def reasons() -> dict[str, str]:
    """The libraries in the table of CONTRIBUTING, with what each is for."""
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## Why these libraries")[1]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", section.split("\n## ")[0], re.MULTILINE)
    return {
        name.strip().lower(): reason
        for names, reason in rows[2:]
        for name in re.sub(r"\(.*\)", "", names).split(",")
    }


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_each_dependency_has_its_reason(extra):
    needed = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    told = reasons()
    for requirement in needed:
        assert len(told.get(name_of(requirement), "")) > 10, requirement


def test_no_reason_is_left_of_what_went():
    everything = (ROOT / "pyproject.toml").read_text("utf-8").lower()
    assert [name for name in reasons() if name not in everything] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_each_locked_version_has_its_hash(lock):
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8").lower())
    pinned = [entry for entry in entries if not entry.startswith("#")]
    assert pinned
    for entry in pinned:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==", entry), entry
        assert "--hash=sha256:" in entry, entry
        assert "http" not in entry


# --- the audit ----------------------------------------------------------------------------------


def audit(tmp_path: Path, answer: str, status: int) -> subprocess.CompletedProcess[str]:
    """`.ci/audit.py` with a pip-audit that gives an answer."""
    program = tmp_path / "bin" / "pip-audit"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\necho 'ERROR: no way' >&2\nexit {status}\n"
    )
    program.chmod(0o755)
    command = [sys.executable, ROOT / ".ci" / "audit.py", tmp_path, ROOT / "requirements.lock"]
    return subprocess.run(command, capture_output=True, text=True)


FLAW = {"id": "PYSEC-1", "fix_versions": ["2.0"]}


@pytest.mark.parametrize(
    ("packages", "status", "line"),
    [
        ([{"name": "a", "version": "1.0", "vulns": []}], 0, "1 packages audited, 0 findings"),
        ([{"name": "a", "version": "1.0", "vulns": [FLAW]}], 1, "a 1.0: PYSEC-1, mended in 2.0"),
        ([{"name": "a", "skip_reason": "new"}], 0, "warning: requirements.lock: not known"),
    ],
)
def test_findings_fail_the_audit(tmp_path, packages, status, line):
    done = audit(tmp_path, json.dumps({"dependencies": packages}), status)
    assert done.returncode == status
    assert line in done.stdout


def test_without_network_the_audit_says_so(tmp_path):
    done = audit(tmp_path, "", 1)
    assert done.returncode == 0
    assert done.stdout == "warning: requirements.lock was not audited: ERROR: no way\n"
