"""figurehouse: stated figures in Chinese financial prose → a tested star schema in DuckDB."""

__version__ = "1.0.0"


class Trouble(Exception):
    """Something a user can mend, said in one line: `file: place: cause. cure`."""

    def __init__(self, file: object, place: str, cause: str, cure: str):
        # What libraries say may run over several lines; a trouble is one.
        super().__init__(" ".join(f"{file}: {place}: {cause.rstrip('.')}. {cure}".split()))
