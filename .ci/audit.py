"""Known vulnerabilities of the versions that lock files hold, as pip-audit tells them.

    python .ci/audit.py VENV LOCK...

Exit status 1 where something is found. Where the advisory service, or the index that pip-audit
comes from, cannot be reached it says so, in a line that begins with `warning:`, and ends with 0: a
want of network is no finding, and no clean bill either.
"""

import json
import subprocess
import sys
from pathlib import Path

OWN_LOCK = Path(__file__).resolve().parent.parent / "requirements-audit.lock"
PATIENCE = 600  # seconds for one lock file


def main(venv: Path, locks: list[Path]) -> int:
    """Audit each lock file; the exit status."""
    program = venv / "bin" / "pip-audit"
    if not program.exists() and (why := _install(venv)):
        print(f"warning: nothing was audited: pip-audit cannot be installed ({why})")
        return 0
    return max([_audit(program, lock) for lock in locks], default=0)


def _install(venv: Path) -> str:
    """Make the environment; why it could not be made, or nothing."""
    pip = [venv / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    for command in (
        [sys.executable, "-m", "venv", venv],
        [*pip, "--require-hashes", "--no-deps", "-r", OWN_LOCK],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return _last_line(done.stderr)
    return ""


def _audit(program: Path, lock: Path) -> int:
    # Every version is in the file, with its hash, so nothing has to be resolved or installed.
    command = [program, "--require-hashes", "--disable-pip", "--progress-spinner=off"]
    command += ["--format=json", "-r", lock]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        packages = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        print(f"warning: {lock.name} was not audited: no answer in {PATIENCE} seconds")
        return 0
    except (ValueError, KeyError, TypeError):
        print(f"warning: {lock.name} was not audited: {_last_line(done.stderr)}")
        return 0
    found = [(package, flaw) for package in packages for flaw in package.get("vulns", [])]
    for package, flaw in found:
        cure = ", ".join(flaw["fix_versions"]) or "no version yet"
        print(
            f"{lock.name}: {package['name']} {package['version']}: {flaw['id']}, mended in {cure}"
        )
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if skipped:
        print(f"warning: {lock.name}: not known to the service: {', '.join(skipped)}")
    print(f"{lock.name}: {len(packages) - len(skipped)} packages audited, {len(found)} findings")
    return 1 if found else 0


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(word) for word in sys.argv[2:]]))
