"""Companies that no dictionary holds: found where an article introduces them, and nowhere else."""

from datetime import date

import polars as pl
import pytest

from ingest.clauses import split_sentences
from ingest.names import introduced, is_coined
from ingest.resolve import extract

_NOBODY = pl.DataFrame(
    schema={
        "sentence_nr": pl.UInt32, "start": pl.Int64, "end": pl.Int64, "match": pl.String,
        "term_nr": pl.UInt32,
    }
)  # fmt: skip


def articles(*texts: str) -> pl.DataFrame:
    """Articles whose first line is the title."""
    return pl.DataFrame(
        {
            "article_id": [f"{nr:064}" for nr in range(len(texts))],
            "source_path": [f"{nr}.txt" for nr in range(len(texts))],
            "title": [text.split("\n")[0] for text in texts],
            "published_on": [date(2025, 10, 30)] * len(texts),
            "text": list(texts),
        },
        schema_overrides={"title": pl.String},
    )


def names(text: str) -> list[str]:
    told = articles(text)
    return introduced(split_sentences(told), told, _NOBODY)["alias"].to_list()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("远山重工：前三季度净利润增长\n远山重工（600931.SH）发布三季报。", ["远山重工"]),
        ("暴赚之后\n昨日晚间，远山重工（股票代码：600931）公布业绩。", ["远山重工"]),
        ("遠山航空（00931）中期業績\n遠山航空昨日公布業績。", ["远山航空"]),
        ("远山半年盈利升1%\n远山航空（00931）昨日公布业绩。", ["远山航空", "远山"]),
        ("证券代码：002931　证券简称：远山酱菜\n公司实现营业收入2亿元。", ["远山酱菜"]),
        ("拆解远山科技三季度财报\n远山科技的收入为2亿元。", ["远山科技"]),
        ("一份答卷\n10月30日，远山科技发布2025年第三季度财报。", ["远山科技"]),
        (
            "Far Hill Inc发布财报\nFar Hill Inc（NASDAQ：FARH）收入2亿元。",
            ["Far Hill Inc", "Far Hill"],
        ),
        ("Farhill：收入增长\nFarhill发布第三季度业绩。", ["Farhill"]),
        ("运量回升\n远垄集团日前发布上半年财务决算。", ["远垄集团"]),
        ("保费回升\n保险集团日前发布上半年财务决算。", []),
    ],
)
def test_an_article_introduces_its_company(text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "行业报告｜2023年云计算市场规模916亿元\n2023年云计算市场规模916亿元。",
        "直播电商：从抢钱到熬人\n直播电商规模增长。",
        "快讯：收入增长\n快讯说，收入增长。",
        "国家统计局公布数据\n国家统计局公布前三季度财报。",
        "2025年第三季度财报\n公司发布2025年第三季度财报。",
        "快手：收入增长\n快手发布第三季度业绩。",
        "",
    ],
)
def test_what_is_no_company_or_is_known_is_not_introduced(text):
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("沐岭餐旅回暖\n沐岭餐旅累积前3季营收24亿元。", {"沐岭餐旅"}),
        ("栖云乳业去年综合收入6亿元\n栖云乳业去年综合收入6亿元。", {"栖云乳业"}),
        ("栖云乳业（下称“栖云”）\n栖云总计收入6亿元，栖云毛利2亿元。", {"栖云"}),
        ("台风拖累第2季吃亏\n台风拖累，门店少卖。", set()),
        ("递表\n根据其披露的业绩，料其收入7亿元。开市前发布业绩。五到六年内收入6亿元。", set()),
    ],
)
def test_a_name_ends_before_words_that_no_name_holds(text, found):
    assert set(names(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "财报季\nFernhill Cloud Inc. (FARH)周一公布收入2亿元。Fernhill预计收入增长。",
            {"Fernhill Cloud", "Fernhill"},
        ),
        ("财报季\n销售软件的Farhill Corp.收入2亿元。", {"Farhill"}),
        ("季报\n槟城沐岭(Penang Muling Bhd)次季净利4亿令吉。", {"槟城沐岭", "Penang Muling"}),
        ("季报\n柔佛电信(Johor Telecom)净亏990万元。", {"柔佛电信"}),
        ("季报\n新岚屿公布，上半年收入2亿元。新岚屿预计收入增长。", {"新岚屿"}),
        ("大模型\n机器学习(Machine Learning)收入2亿元。", set()),
        ("排名\n市场调研机构Farhill Inc的数据显示，手机出货量2亿台。", set()),
        ("排名\nFarhill Research Inc.分析师表示，手机出货量2亿台。", set()),
    ],
)
def test_names_in_latin_letters_and_translated_names(text, found):
    assert set(names(text)) == found


def test_its_figures_are_its_own_and_a_peers_are_the_peers():
    text = (
        "远山重工：前三季度收入增长\n远山重工（600931.SH）发布三季报。"
        "前三季度公司收入657.4亿元，净利润71.3亿元。相比之下，比亚迪收入5663亿元。"
    )
    figures, _ = extract(articles(text))
    assert figures.select("subject_name", "subject_type", "company_id").rows() == [
        ("远山重工", "company", "远山重工"),
        ("远山重工", "company", "远山重工"),
        ("比亚迪", "company", "byd"),
    ]


def test_a_name_counts_in_its_own_article_only():
    texts = (
        "远山重工：收入增长\n远山重工发布三季报，收入657.4亿元。",
        "快手财报\n快手收入355.54亿元，与远山重工合作的项目收入2亿元。",
    )
    figures, _ = extract(articles(*texts))
    assert figures["company_id"].to_list() == ["远山重工", "kuaishou", "kuaishou"]


def test_an_article_about_an_industry_is_about_no_company_that_it_names():
    text = (
        "直播电商：增速回到个位数\n抖音与快手都在场。上半年直播电商交易规模2.63万亿元。"
        "抖音电商直播交易额1.23万亿元，快手直播交易额0.56万亿元。\n职业主播约3880万人。"
    )
    figures, _ = extract(articles(text))
    assert figures.select("subject_id", "company_id").rows() == [
        ("live_commerce_industry", None),
        ("douyin_ecommerce", "bytedance"),
        ("live_streaming", "kuaishou"),
        ("live_commerce_industry", None),
    ]


def whose(text: str) -> list[str]:
    """The subject_name of each figure of a text without a company in its title."""
    return extract(articles("周报\n" + text))[0]["subject_name"].to_list()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("远洲通讯社6月3日丨栖云医疗(02871.HK)公布中期业绩，收益3.4亿港元。", ["栖云医疗"]),
        ("格隆汇8月3日丨栖云医疗(02871.HK)公布，收益3.4亿港元，毛利率21%。", ["栖云医疗"] * 2),
        ("财联社8月21日电，沐岭股份公告，上半年净利润1.2亿元。", ["沐岭股份"]),
        ("【快讯】沐岭股份：2024年净利润1.2亿元。", ["沐岭股份"]),
        ("沐岭药业预计2024年净利润3亿元。", ["沐岭药业"]),
        ("远洲生物技术有限公司（以下简称“洲技”）递表。2024年，洲技收入5.6亿元。", ["洲技"]),
        ("聯嶺光電（6791-TW）公布10月營收12.3億元。", ["联岭光电"]),
        ("白酒周报：泸州老窖营收73亿元；主打清香的黔溪春营收0.9亿元。", ["泸州老窖", "黔溪春"]),
        (
            "泸州老窖营收73亿元，黔溪春营收0.9亿元，同比增长8%。",
            ["泸州老窖", "黔溪春", "黔溪春"],
        ),
        (
            "泸州老窖、黔溪春和五粮液营收分别为73亿元、0.9亿元和173亿元。",
            ["泸州老窖", "黔溪春", "五粮液"],
        ),
        ("栖云乳业营收9亿元，蒙牛营收886亿元。", ["栖云乳业", "蒙牛"]),
        ("海尔智家收入2614亿元，海尔人寿收入120亿元。", ["海尔智家", "海尔人寿"]),
        ("茶饮品牌桃岭奶白门店突破1000家，古茗门店9900家。", ["桃岭奶白", "古茗"]),
    ],
)
def test_each_number_goes_to_its_own_company(text, found):
    assert whose(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "快手2024年收入1269亿元。广告收入724亿元，海外收入47亿元。",
        "快手2024年收入1269亿元。李明披露净利润153亿元。",
        "快手2024年收入1269亿元。全年净利润153亿元，其中线上营收900亿元。",
    ],
)
def test_parts_times_and_people_are_no_companies(text):
    told = articles("周报\n" + text)
    figures, _ = extract(told)
    assert set(figures["company_id"].drop_nulls()) == {"kuaishou"}


@pytest.mark.parametrize("word", ["海外广告", "消费电子", "佣金类", "直营", "工业机器人"])
def test_a_plain_word_is_not_coined(word):
    assert not is_coined(word)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # One that is left out of a comparison owns nothing of what follows.
        (
            "腾讯三季报\n业绩出炉。若不考虑已出售的华泰证券，同口径收入增长15%，净利润206亿元。",
            ["腾讯", "腾讯"],
        ),
        (
            "大行报告\n该行将中移动(00941)、中电信(00728)及联通(00762)目标价定为70.1元、4.2元和7.3元。",
            ["中国移动", "中国电信", "中国联通"],
        ),
        (
            "新加坡银行\n大华银行三季度净利15亿元。不计一次过支出，大华净利13亿元。",
            ["大华银行"] * 2,
        ),
        ("腾讯三季报\n高盛在最新报告里把腾讯目标价调高至701港元。", ["腾讯"]),
        ("花旗降腾讯目标价\n花旗把腾讯目标价降至501港元，料收入6000亿元。", ["腾讯"] * 2),
    ],
)
def test_who_is_only_spoken_of_owns_nothing(text, found):
    figures, _ = extract(articles(text))
    assert figures["subject_name"].to_list() == found


def test_a_price_is_in_the_currency_of_the_article():
    text = "大行報告\n港股通訊：該行將中移動（00941）目標價定為70.1元，料其收入9400億元。"
    figures, _ = extract(articles(text))
    assert figures["unit_id"].to_list() == ["HKD", "CNY"]
