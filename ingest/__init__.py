"""figurehouse: stated figures in Chinese financial prose → a tested star schema in DuckDB."""

import os
import unicodedata

__version__ = "1.5.0"

# Polars frees and takes large columns all the time; its allocator keeps freed memory for a minute,
# where it would give it back at once and have the system clear it again (a quarter of the time).
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:60000,muzzy_decay_ms:60000")


def in_plain_sight(text: str) -> str:
    r"""A text with \x1b for an escape, \u202e for a turn of direction, and so on for its like.

    What comes from outside must not command the terminal that it is shown on, nor pass for other
    text than it is.
    """
    return "".join(
        repr(char)[1:-1] if unicodedata.category(char) in _UNSEEN else char for char in text
    )


# Control characters, formats, unpaired surrogates, and line ends of other kinds.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class Trouble(Exception):
    """Something a user can mend, said in one line: `file: place: cause. cure`."""

    def __init__(self, file: object, place: str, cause: str, cure: str):
        # What libraries say may run over several lines; a trouble is one.
        text = " ".join(f"{file}: {place}: {cause.rstrip('.')}. {cure}".split())
        super().__init__(in_plain_sight(text))
