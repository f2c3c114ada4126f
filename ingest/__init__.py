"""figurehouse: stated figures in Chinese financial prose → a tested star schema in DuckDB."""

import os

__version__ = "1.0.0"

# Polars frees and takes large columns all the time; its allocator keeps freed memory for a minute,
# where it would give it back at once and have the system clear it again (a quarter of the time).
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:60000,muzzy_decay_ms:60000")


class Trouble(Exception):
    """Something a user can mend, said in one line: `file: place: cause. cure`."""

    def __init__(self, file: object, place: str, cause: str, cure: str):
        # What libraries say may run over several lines; a trouble is one.
        super().__init__(" ".join(f"{file}: {place}: {cause.rstrip('.')}. {cure}".split()))
