"""Articles of any number, made from a grammar, with gold for each: what the scale is measured on.

Nothing here comes from `ingest`: a corpus that shared a rule with the extractor would prove
nothing of it. Of the seeds it reads only what things are called (companies, subjects, metrics),
because the gold names them by their ids.

    python -m tests.corpus FOLDER --articles 100000 --seed 1
    python -m tests.corpus score WAREHOUSE FOLDER

Data moves down this list: `world.py` what is true of companies and industries in each quarter,
`words.py` how a number is written, `draft.py` text and gold side by side, `phrases.py` and
`grammar.py` what an article says, `write.py` files, formats and broken files, `score.py` a built
warehouse against the gold.
"""
