"""Companies that no dictionary holds, by how an article introduces them.

A name has no mark of its own in Chinese; where it begins and ends is shown by what stands around
it: a stock code in brackets, 以下简称, the report that it presents, the first words of the title,
figures that are stated of it at the head of a clause, or a list of companies that it stands in.
What stands before it (the agency, the date, 未上市的) is cut off.
"""

from functools import cache
from itertools import pairwise

import polars as pl

from ingest.boundaries import CODE, bounded, segment
from ingest.clauses import normalise
from ingest.lexicon import lexicon
from ingest.rows import each, has
from ingest.vocabulary import agencies, common_words, cue, cues, metric_terms, subject_terms
from ingest.words import Words, find_words

_LETTER = r"[\p{Han}A-Za-z]"
_NAME = r"[\p{Han}A-Za-z0-9·&-]"
_WORDS = r"[A-Z][A-Za-z&.]+(?: [A-Z][A-Za-z&.]+){1,3}|"
_OPENS = r"(?:^|[,，。;；:：\s\]】》)）])"
_WHEN = (
    r"(?:(?:19|20)?[0-9]{2}年(?:度|全年|上半年|下半年)?|第?[一二三四1-4]季度?|前三季度?|[上下]半年"
    r"|半年度?|中期|全年|年度|去年|今年|当季|单季|同期|[0-9]{1,2}月份?|[QH][1-4]|FY)"
)
_PRESENTS = r"(?:发布|公布|披露|交出|发表|公告|晒出|递交|端出)"
_REPORT = (
    r"(?:年报|[一三]季报|季报|中报|年度报告|季度报告|财报|业绩|营收|净利|招股书|招股说明书|盈利"
    r"|决算|(?:经营|运营|财务)(?:数据|情况|状况)|[月快简]报)"
)
_EARNS = (
    r"(?:总营收|营收|营业总?收入|净收入|收入|归母净利润?|扣非净利润?|净利润?|销售额|净亏损|毛利"
    r"|亏损)"
)
_COUNTS = (
    r"(?:总资产|资产总额|净资产|市值|门店|销量|交付|产量|出货量?|装机|GMV|月活|用户|订单|会员"
    r"|员工|票房)"
)
_SINCE = rf"[的:：]?(?:预计|预期|预告|料)?(?:{_WHEN}[至到]?){{0,2}}的?(?:实现|录得|取得|单季|合并)?"
# A bracket that holds only four digits holds a year as often as not.
_CODED = (
    rf"\((?:[^()]{{0,14}}?[:：,，、/码 ])?(?:{CODE}|[0-9]{{5,6}})(?:[,，、;；/ ][^()]{{0,30}})?\)"
)
_GLOSS = r" ?\([A-Z][A-Za-z .&,'-]{2,40}\)"
"""A name in another language behind a name."""
_FORM = (
    r"(?:Inc|Corp|Corporation|Ltd|Limited|Co|Company|Holdings?|Group|Bhd|Berhad|P[lL][cC]|LLC|AG"
    r"|SE|S\.?A|N\.?V|Pte|Tbk|ASA|KGaA)"
)
"""What the name of a company in Latin letters ends in."""
_LATIN = r"[A-Z][A-Za-z0-9&.'-]*(?: (?:[A-Z&][A-Za-z0-9&.'-]*|of|de|and)){0,4}"
_HOW_MUCH = r"[^,，。;；0-9]{0,6}[0-9]"
_INTRODUCTIONS = {
    "short": (
        "简称",
        rf"(?:证券|股票|公司)简称\s?[:：]\s?({_WORDS}{_LETTER}{_NAME}{{1,7}})",
    ),
    "called": (
        "简称|下称",
        rf"(?:以下简称|以下称|下称|简称)[:：为]?[\"“「'‘]?({_LETTER}{_NAME}{{1,9}})[\"”」'’)]",
    ),
    "coded": (_CODED, rf"({_WORDS}{_LETTER}{_NAME}{{1,23}}) ?{_CODED}"),
    "formed": (
        rf"[A-Za-z],? {_FORM}(?:[^A-Za-z]|$)",
        rf"(?:^|[^A-Za-z])({_LATIN}?),? {_FORM}(?: {_FORM})?(?:[^A-Za-z]|$)",
    ),
    "translated": (
        r"\p{Han} ?\([A-Z][A-Za-z .&,'-]*[a-z]",
        rf"(?:{_OPENS}|[的指]|公司|厂商|巨头|龙头|对手)({_LETTER}{_NAME}{{1,11}}){_GLOSS}",
    ),
    "presents": (
        _PRESENTS,
        (
            rf"{_OPENS}({_WORDS}{_LETTER}{_NAME}{{1,23}}?)(?:正式|对外|如期)?{_PRESENTS}了?"
            rf"[^,，。;；]{{0,24}}?{_REPORT}"
        ),
    ),
    "earns": (
        _EARNS,
        rf"{_OPENS}({_WORDS}{_LETTER}{_NAME}{{1,15}}?){_SINCE}{_EARNS}{_HOW_MUCH}",
    ),
    "counts": (
        _COUNTS,
        rf"{_OPENS}({_LETTER}{_NAME}{{1,15}}?){_SINCE}{_COUNTS}{_HOW_MUCH}",
    ),
    "glossed": (
        r"\([A-Z]",
        (
            rf"{_OPENS}({_LETTER}{_NAME}{{1,15}}?){_GLOSS}"
            rf"(?:{_SINCE}{_EARNS}|(?:正式|今日|昨日)?{_PRESENTS})"
        ),
    ),
    "announces": (
        "(?:公告|披露|公布)[称,，:：]",
        (
            rf"{_OPENS}({_LETTER}{_NAME}{{1,15}}?)(?:今日|昨日|昨晚|今晚|盘后)?(?:晚间?)?"
            r"(?:发布|发)?(?:公告|披露|公布)[称,，:：]"
        ),
    ),
}
"""What each sentence holds that introduces a name in one way, and how; the group is the name."""

_OF_TITLE = rf"^({_WORDS}{_LETTER}{_NAME}{{1,9}}?)(?:[:：]|{_WHEN}|{_PRESENTS}|{_REPORT})"
_LISTED_BEHIND = (
    rf"^[、和与及]({_LETTER}{_NAME}{{1,7}}?)"
    rf"(?:[、和与及,，;；]|等|分别|合计|共|的|[两三四五]家|{_WHEN}|{_EARNS})"
)
_LISTED_BEFORE = rf"{_OPENS}(?:{_WHEN}[,，]?)?({_LETTER}{_NAME}{{1,7}})[、和与及]$"
_CERTAIN = ["short", "called", "coded", "formed"]
"""What leaves no doubt that it is the name of somebody."""

_SURE = [*_CERTAIN, "glossed", "presents", "titled", "longer"]
"""What makes a name of any word."""

_NUMERAL = "^[一二三四五六七八九十两几数]|^[A-Za-z]{1,3}$"
"""What a phrase that is cut down begins with, or is, where it is no name: 三到五年内."""

_HAN = r"^\p{Han}{3,}$"
_HINTED = ["earns", "listed", "announces"]
"""What makes a name of a coined word; the rest wants one that ends as companies' names do."""


def introduced(
    sentences: pl.DataFrame,
    articles: pl.DataFrame,
    companies: pl.DataFrame,
) -> pl.DataFrame:
    """Companies that articles introduce and no dictionary holds.

    Args:
        sentences: What `clauses.split_sentences` makes of the articles.
        articles: title, in the order that article_nr counts.
        companies: sentence_nr, start, end, match and term_nr of the companies found that the
            dictionary knows.

    Returns:
        article_nr, own_name, alias (a name that it goes by) and term_nr (the row of the company
        that the dictionary knows by a shorter name; null where it knows none).
    """
    found = pl.concat(
        [
            *(_said_so(sentences, how, *looks) for how, looks in _INTRODUCTIONS.items()),
            *_beside(sentences, companies),
            _titled(sentences, articles),
        ]
    ).unique(maintain_order=True)
    texts = sentences.group_by("article_nr", maintain_order=True).agg(
        text=pl.col("norm").str.join("\n")
    )
    names = (
        found.join(_names_in(found.select("said", "how").unique()), on=["said", "how"])
        .pipe(_without_known, companies, sentences)
        .pipe(_without_sources, texts)
        .pipe(_with_first_words, texts)
        .select("article_nr", "said", own_name="name", term_nr=pl.lit(None, pl.UInt32))
        .unique(maintain_order=True)
        .pipe(_of_one_company, texts)
    )
    known = companies.select(
        "match", "term_nr", article_nr=sentences["article_nr"].gather(companies["sentence_nr"])
    )
    return pl.concat(
        [
            _with_aliases(names, _titles(articles), known.unique(maintain_order=True)),
            _written_longer(sentences),
        ]
    ).unique(["article_nr", "alias"], keep="last", maintain_order=True)


def _of_one_company(names: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """The names, those in Latin letters as the name that they stand in brackets behind.

    山海银行(Shan Hai Bank) and Shan Hai Bank are one company.
    """
    name, latin = pl.col("own_name"), pl.col("latin")
    pairs = (
        names.filter(name.str.contains("^[A-Z]"))
        .select("article_nr", latin="own_name")
        .unique()
        .join(names.filter(name.str.contains(r"\p{Han}")), on="article_nr")
        .join(texts, on="article_nr")
        .filter(
            pl.any_horizontal(
                pl.col("text").str.contains(pl.concat_str(name, pl.lit(gap), latin), literal=True)
                for gap in ("(", " (")
            )
        )
        .unique(["article_nr", "latin"], keep="first", maintain_order=True)
        .select("article_nr", own_name="latin", whole="own_name")
    )
    return (
        names.join(pairs, on=["article_nr", "own_name"], how="left", maintain_order="left")
        .with_columns(own_name=pl.coalesce("whole", "own_name"))
        .drop("whole")
    )


def _written_longer(sentences: pl.DataFrame) -> pl.DataFrame:
    """世界先进(5347), where the dictionary has 世界: the words up to a listing's code are its name.

    Returns what `introduced` does.
    """
    pattern = rf"{_LETTER}{_NAME}{{1,23}} ?\([^()]{{0,8}}?[0-9]{{4,6}}[^()]{{0,8}}\)"
    found = (
        sentences.filter(pl.col("norm").str.contains(r"\([^()]{0,8}[0-9]{4,6}"))
        .select("article_nr", text=pl.col("norm").str.extract_all(pattern))
        .explode("text")
        .drop_nulls()
        .select(
            "article_nr",
            said=pl.col("text").str.extract(r"^(.*?) ?\("),
            code=pl.col("text").str.extract(r"\([^()]*?([0-9]{4,6})").cast(pl.Int64),
        )
    )
    name = pl.col("alias")
    return (
        found.join(lexicon().coded, on="code", maintain_order="left")
        .filter(pl.col("said").str.contains(name, literal=True))
        .with_columns(
            behind=pl.col("said").str.split(name).list.last(),
        )
        .filter(pl.col("behind").str.contains(r"^\p{Han}{1,6}$"))
        .filter(~pl.col("behind").str.contains(cue("company_form")))
        .with_columns(own_name=name + pl.col("behind"))
        .select("article_nr", "own_name", alias="own_name", term_nr="term_nr")
    )


def _said_so(sentences: pl.DataFrame, how: str, mark: str, pattern: str) -> pl.DataFrame:
    """article_nr, how and said: what the sentences introduce in one way."""
    return (
        sentences.filter(pl.col("norm").str.contains(mark))
        .select("article_nr", said=pl.col("norm").str.extract_all(pattern))
        .filter(pl.col("said").list.len() > 0)
        .explode("said")
        .select("article_nr", how=pl.lit(how), said=pl.col("said").str.extract(pattern))
        .drop_nulls()
    )


def _titled(sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The first words of titles that their articles' first sentences say again; as `_said_so`."""
    titles = _titles(articles)
    opening = (
        sentences.filter(pl.col("sentence_start") < _OPENING)
        .join(titles, on="article_nr")
        .filter(pl.col("norm").str.strip_chars() != pl.col("title"))
        .group_by("article_nr", maintain_order=True)
        .agg(body=pl.col("norm").str.join("\n"))
    )
    said = pl.col("title").str.replace(cue("before_title"), "").str.extract(_OF_TITLE)
    return (
        titles.join(opening, on="article_nr", maintain_order="left")
        .select("article_nr", "body", how=pl.lit("titled"), said=said)
        .filter(pl.col("body").str.contains(pl.col("said"), literal=True))
        .select("article_nr", "how", "said")
    )


def _titles(articles: pl.DataFrame) -> pl.DataFrame:
    """article_nr and title: the normalised title of each article that has one."""
    return articles.select(
        article_nr=pl.int_range(pl.len(), dtype=pl.UInt32),
        title=normalise(pl.col("title").str.strip_chars()),
    ).filter(pl.col("title").str.len_chars() > 0)


_OPENING = 400
"""Characters in which an article has said whose it is."""


def _beside(sentences: pl.DataFrame, companies: pl.DataFrame) -> list[pl.DataFrame]:
    """What stands in a list with a known company, and what lengthens its name; as `_said_so`.

    三星重工 begins with a name that is known, and is somebody else.
    """
    here = companies.select(
        pl.col("start", "end").cast(pl.Int64),
        article_nr=sentences["article_nr"].gather(companies["sentence_nr"]),
        norm=sentences["norm"].gather(companies["sentence_nr"]),
    ).with_columns(
        name=pl.col("norm").str.slice(pl.col("start"), pl.col("end") - pl.col("start")),
        behind=pl.col("norm").str.slice(pl.col("end"), 24),
        from_here=pl.max_horizontal(pl.col("start") - 16, 0),
    )
    before = pl.col("norm").str.slice("from_here", pl.col("start") - pl.col("from_here"))
    said = {
        "listed": pl.col("behind").str.extract(_LISTED_BEHIND),
        "listed ": before.str.extract(_LISTED_BEFORE),
        "longer": pl.col("name") + pl.col("behind").str.extract(_longer()),
    }
    return [
        here.select("article_nr", how=pl.lit(how.strip()), said=text).drop_nulls()
        for how, text in said.items()
    ]


def _longer() -> str:
    """What makes another company of a known name, before what is said of companies."""
    return rf"^({cue('other_company')})(?:{_SINCE}{_EARNS}|{_CODED}|{_PRESENTS})"


def _without_known(
    names: pl.DataFrame, companies: pl.DataFrame, sentences: pl.DataFrame
) -> pl.DataFrame:
    """The names without those in which a known one stands behind other words: 继上周阿里巴巴.

    A known name of two characters may be a part of a longer one, unless it ends it.
    """
    known = companies.select(
        article_nr=sentences["article_nr"].gather(companies["sentence_nr"]), known="match"
    ).unique()
    name = pl.col("name").str.to_lowercase()
    within = name.str.slice(1).str.contains(pl.col("known"), literal=True)
    held = (
        names.join(known, on="article_nr")
        .filter(
            (name.str.ends_with(pl.col("known")) & (name != pl.col("known")))
            | (within & (pl.col("known").str.len_chars() > 2) & ~pl.col("how").is_in(_CERTAIN))
        )
        .select("article_nr", "name")
        .unique()
    )
    return names.join(held, on=["article_nr", "name"], how="anti", maintain_order="left")


def _without_sources(names: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """The names without those that the article only takes numbers from: 机构远山咨询的数据显示.

    Args:
        names: article_nr and name.
        texts: article_nr and text.
    """
    name = pl.col("name").str.escape_regex()
    before, after = pl.lit(cue("before_source")), pl.lit(cue("after_source"))
    either = pl.format("(?:{}){}|{}(?:{})", before, name, name, after)
    # What is called so for short may be anything: it takes both to make a source of it.
    both = pl.format("(?:{}){}(?:{})", before, name, after)
    cited = (
        names.select("article_nr", "name", is_certain=pl.col("how").is_in(["called", "short"]))
        .unique(maintain_order=True)
        .join(texts, on="article_nr")
        .filter(pl.col("text").str.contains(pl.when("is_certain").then(both).otherwise(either)))
    )
    return names.join(cited, on=["article_nr", "name"], how="anti", maintain_order="left")


def _with_first_words(names: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Add to names of several Latin words their first word, where it stands alone: Far of Far Hill.

    The column `said` is what a name goes by.
    """
    first = pl.col("name").str.extract(r"^([A-Z][A-Za-z0-9]{2,}) ")
    alone = pl.format("(?:^|[^A-Za-z]){}(?:[^A-Za-z]|$)", first)
    shorter = (
        names.filter(first.is_not_null() & ~pl.col("name").str.contains(cue("latin_words")))
        .join(texts, on="article_nr", maintain_order="left")
        .filter(
            pl.col("text").str.count_matches(alone)
            > pl.col("text").str.count_matches(pl.col("name"), literal=True)
        )
        .select("article_nr", "name", said=first)
    )
    return pl.concat([names.select("article_nr", "name", said="name"), shorter])


def _names_in(said: pl.DataFrame) -> pl.DataFrame:
    """The names in what was said: said, how, name; without those that are none."""
    cut = _cut(pl.col("said"), cue("before_name"))
    cut = _cut(cut, rf"^.*(?:{'|'.join(agencies()['alias'])})(?:网|社|讯|电)?")
    how, name = pl.col("how"), pl.col("name")
    ends, long = pl.col("ends_as_company"), name.str.len_chars() > 2
    coined = pl.col("is_coined")
    bare = cut.str.replace(cue("after_name"), "")
    noun = bare.map_elements(bounded, return_dtype=pl.String)
    return (
        said.with_columns(
            name=pl.when(how.is_in(_CERTAIN)).then(bare).otherwise(noun),
            # 疫情拖累: what is left of a phrase is a name where it is no word.
            is_left=how.is_in(_CERTAIN).not_() & (noun != bare),
        )
        .with_columns(key=name.str.to_lowercase(), stem=_stem(name))
        .filter(
            name.str.len_chars() >= 2,
            ~pl.col("key").is_in(_known().implode()),
            ~pl.col("said").str.to_lowercase().is_in(_known().implode()),
            ~name.str.contains(cue("no_name")),
            ~name.is_in(_plain_words()),
            # 人形机器人 ends as companies do, and is an industry's goods.
            how.is_in(_CERTAIN) | ~pl.col("key").is_in(lexicon().industries["bare"].implode()),
            how.is_in(_CERTAIN)
            | ~(
                pl.col("stem").str.to_lowercase().str.contains_any(_no_names())
                | pl.col("stem").str.contains(cue("no_company"))
            ),
        )
        .with_columns(
            ends_as_company=each("name", ends_as_company),
            is_coined=each("name", is_coined),
            is_common=each("name", common_words().__contains__),
        )
        .filter(
            how.is_in([*_CERTAIN, "titled"]) | ~pl.col("is_common") | ends,
            ~pl.col("is_left") | ~(pl.col("is_common") | name.str.contains(_NUMERAL)),
            how.is_in(_SURE)
            | ((how == "translated") & (coined | has(name, "company_end")))
            | (how.is_in(_HINTED) & coined)
            | ((how == "counts") & name.str.contains(_HAN) & coined)
            | ends,
            # 低度酒收入3亿元 is of goods.
            ~how.is_in(_HINTED) | ~name.str.contains(cue("noun_end")) | ends,
            # Who says something of a company may be a person.
            how.is_in([*_CERTAIN, "titled", "longer"])
            | (how.is_in(_HINTED) & long)
            | ~name.str.contains(cue("person"))
            | ends,
        )
        .select("said", "how", "name")
    )


def _stem(name: pl.Expr) -> pl.Expr:
    """The name without the 集团 that it ends in; whole where a plain word is left (保险集团)."""
    stem = name.str.replace(r"(?:集团|股份|控股)$", "")
    is_name = (stem.str.len_chars() >= 2) & ~stem.map_elements(
        common_words().__contains__, return_dtype=pl.Boolean
    )
    return pl.when(is_name).then(stem).otherwise(name)


def _cut(name: pl.Expr, pattern: str) -> pl.Expr:
    """The name without what the pattern finds before it, unless too little is left."""
    rest = name.str.replace(pattern, "")
    return pl.when(rest.str.len_chars() >= 2).then(rest).otherwise(name)


@cache
def _known() -> pl.Series:
    """Every name of the dictionaries and agency, in lower case, but those that need Taiwan."""
    subjects = subject_terms().filter(pl.col("context").ne_missing("taiwan"))
    return pl.concat([subjects["alias"], metric_terms()["alias"], agencies()["alias"]])


@cache
def _plain_words() -> list[str]:
    """Words that are said too often to be a name, whatever an article calls so."""
    return [word for word, times in common_words().items() if times >= _OFTEN]


_OFTEN = 3000


@cache
def _no_names() -> list[str]:
    """Words of the dictionaries that no name of a company holds."""
    words = pl.concat([subject_terms(), metric_terms()], how="diagonal").filter(
        pl.col("role").is_in(["metric", "industry", "self"])
    )
    return words["alias"].unique().to_list()


def is_coined(name: str) -> bool:
    """Whether a name has to be somebody's: it holds characters that make no word.

    Example:
        >>> is_coined("古蔺春"), is_coined("岚屿食品"), is_coined("海外广告")
        (True, True, False)
    """
    parts = [len(part) == 1 for part in segment(name)]
    return ends_as_company(name) or any(one and two for one, two in pairwise(parts))


def ends_as_company(name: str) -> bool:
    """Whether a name ends as companies' names do (科技, 酒业), and no plain word stands before.

    Example:
        >>> ends_as_company("岚屿食品"), ends_as_company("消费电子"), ends_as_company("古蔺春")
        (True, False, False)
    """
    stems = (name.removesuffix(end) for end in _endings() if name.endswith(end))
    return any(2 <= len(stem) <= _STEM and common_words().get(stem, 0) < _PLAIN for stem in stems)


@cache
def _endings() -> list[str]:
    patterns = cues().filter(pl.col("cue_class") == "company_ending")["pattern"]
    return patterns.str.split("|").explode().to_list()


_PLAIN, _STEM = 300, 3
"""How often a word is said that is no name by itself; how long a stem may be."""


def _with_aliases(names: pl.DataFrame, titles: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Add alias: the name, and its first characters where the title begins with those alone.

    Of names that begin each other the longest is the company's.
    """
    first = titles.with_columns(pl.col("title").str.replace(cue("before_title"), ""))
    name = pl.col("own_name")
    shorter = pl.concat_list(
        pl.when(
            name.str.contains(r"^\p{Han}+$"), pl.col("title").str.starts_with(name.str.head(length))
        ).then(name.str.head(length))
        for length in (2, 3, 4, 5, 6)
    )
    whole = _longest_of(names, names.select("article_nr", "term_nr", longer="own_name"))
    whole = _longest_of(whole, known.rename({"match": "longer"}))
    return (
        whole.join(first, on="article_nr", how="left", maintain_order="left")
        .with_columns(begins=shorter.list.drop_nulls().list.tail(1))
        .with_columns(alias=pl.concat_list("own_name", "said", "begins").list.drop_nulls())
        .select("article_nr", "own_name", "alias", "term_nr")
        .explode("alias")
        .unique(["article_nr", "alias"], keep="first", maintain_order=True)
    )


def _longest_of(names: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The names, each as the longest of the others that it begins, and with its row."""
    name, longer = pl.col("own_name"), pl.col("longer")
    begun = (
        names.select("article_nr", "own_name")
        .join(others, on="article_nr", maintain_order="left")
        .filter(
            longer.str.to_lowercase().str.starts_with(name.str.to_lowercase()),
            longer.str.len_chars() > name.str.len_chars(),
        )
        .sort(longer.str.len_chars(), descending=True, maintain_order=True)
        .unique(["article_nr", "own_name"], keep="first", maintain_order=True)
        .select("article_nr", "own_name", "longer", longer_nr="term_nr")
    )
    return (
        names.join(begun, on=["article_nr", "own_name"], how="left", maintain_order="left")
        .with_columns(
            own_name=pl.coalesce("longer", "own_name"), term_nr=pl.coalesce("longer_nr", "term_nr")
        )
        .drop("longer", "longer_nr")
    )


def find_introduced(sentences: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Where the articles' own names stand: sentence_nr, start, end, match, term_nr, role."""
    of_named = sentences.join(names.select("article_nr").unique(), on="article_nr", how="semi")
    words = names.select(match=pl.col("alias").str.to_lowercase()).unique()
    longest_first = words.sort(pl.col("match").str.len_chars(), descending=True)
    return (
        find_words(of_named, "sentence_nr", "norm", Words.of(longest_first))
        .join(sentences.select("sentence_nr", "article_nr"), on="sentence_nr")
        .join(
            names.with_columns(match=pl.col("alias").str.to_lowercase()),
            on=["article_nr", "match"],
            maintain_order="left",
        )
        .select("sentence_nr", "start", "end", "match", "term_nr", role=pl.lit("company"))
    )
