"""The words that tell a page's surroundings from its article (`chrome.csv`), as patterns."""

import csv
import re
from functools import cache
from pathlib import Path


@cache
def words(sort: str) -> list[str]:
    """The words of a sort (section, comments, label, source, …), the longest first.

    Raises:
        KeyError: The file has no such sort.
    """
    with Path(__file__).with_name("chrome.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["sort"]: row["words"].split("|") for row in csv.DictReader(file)}
    return sorted(rows[sort], key=len, reverse=True)


@cache
def one_of(*sorts: str) -> str:
    """A pattern of any word of the sorts, as a group."""
    found = sorted((word for sort in sorts for word in words(sort)), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, found))})"
