"""Who, what, when: numbers in their context → figures, or rejects with a reason.

What a number is about is the last word of the right sort before it, within a scope that widens
from the words since the last number to the clause, the sentence and the paragraph. Each step is
a forward fill, a gather or a join over whole columns, never a loop over sentences.
"""

import polars as pl

from ingest import Trouble, confidence
from ingest.clauses import sentences_of
from ingest.documents import prose_of, with_blocks
from ingest.events import NUMBER_ROLES, Events, find_events, with_traits
from ingest.resolve import finish, what, when, who
from ingest.resolve.context import numbers_in_context, with_lists, with_voices
from ingest.rows import look_up
from ingest.tables import read_cells

OPENING = 200
"""Characters of an article in which its publisher is named."""


def read(articles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Figures as `extract` finds them, not weighed yet: in the schema `confidence.CLUED`."""
    articles = with_blocks(articles)
    prose = prose_of(articles)
    sentences = with_traits(sentences_of(articles, prose))
    # Who published it, which is no prose, says whose money a plain 元 is.
    opening = articles["text"].str.head(OPENING).alias("opening")
    events = with_voices(find_events(sentences, prose.with_columns(opening)))
    numbers = (
        numbers_in_context(events, sentences)
        .pipe(with_lists, events)
        .pipe(what.with_metric, events)
        .pipe(what.with_kind)
        .pipe(what.with_share_metric, events)
        .pipe(what.with_adjusted)
        .pipe(what.with_plain_revenue, events)
        .pipe(who.with_subject, events)
        .pipe(who.with_echo)
        .pipe(when.with_period, events)
        .pipe(what.with_inherited)
        .pipe(what.with_unit)
        .pipe(finish.with_bounds)
        .pipe(finish.with_reason)
        .pipe(confidence.with_clues, events, sentences)
    )
    figures = finish.to_figures(numbers, sentences)
    rejected = finish.to_rejected(numbers, events, sentences)
    _reconcile(events, sentences, figures, rejected)
    in_tables, rejected_in_tables = read_cells(articles, events)
    return pl.concat([figures, in_tables]), pl.concat([rejected, rejected_in_tables])


def extract(articles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find every figure that articles state, and the numbers that are none.

    Args:
        articles: article_id, source_path, title, published_on, text; one row an article.

    Returns:
        Figures and rejected figures, with the columns of `figures.FIGURES` and
        `figures.REJECTED_FIGURES` but for run_id, which the load adds.

    Raises:
        Trouble: A number that was found is neither.
    """
    figures, rejected = read(articles)
    return confidence.with_confidence(figures), rejected


def _reconcile(
    events: Events, sentences: pl.DataFrame, figures: pl.DataFrame, rejected: pl.DataFrame
) -> None:
    """Hold what came out against what was found: each number is a figure or has its reason."""
    found = (
        events.rows.lazy()
        .filter(pl.col("role").is_in([*NUMBER_ROLES, *finish.NO_VALUES]))
        .select("sentence_nr", "start")
        .collect()
        .pipe(look_up, "sentence_nr", sentences, article_id="article_id", at="sentence_start")
        .select("article_id", at=pl.col("at") + pl.col("start"))
        .n_unique()
    )
    # A number may state two figures, of each of two subjects.
    told = pl.concat(
        [
            figures.select("article_id", at="number_start"),
            rejected.select("article_id", at="char_start"),
        ]
    ).n_unique()
    if told != found:
        cause = f"{found} numbers were found, and {told} are figures or rejected"
        raise Trouble("run", "extraction", cause, "Nothing was published; report it, please.")
