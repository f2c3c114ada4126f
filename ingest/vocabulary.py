"""The dictionaries (dbt_project/seeds/*.csv) as Polars frames.

One source for both sides: dbt seeds them into the warehouse, the extractor reads them here.
Adding a company, a segment, a metric, a unit or a cue word is a row in a CSV file, not code.
"""

from functools import cache
from pathlib import Path

import polars as pl

_NO_TEXT = pl.lit(None, pl.String)

_HERE = Path(__file__).resolve().parent
SEEDS = next(
    folder
    # An installed package holds them; a clone's are dbt's.
    for folder in (_HERE / "seeds", _HERE.parent / "dbt_project" / "seeds")
    if folder.is_dir()
)


def _read(name: str) -> pl.DataFrame:
    """One dictionary, every column as text; empty cells are null."""
    return pl.read_csv(SEEDS / f"{name}.csv", infer_schema=False).with_columns(
        pl.all().str.strip_chars().replace("", None)
    )


def _one_row_an_alias(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Explode the '|'-separated `aliases`; the given name columns are aliases too."""
    return (
        frame.with_columns(
            alias=pl.concat_str([*names, "aliases"], separator="|", ignore_nulls=True).str.split(
                "|"
            )
        )
        .explode("alias")
        .with_columns(pl.col("alias").str.strip_chars())
        .filter(pl.col("alias").str.len_chars() > 0)
    )


@cache
def listings() -> pl.DataFrame:
    """One row a listing: exchange, code, company_id, is_primary, name, full_name, context, ….

    context says what a name needs before it means its company: word (it is a word or phrase of
    its own), short (two characters), taiwan (the same in Taiwan), broker (it is cited on others)
    or null (nothing).
    """
    return _read("listings").with_columns(
        is_primary=pl.col("is_primary") == "true",
        fiscal_year_end_month=pl.col("fiscal_year_end_month").cast(pl.Int8),
    )


@cache
def companies() -> pl.DataFrame:
    """One row a company: company_id, name_zh, reporting_currency, fiscal_year_end_month and more.

    Those of companies.csv first, then the others that are or were listed.
    """
    own = _read("companies").with_columns(pl.col("fiscal_year_end_month").cast(pl.Int8))
    listed = (
        listings()
        .filter("is_primary")
        .select(
            "company_id", "name_en", "reporting_currency", "fiscal_year_end_month", name_zh="name"
        )
    )
    delisted = (
        _read("former_names")
        .filter(pl.col("kind") == "delisted")
        .select("company_id", name_zh="name")
    )
    return pl.concat([own, listed, delisted], how="diagonal").unique(
        "company_id", keep="first", maintain_order=True
    )


@cache
def agencies() -> pl.DataFrame:
    """Who brings news and is no company in it: alias (lower case), role (agency)."""
    return _one_row_an_alias(_read("agencies"), "name").select(
        alias=pl.col("alias").str.to_lowercase(), role=pl.lit("agency")
    )


@cache
def common_words() -> dict[str, int]:
    """Chinese words of two to five characters, and how often each is said in sixty million."""
    words = _read("common_words")
    return dict(zip(words["word"], words["frequency"].cast(pl.Int64), strict=True))


@cache
def word_sorts() -> dict[str, str]:
    """The common words of which no name consists: word → sort.

    The sorts are time, adverb, preposition, conjunction, pronoun, particle and verb. A verb may
    stand in a name (曹操出行); the rest do not, but for a few.
    """
    words = _read("common_words").drop_nulls("sort")
    return dict(zip(words["word"], words["sort"], strict=True))


@cache
def metrics() -> pl.DataFrame:
    """One row a metric: metric_id, unit_id, value_kind, subject_level and more."""
    return _read("metrics")


@cache
def in_role(role: str) -> str:
    """The metric of a role (metrics.csv, column roles), such as plain_money or share of a whole.

    Raises ValueError where no metric or more than one has it.

    Example: `in_role("plain_money")` is "revenue".
    """
    found = metrics_in_role(role)
    if len(found) != 1:
        raise ValueError(f"metrics.csv: the role {role!r} has to be one metric's, not {found}")
    return found[0]


@cache
def metrics_in_role(role: str) -> list[str]:
    """All metrics of a role, in the dictionary's order."""
    has_role = pl.col("roles").str.split("|").list.contains(role).fill_null(False)
    return metrics().filter(has_role)["metric_id"].to_list()


@cache
def adjusted_metrics() -> pl.DataFrame:
    """One row a metric that there is on an adjusted basis too: id, adjusted_id."""
    known = metrics().select(adjusted_id="metric_id")
    adjusted = "adjusted_" + pl.col("metric_id").str.strip_suffix("_attributable")
    return metrics().select(id="metric_id", adjusted_id=adjusted).join(known, on="adjusted_id")


@cache
def balances() -> list[str]:
    """The metrics that are states at a date: stocks, and the ratios of two of them."""
    stocks = metrics().filter(pl.col("additivity") == "semi_additive")["metric_id"].implode()
    parts = ("numerator_metric_id", "denominator_metric_id")
    is_balance = pl.col("metric_id").is_in(stocks) | pl.all_horizontal(
        pl.col(part).is_in(stocks) for part in parts
    )
    return metrics().filter(is_balance.fill_null(False))["metric_id"].to_list()


@cache
def flows() -> list[str]:
    """The metrics whose months add up."""
    return metrics().filter(pl.col("additivity") == "additive")["metric_id"].to_list()


@cache
def units() -> pl.DataFrame:
    """One row an alias of a unit: alias, unit_id, dimension, multiplier (to the base), prefix.

    An alias may carry a multiplier of its own (小时:60) and is a `prefix` when it stands before
    the number ($, US$, 人民币).
    """
    parts = pl.col("alias").str.split_exact(":", 1).struct
    return (
        _one_row_an_alias(_read("units"))
        .with_columns(
            alias=parts.field("field_0"),
            multiplier=parts.field("field_1")
            .fill_null(pl.col("multiplier"))
            .cast(pl.Decimal(38, 8)),
        )
        .with_columns(
            prefix=(pl.col("dimension") == "currency")
            & pl.col("alias").str.contains(r"[$¥￥€£]|[A-Za-z]$|币$|^(?:美|港|欧|日)元$")
        )
        .select("alias", "unit_id", "dimension", "multiplier", "prefix")
    )


@cache
def calendar() -> pl.DataFrame:
    """One row a part of the year, in its calendar order: part, first_month, last_month, quarter.

    quarter is the one in which the part ends.
    """
    months = pl.col("first_month", "last_month").cast(pl.Int32)
    return (
        _read("calendar")
        .with_columns(months)
        .select("part", "first_month", "last_month", quarter=(pl.col("last_month") + 2) // 3)
    )


@cache
def cues() -> pl.DataFrame:
    """One row a cue word: cue, cue_class, code."""
    return _read("cues")


@cache
def cue(cue_class: str, code: str | None = None) -> str:
    """The regular expression of a class of cue words, or of one code in it.

    Raises ValueError where the dictionary has none: an empty pattern would match everything.
    """
    rows = cues().filter(pl.col("cue_class") == cue_class)
    if code is not None:
        rows = rows.filter(pl.col("code") == code)
    if rows.is_empty():
        raise ValueError(f"cues.csv: no cue of class {cue_class!r}, code {code!r}")
    return "|".join(f"(?:{pattern})" for pattern in rows["pattern"])


@cache
def codes(cue_class: str) -> list[str]:
    """The codes of a class of cue words, in the dictionary's order."""
    rows = cues().filter(pl.col("cue_class") == cue_class)
    return rows["code"].unique(maintain_order=True).to_list()


# 研发的费用 is 研发费用 said with one word more, and 可灵 AI is 可灵AI.
_HEAD_NOUNS = (
    "收入|营收|费用|开支|利润|成本|数量|规模|用户|时长|支出|人数|总额|面积|金额|价格|份额|比例|次数"
)

_AND = ["及", "以及", "和", "与"]


def _with_variants(frame: pl.DataFrame) -> pl.DataFrame:
    """Each alias also with 的 before its head noun, other words for 及, more and fewer spaces."""
    alias = pl.col("alias")
    spaced = alias.str.replace_all(r"(\p{Han})([A-Za-z0-9])", "${1} ${2}").str.replace_all(
        r"([A-Za-z0-9])(\p{Han})", "${1} ${2}"
    )
    return (
        frame.with_columns(
            alias=pl.concat_list(
                alias,
                spaced,
                alias.str.replace_all(r"(\p{Han}) ", "${1}").str.replace_all(r" (\p{Han})", "${1}"),
                alias.str.replace(rf"^(.+[^的])({_HEAD_NOUNS})$", "${1}的${2}"),
                *(
                    alias.str.replace(r"(.)(?:以及|及|和|与)(.)", f"${{1}}{word}${{2}}")
                    for word in _AND
                ),
            )
        )
        .explode("alias")
        .with_columns(written=alias, alias=alias.str.to_lowercase())
        .unique(["alias", "id"], keep="first", maintain_order=True)
    )


@cache
def subject_terms() -> pl.DataFrame:
    """Every name of a subject, one row a name and subject.

    alias (lower case), written (as the vocabulary writes it), role (company | segment | product |
    app | industry | self), id, name, company_id, is_short, context. `self` is how an article calls
    the company it is about (公司, 集团). A short name (理想) means its company only in an article
    about that company. context is what a name needs before it means its company: that of
    `listings`, or goods where it is also something grown or sold by weight. One name may be of
    several companies' subjects; those of no company come first.
    """
    own = _read("companies")
    short = own.with_columns(aliases="short_names").drop_nulls("short_names")
    homonyms = _one_row_an_alias(own.with_columns(aliases="common_words").drop_nulls("aliases"))
    company = pl.concat(
        [
            _one_row_an_alias(own, "name_zh", "name_en").with_columns(
                is_short=pl.lit(False),
                context=pl.when(pl.col("alias").is_in(homonyms["alias"].implode()))
                .then(pl.lit("goods"))
                .when(pl.col("industry") == "brokerage")
                .then(pl.lit("broker")),
            ),
            _one_row_an_alias(short).with_columns(is_short=pl.lit(True)),
        ],
        how="diagonal",
    ).select(
        "alias",
        role=pl.lit("company"),
        id="company_id",
        name="name_zh",
        company_id="company_id",
        is_short="is_short",
        context="context",
    )
    subjects = _one_row_an_alias(_read("subjects"), "name_zh", "name_en").select(
        "alias",
        role="subject_type",
        id="subject_id",
        name="name_zh",
        company_id="company_id",
    )
    own_names = cues().filter(pl.col("cue_class") == "company_self")["pattern"].str.split("|")
    itself = (
        own_names.explode()
        .to_frame("alias")
        .select(
            "alias",
            role=pl.lit("self"),
            id=_NO_TEXT,
            name="alias",
            company_id=_NO_TEXT,
        )
    )
    general_first = pl.col("company_id").is_not_null() & (pl.col("role") != "company")
    named = _with_variants(pl.concat([company, subjects, itself], how="diagonal"))
    return (
        pl.concat([named, _listed_terms()], how="diagonal")
        .unique(["alias", "id"], keep="first", maintain_order=True)
        .with_columns(pl.col("is_short").fill_null(False))
        .sort(general_first, maintain_order=True)
    )


def _listed_terms() -> pl.DataFrame:
    """The names of listed companies, today's before former ones; as `subject_terms`.

    A registered name counts by its stem where that is short and only lengthens the name (贵州茅台酒
    of 贵州茅台酒股份有限公司): every name costs at each batch. A former name keeps itself as name.
    """
    longer = pl.col("full_name").str.extract(r"^(\p{Han}{4,6})(?:股份)?有限公司$")
    stem = pl.when(longer.str.starts_with(pl.col("name"))).then(longer)
    alias = pl.concat_list(
        pl.col("name"), "short_name", pl.col("name").str.replace_all(r"[()]", ""), stem
    ).list.drop_nulls()
    names = pl.concat(
        [
            listings().select("company_id", "context", alias=alias).explode("alias"),
            _read("former_names").select("company_id", "context", alias="name", former="name"),
        ],
        how="diagonal",
    )
    return names.with_columns(alias=pl.col("alias").str.to_lowercase()).join(
        companies().select("company_id", name="name_zh"),
        on="company_id",
        maintain_order="left",
    ).select(
        "alias", "company_id", "context", name=pl.coalesce("former", "name"),
        role=pl.lit("company"), id="company_id", written="alias",
    )  # fmt: skip


@cache
def metric_terms() -> pl.DataFrame:
    """Every name of a metric, one row a name: alias (lower case), role, id, name."""
    return _with_variants(
        _one_row_an_alias(metrics(), "name_zh").select(
            "alias", role=pl.lit("metric"), id="metric_id", name="name_zh"
        )
    ).unique("alias", keep="first", maintain_order=True)


@cache
def confidence_weights() -> pl.DataFrame:
    """What `make train` learned: model, clue, weight."""
    return _read("confidence_weights").with_columns(pl.col("weight").cast(pl.Float64))
