"""Whose number it is: nouns that no dictionary holds, economies, peers, and names by their code.

All texts are read at once, so that the dictionaries are read once.
"""

from functools import cache

import polars as pl
import pytest

from ingest.resolve import extract

# fmt: off
# name → text, and the subject of each of its figures, in order.
ARTICLES = {
    "events": (
        "快手发布2025年第三季度财报。秋日音乐会系列直播的总观看人次为1.2亿。",
        ["直播"],
    ),
    "classes before a metric": (
        ("海天航空：3月运营数据\n海天航空公布，3月旅客周转量同比增长12.1%。"
        "其中，国内旅客周转量同比增长8.3%；国际旅客周转量同比增长40.2%。"),
        ["海天航空", "国内", "国际"],
    ),
    "classes that head a clause": (
        ("海天航空公布3月运营数据。平均客座率为71.2%。"
        "其中，短途航线同比上升3.0个百分点；洲际航线同比上升9.5个百分点。"),
        [None, "短途航线", "洲际航线"],
    ),
    "a kind of goods": (
        "快手发布2025年第三季度财报。前三季度，低度酒销售收入从3.10亿元下滑至2.40亿元，降幅22.6%。",
        ["低度酒"] * 3,
    ),
    "what is granted has its number": (
        "快手发布2025年第三季度财报。尽管团购渠道收入增长12.5%，但门店数量减少了30家。",
        ["团购渠道", None],
    ),
    "what describes a noun is cut off": (
        "快手发布2025年第三季度财报。动销最快的团购渠道收入为3.2亿元。",
        ["团购渠道"],
    ),
    "a gloss": (
        ("第二季度穿戴设备市场出货量1200万台\n其中，Smart Band(智能手环)出货量约400万台；"
        "Smart Watch(智能手表)出货量约800万台。"),
        [None, "Smart Band", "Smart Watch"],
    ),
    "a clause that says what the next is about": (
        "1月20日，监管部门发布行业数据。养老险业务方面，2023年全年累计实现保费收入1.2万亿元。",
        ["养老险业务"],
    ),
    "a list with a number for each": (
        ("1月20日，监管部门发布数据。2023年，农业保险、船舶保险和货运保险"
        "分别实现保费收入120亿元、45亿元和210亿元。"),
        ["农业保险", "船舶保险", "货运保险"],
    ),
    "a class of a statistic that holds 和": (
        "1至5月，规模以上工业企业利润总额同比增长3.1%。其中，橡胶和塑料制品业增长7.7%。",
        [None, "橡胶和塑料制品业"],
    ),
    "the whole economy": (
        "据统计部门数据，2024年1-4月，全国累计生产原煤15.2亿吨，同比下降3.5%。",
        ["全国", "全国"],
    ),
    "whose exports": (
        "2024年前4个月，越南统计局称，中国出口年增5.1%，对美国出口年降2.2%。",
        ["中国", "美国"],
    ),
    "a part of an economy": (
        "报告显示，截至2024年6月，我国网络文娱用户规模达8.8亿人。",
        ["网络文娱"],
    ),
    "an industry that nobody knows": (
        ("纸业行业供给情况\n2024年，造纸行业实现利润总额320亿元，同比增长12%。"
        "产量1.2亿吨。\n下游情况\n库存300万吨。"),
        ["造纸行业", "造纸行业", "造纸行业", "造纸行业"],
    ),
    "a document owns nothing": (
        ("《中国网络文娱发展报告（2024）》（以下简称《报告》）在京发布。截至2024年6月，"
        "我国网络文娱用户规模达8.8亿人。\n《报告》指出，日均更新量达300万条。"),
        ["网络文娱", None],
    ),
    "goods of peers": (
        ("电动车企公布2月数据\n零跑（9863）2月交付2.8万辆，按年增11%。\n"
        "吉利（175）2月新能源汽车销量11万辆，按年增19%。"),
        ["零跑汽车", "零跑汽车", "吉利汽车", "吉利汽车"],
    ),
    "goods of the makers in an industry": (
        "二季度平板市场出货量661万台\n二季度华为平板出货量约为245万台，同比增长59.5%。",
        ["平板市场", "华为", "华为"],
    ),
    "a name that is known by its beginning and its code": (
        "世界先進（5347）去年營運創新高，每股純益達3.72元。公司預期，本季營收67億元。",
        ["世界先进", "世界先进"],
    ),
    "coined names of Taiwan that report": (
        "驅動IC廠敦泰下午舉行法說會，對營運展望樂觀。\n敦泰第2季營收達30.5億元，季增2%，毛利率25.1%。",
        ["敦泰"] * 3,
    ),
    "plain words that are a name, too": (
        "中移動上半年業績\n中移動公布，上半年營運收入升12%至4969億元。有綫寬頻客戶2.5億戶。",
        ["中国移动", "中国移动", "中国移动"],
    ),
    "ahead of another": (
        "快手发布2025年第三季度财报。快手日活跃用户4.1亿，超越哔哩哔哩3.0亿。",
        ["快手", "快手"],
    ),
    "a name with its gloss": (
        "（吉隆坡讯）贷款减值下降，山海银行(Shan Hai Bank Bhd)第三季净利按年上升16.8%。",
        ["山海银行"],
    ),
    "junk before a known name": (
        "财报周\n继上周阿里巴巴公布业绩，腾讯将公布季绩。腾讯上季收入为1519亿元。",
        ["腾讯"],
    ),
    "those who were listed before": (
        ("二季度手机市场出货量6000万台\n报告显示，vivo、OPPO、小米、苹果居前。\n"
        "前四大厂商出货量分别为1200万台、1100万、900万和800万。"),
        [None, "vivo", "OPPO", "小米", "苹果"],
    ),
    "a list with more numbers than names": (
        ("1月20日，监管部门发布数据。2023年，财产险业务保费收入1.4万亿元。其中，农业保险、船舶保险"
        "和货运保险分别实现保费收入120亿元、45亿元、210亿元和33亿元。"),
        ["财产险"] * 5,
    ),
    "where a company sells": (
        "快手发布2025年第三季度财报。内地新签订单收入3.2亿元，巴西收入1.1亿元。",
        [None, "巴西"],
    ),
    "as many nouns as numbers": (
        ("青川海运公布2025年业绩\n青川海运公布，2025年载客率为71%，其中近海、远洋、内河分别同比下降2.1%、"
        "3.4%、5.5%。水产/果蔬/粮油毛利率分别为21.5%/18.3%/9.4%，同比-1.2pct/+0.4pct/+0.6pct。"),
        [None, "近海", "远洋", "内河", *["水产", "果蔬", "粮油"] * 2],
    ),
    "a noun that holds an and": (
        "公司实现涂料、树脂、助剂及辅料业务收入120/80/30亿元。",
        ["涂料", "树脂", "助剂及辅料"],
    ),
    "a member of a list, alone before": (
        "公司客座率下降2%，其中国内同比上升3.4%；载货率下降1%，国内和国际分别同比下降4.2%和9.1%。",
        [None, "国内", None, "国内", "国际"],
    ),
    "parts of a country": (
        "6月末，东、中、西部基站分别达到71万、32万、36万个。",
        ["东", "中", "西部"],
    ),
    "what a business makes": (
        "运营企业完成卫星授时业务收入387亿元。",
        ["卫星授时"],
    ),
    "an economy's official figures": (
        ("越南6月出口增长9.1%\n越南统计局公布，6月出口同比增长9.1%，进口同比增长4.2%。"
        "其中，水产出口增长3.3%。"),
        ["越南", "越南", "越南", "水产"],
    ),
    "official figures beside a company that is named in passing": (
        ("中国国庆出游升温\n文旅部公布，国内出游人次达4.1亿人次，同比增长8.2%。"
        "携程认为，小城更受欢迎。"),
        ["中国", "中国"],
    ),
    "whose central bank": (
        "央行公布，6月末人民币贷款余额210万亿元，同比增长7.1%。",
        ["中国", "中国"],
    ),
    "classes of a statistic": (
        "国家统计局公布，6月CPI同比上涨1.2%。其中，城市上涨1.1%，农村上涨1.4%；牛奶上涨0.3%。",
        ["中国", "城市", "农村", "牛奶"],
    ),
    "who buys exports": (
        ("主计总处公布，上半年台湾出口2100亿美元。对美国出口600亿美元，对日本与韩国出口300亿美元，"
        "对欧出口90亿美元。"),
        ["台湾", "美国", "日本与韩国", "对欧"],
    ),
    "parts that move beside each other": (
        "去年燃气销量下跌1.2%，当中工厂跌近4%，餐馆跌逾1%。",
        [None, "工厂", "餐馆"],
    ),
    "the next of several": (
        "主计总处公布，手表销售额上升57.2%；其次为灯具，上升23.4%。",
        ["手表", "灯具"],
    ),
    "several companies of one kind": (
        "29家上市酒企上半年合计实现营业收入419亿元，归母净利润169亿元。百强房企销售金额下降6.7%。",
        [None, "上市酒企", "上市酒企", "百强房企"],
    ),
    "companies of one rank": (
        "国有五大行一季度净利润合计356亿元，同比增长7%。",
        ["国有五大行", "国有五大行"],
    ),
    "what is told of a whole group": (
        "快手发布2025年第三季度财报。快手表示，可灵AI带动算力芯片的需求，合并营收356亿元。",
        ["快手"],
    ),
    "an economy's own metric": (
        "国家统计局公布，6月社会消费品零售总额同比增长5.1%。",
        ["中国"],
    ),
    "an index of shares": (
        "港股收市，恒生指数跌0.1%，国企指数升0.2%。",
        ["恒生指数", "国企指数"],
    ),
    "a name ends outside of a metric": (
        "博彩监察协调局公布，首季博彩毛收入76亿元，按年下跌0.4%。",
        ["澳门", "澳门"],
    ),
    # What only says which sort of metric it is makes no part.
    "sorts of a metric": (
        "快手发布2025年第三季度财报。合同收入3.2亿元，可比收入2.1亿元。配送费用1.2亿元。",
        ["快手", "快手", "快手"],
    ),
}


@cache
def subjects() -> dict[str, list[str]]:
    told = pl.DataFrame(
        {
            "article_id": list(ARTICLES),
            "source_path": [f"{nr}.txt" for nr in range(len(ARTICLES))],
            "title": [
                text.partition("\n")[0] if "\n" in text else None for text, _ in ARTICLES.values()
            ],
            "published_on": [None] * len(ARTICLES),
            "text": [text for text, _ in ARTICLES.values()],
        },
        schema_overrides={"title": pl.String, "published_on": pl.Date},
    )
    figures, _ = extract(told)
    found: dict[str, list[str]] = {name: [] for name in ARTICLES}
    for name, subject in figures.select("article_id", "subject_name").iter_rows():
        found[name].append(subject)
    return found


@pytest.mark.parametrize("name", ARTICLES)
def test_the_subject_of_each_figure(name):
    expected = ARTICLES[name][1]
    found = subjects()[name]
    assert len(found) == len(expected)
    # None: not asked for here.
    assert [
        subject if wanted else None for subject, wanted in zip(found, expected, strict=True)
    ] == expected
