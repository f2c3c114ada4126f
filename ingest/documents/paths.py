"""Files ↔ places: the name that the warehouse keeps of a file, and the file that it names."""

import os
from functools import lru_cache
from pathlib import Path

from ingest import in_plain_sight


def place_of(file: Path, base: Path) -> str:
    """The way to a file from a folder, the same wherever a run is started from.

    Args:
        file: A file or a folder; it need not be there. Links in the way to it are followed, so that
            one file has one place; a link that is the file itself is a place of its own.
        base: The folder: the one that the warehouse is in.

    Returns:
        The way with slashes, such as `../articles/a.txt`. Where it would name the user's home
        folder it begins with `~/` instead.
    """
    whole = Path.cwd() / file
    known = os.path.realpath(whole) if whole.is_dir() else Path(_real(whole.parent), whole.name)
    return in_plain_sight(_from(Path(known), Path(_real(base))))


def file_of(place: str, base: Path) -> Path:
    """The file that a place names: the other way round of `place_of`."""
    if place.startswith("~/"):
        return Path(place).expanduser()
    return Path(os.path.normpath(Path(_real(base), place)))


def shown(place: str, base: Path) -> str:
    """A place as a user would name it from the current folder."""
    return os.path.relpath(file_of(place, base))


@lru_cache(maxsize=4096)
def _real(folder: Path) -> str:
    return os.path.realpath(folder)


def _from(file: Path, base: Path) -> str:
    home = Path(_real(Path("~").expanduser()))
    if file.is_relative_to(home) and not base.is_relative_to(home):
        return Path("~", file.relative_to(home)).as_posix()
    return Path(os.path.relpath(file, base)).as_posix()
