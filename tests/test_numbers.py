"""The number grammar: fixed readings, and numbers written by a generator of its own read back."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.numbers import read_numbers

# --- a writer of numbers that shares nothing with the reader ------------------------------------

DIGITS = "零一二三四五六七八九"
TRADITIONAL = str.maketrans("万亿两个点", "萬億兩個點")
FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
MAGNITUDES = {
    "": 0,
    "百": 2,
    "千": 3,
    "万": 4,
    "十万": 5,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "万亿": 12,
}
UNITS = {
    "元": "CNY",
    "元人民币": "CNY",
    "美元": "USD",
    "港元": "HKD",
    "人": "people",
    "分钟": "minutes",
}


def below_ten_thousand(n: int) -> str:
    """1..9999 in characters, with 零 where a place in between is empty."""
    words, empty = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // place % 10
        if digit:
            words += ("零" if empty and words else "") + DIGITS[digit] + name
            empty = False
        else:
            empty = True
    return words


def in_characters(n: int) -> str:
    """An integer below 10**16 as it is read out: 一万零八百亿, 三亿二千万."""
    if n == 0:
        return "零"
    if n >= 10**8:
        head, tail = divmod(n, 10**8)
        gap = "零" if 0 < tail < 10**7 else ""
        return in_characters(head) + "亿" + (gap + in_characters(tail) if tail else "")
    if n >= 10**4:
        head, tail = divmod(n, 10**4)
        gap = "零" if 0 < tail < 1000 else ""
        return below_ten_thousand(head) + "万" + (gap + below_ten_thousand(tail) if tail else "")
    return below_ten_thousand(n)


def spoken(n: int) -> str:
    """十五 and not 一十五, 两万 and not 二万: as people say it."""
    words = in_characters(n)
    words = words.removeprefix("一") if words.startswith("一十") else words
    return "两" + words[1:] if words[:2] in ("二万", "二千", "二百", "二亿") else words


def decimals_in_characters(digits: str) -> str:
    return "".join(DIGITS[int(digit)] for digit in digits)


whole = st.one_of(
    st.integers(0, 9999),
    st.integers(0, 10**9),
    st.builds(lambda n, zeros: n * 10**zeros, st.integers(1, 999), st.integers(0, 8)),
)
tail = st.text("0123456789", min_size=1, max_size=3)


@st.composite
def arabic(draw: st.DrawFn) -> tuple[str, Decimal]:
    """355.54亿, 1,234.5, １２３万: digits, grouped or not, with a magnitude or not."""
    number, decimals = draw(st.integers(0, 99999)), draw(st.none() | tail)
    magnitude = draw(st.sampled_from(list(MAGNITUDES)))
    text = f"{number:,}" if draw(st.booleans()) else str(number)
    value = Decimal(f"{number}.{decimals or '0'}") * 10 ** MAGNITUDES[magnitude]
    text += f".{decimals}" if decimals else ""
    text = text.translate(FULL_WIDTH) if "," not in text and draw(st.booleans()) else text
    return text + draw(st.sampled_from(["", " "])) * bool(magnitude) + magnitude, value


@st.composite
def chinese(draw: st.DrawFn) -> tuple[str, Decimal]:
    """三千八百五十亿, 四十九点九亿, 两万: characters, with a decimal part and magnitude or not."""
    if draw(st.booleans()):
        number = draw(st.integers(0, 10**12 - 1))
        return draw(st.sampled_from([in_characters, spoken]))(number), Decimal(number)
    number, decimals = draw(st.integers(0, 9999)), draw(tail)
    magnitude = draw(st.sampled_from(["", "万", "亿", "万亿"]))
    value = Decimal(f"{number}.{decimals}") * 10 ** MAGNITUDES[magnitude]
    return f"{spoken(number)}点{decimals_in_characters(decimals)}{magnitude}", value


@st.composite
def amount(draw: st.DrawFn) -> tuple[str, Decimal, str | None]:
    """A number of money, people or minutes."""
    text, value = draw(st.one_of(arabic(), chinese()))
    unit = draw(st.sampled_from(list(UNITS)))
    return text + unit, value, UNITS[unit]


@st.composite
def ratio(draw: st.DrawFn) -> tuple[str, Decimal, str | None]:
    """14.2%, 百分之六十九点九, 千分之三, 七成半, 2.3个百分点, 5个基点."""
    number, decimals = draw(st.integers(0, 999)), draw(st.none() | tail)
    plain = Decimal(f"{number}.{decimals or '0'}")
    digits = str(number) + (f".{decimals}" if decimals else "")
    words = spoken(number) + (f"点{decimals_in_characters(decimals)}" if decimals else "")
    tenths = draw(st.integers(1, 9))
    return draw(
        st.sampled_from(
            [
                (f"{digits}%", plain / 100, "ratio"),
                (f"{digits} %".translate(FULL_WIDTH), plain / 100, "ratio"),
                (f"百分之{words}", plain / 100, "ratio"),
                (f"百分之{digits}", plain / 100, "ratio"),
                (f"千分之{words}", plain / 1000, "ratio"),
                (f"{DIGITS[tenths]}成", Decimal(tenths) / 10, "ratio"),
                (f"{DIGITS[tenths]}成半", Decimal(tenths * 10 + 5) / 100, "ratio"),
                (f"{digits}个百分点", plain, "pp"),
                (f"{digits}个基点", plain / 100, "pp"),
            ]
        )
    )


@st.composite
def in_a_sentence(draw: st.DrawFn) -> tuple[str, Decimal, str | None]:
    text, value, unit = draw(st.one_of(amount(), ratio()))
    text = text.translate(TRADITIONAL) if draw(st.booleans()) else text
    before = draw(st.sampled_from(["", "合共", "公司收入为", "達到了", "，", "同比增长了 "]))
    after = draw(st.sampled_from(["", "。", "，同期", "的水平", "（含税）"]))
    return before + text + after, value, unit


def check(samples: list[tuple[str, Decimal, str | None]]) -> None:
    """Each text holds one number; all are read in one call, for a call costs more than a text."""
    texts, values, units = zip(*samples, strict=True)
    read = read_numbers(pl.Series(texts))
    found = dict(
        zip(read["text_nr"], zip(read["value"], read["unit_id"], strict=True), strict=True)
    )
    assert read.height == len(samples), texts
    for nr, wanted in enumerate(zip(values, units, strict=True)):
        assert found[nr] == wanted, texts[nr]


twenty = st.lists(in_a_sentence(), min_size=20, max_size=20)
slow = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(slow, max_examples=25)
@given(twenty)
def test_written_numbers_are_read_back_exactly(samples):
    check(samples)


@pytest.mark.nightly
@settings(slow, max_examples=500)
@given(twenty)
def test_ten_thousand_written_numbers_are_read_back_exactly(samples):
    check(samples)


@settings(slow, max_examples=20)
@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["-", "~", "至", "到", "—"]))
def test_both_ends_of_a_range_are_read(low, high, dash):
    read = read_numbers(
        pl.Series([f"{low}亿元{dash}{high}亿元", f"{low}{dash}{high}万元", f"{low}%{dash}{high}%"])
    )
    for column, end in (("value", low), ("upper", high)):
        assert read[column].to_list() == [end * 10**8, end * 10**4, Decimal(end) / 100]
    assert read["qualifier"].to_list() == ["range"] * 3


jumble = st.text(
    "一二两三零〇百千万亿兆点分之成倍半翻番%元年月第前0123456789.,-~至 的了", max_size=30
)


@settings(slow, max_examples=30)
@given(st.lists(jumble, min_size=20, max_size=20))
def test_any_jumble_is_read_without_fault_and_at_its_place(texts):
    read = read_numbers(pl.Series(texts))
    for nr, token, start, end in read.select("text_nr", "token", "start", "end").iter_rows():
        assert texts[nr][start:end] == token


# --- fixed readings -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("355.54 亿元", "35554000000", "CNY"),
        ("4500万", "45000000", None),
        ("1,234.5元", "1234.5", "CNY"),
        ("10.8万亿元", "10800000000000", "CNY"),
        ("１２３％", "1.23", "ratio"),
        ("百分之六十九点九", "0.699", "ratio"),
        ("三千八百五十亿", "385000000000", None),
        ("一万零八百亿", "1080000000000", None),
        ("四十九点九亿元", "4990000000", "CNY"),
        ("九十五点七四亿元", "9574000000", "CNY"),
        ("两万元", "20000", "CNY"),
        ("一百一十二亿", "11200000000", None),
        ("六亿两千四百万元", "624000000", "CNY"),
        ("八百四十一点一七万", "8411700", None),
        ("百分之百", "1", "ratio"),
        ("零点五元", "0.5", "CNY"),
        ("千分之三", "0.003", "ratio"),
        ("七成", "0.7", "ratio"),
        ("三成半", "0.35", "ratio"),
        ("九成二", "0.92", "ratio"),
        ("翻一番", "1", "ratio"),
        ("翻了两番", "3", "ratio"),
        ("翻倍", "1", "ratio"),
        ("腰斩", "-0.5", "ratio"),
        ("三分之一", "0.33333333", "ratio"),
        ("3千万元", "30000000", "CNY"),
        ("三个亿", "300000000", None),
        ("2.5个亿元", "250000000", "CNY"),
        ("265.5万千升", "2655000000", "litres"),
        ("2.3个百分点", "2.3", "pp"),
        ("25个基点", "0.25", "pp"),
        ("US$7.5 billion", "7500000000", "USD"),
        ("HK$35亿", "3500000000", "HKD"),
        ("¥1,280", "1280", "CNY"),
        ("负百分之四点四", "-0.044", "ratio"),
        ("-17%", "-0.17", "ratio"),
        ("996%", "9.96", "ratio"),
        ("996.8亿元", "99680000000", "CNY"),
        ("两小时", "120", "minutes"),
        # broken forms that leave one reading
        ("百之百", "1", "ratio"),
        ("百之百七十", "1.7", "ratio"),
    ],
)
def test_fixed_readings(text, value, unit):
    read = read_numbers(pl.Series([f"约{text}。"]))
    assert read["value"].to_list() == [Decimal(value)]
    assert read["unit_id"].to_list() == [unit]


@pytest.mark.parametrize("amount", ["十亿元", "9.49亿美元", "三万七千二百六十四亿元", "11.82万名"])
def test_a_growth_to_an_amount_is_no_range(amount):
    ratio, level = read_numbers(pl.Series([f"增长百分之三十三点九八至{amount}"])).iter_rows(
        named=True
    )
    assert (ratio["value"], ratio["upper"]) == (Decimal("0.3398"), None)
    assert level["token"] == amount
    (whole,) = read_numbers(pl.Series(["增长百分之五至八，"])).iter_rows(named=True)
    assert (whole["value"], whole["upper"]) == (Decimal("0.05"), Decimal("0.08"))


def test_a_ten_that_goes_on_is_no_idiom():
    read = read_numbers(pl.Series(["员工总数十七万人", "数十万人"]))
    assert read.select("token", "value").rows() == [("十七万人", Decimal(170_000))]


def test_broken_forms_are_read_with_less_confidence():
    read = read_numbers(pl.Series(["百之百七十", "百分之一百七十"]))
    broken, whole_form = read["confidence"].to_list()
    assert broken < whole_form


@pytest.mark.parametrize(
    "text",
    [
        "四大天王", "3 Pro", "G4RL", "第一名", "三线及以下", "9月30日", "二〇二五年", "其一",
        "前三", "第三季度", "2025年上半年", "连续三个季度", "5G", "S3赛季", "GPT-4", "双11",
        "一下子", "十分", "万一", "2024-11-19", "三成员", "百度AI",
    ],
)  # fmt: skip
def test_what_is_no_number(text):
    assert read_numbers(pl.Series([f"这是{text}的事"])).filter(pl.col("form") != "none").is_empty()


def test_what_decimal_cannot_hold_has_no_value():
    digits = "9" * 40
    assert read_numbers(pl.Series([f"{digits}亿元"]))["value"].to_list() == [None]


def test_rounding_and_coarse_bound_what_the_words_say():
    read = read_numbers(pl.Series(["4.16亿", "三千八百五十亿", "4500万人"]))
    assert read["rounding"].to_list() == [500_000, 50_000_000, 5_000]
    assert read["coarse"].to_list() == [500_000, 500_000_000, 500_000]


# --- numbers in a spelling of their own ---------------------------------------------------------


@settings(slow, max_examples=20)
@given(st.integers(1, 9999), st.integers(1, 9999), st.integers(1, 9999))
def test_magnitudes_one_after_the_other_are_one_number(top, middle, low):
    texts = [f"{top}亿{middle:04}万{low:04}元", f"{top}万{low:04}元", f"{top}亿零{middle}万元"]
    read = read_numbers(pl.Series(texts))
    assert read["value"].to_list() == [
        top * 10**8 + middle * 10**4 + low,
        top * 10**4 + low,
        top * 10**8 + middle * 10**4,
    ]


@settings(slow, max_examples=20)
@given(st.integers(2, 8), st.sampled_from(["", "十", "二十", "一百"]), st.sampled_from("万亿"))
def test_neighbouring_digits_are_a_range(low, before, magnitude):
    text = f"{before}{DIGITS[low]}{DIGITS[low + 1]}{magnitude}元"
    (row,) = read_numbers(pl.Series([text])).iter_rows(named=True)
    base = {"": 0, "十": 10, "二十": 20, "一百": 100}[before]
    # After 一百 a lone digit is tens, as in 一百二.
    step = 10 if before == "一百" else 1
    scale = {"万": 10**4, "亿": 10**8}[magnitude]
    assert (row["value"], row["upper"]) == (
        (base + low * step) * scale,
        (base + (low + 1) * step) * scale,
    )
    assert row["qualifier"] == "range"


@settings(slow, max_examples=20)
@given(st.integers(0, 99), st.integers(1, 9), st.integers(1, 9))
def test_money_in_its_parts(yuan, jiao, fen):
    text = (f"{yuan}元" if yuan else "") + f"{jiao}角{fen}分"
    assert read_numbers(pl.Series([text]))["value"].to_list() == [
        Decimal(f"{yuan}.{jiao}{fen}"),
    ]


@pytest.mark.parametrize(
    ("text", "value", "unit", "qualifier"),
    [
        ("一千几百万元", "10000000", "CNY", "gt"),
        ("百分之二三十", "0.2", "ratio", "range"),
        ("两三个百分点", "2", "pp", "range"),
        ("七八成", "0.7", "ratio", "range"),
        ("柒仟元整", "7000", "CNY", "eq"),
        ("贰拾伍万元", "250000", "CNY", "eq"),
        ("40%+", "0.4", "ratio", "gt"),
        ("(7.5)亿元", "-750000000", "CNY", "eq"),
        ("（3,210.4）万元", "-32104000", "CNY", "eq"),
        ("港币6.5亿元", "650000000", "HKD", "eq"),
        ("6.5亿元（港币）", "650000000", "HKD", "eq"),
        ("–7.5亿元", "-750000000", "CNY", "eq"),
        ("3﹒4%", "0.034", "ratio", "eq"),
        ("6成5", "0.65", "ratio", "eq"),
        ("半成", "0.05", "ratio", "eq"),
        ("2.4k家", "2400", "companies", "eq"),
        ("17x", "17", "ratio", "eq"),
        ("3.5pcts", "3.5", "pp", "eq"),
        ("12仙", "0.12", "HKD", "eq"),
        ("36萬標準貨櫃單位", "360000", "TEU", "eq"),
        ("2億3千萬人次", "230000000", "people", "eq"),
    ],
)
def test_spellings(text, value, unit, qualifier):
    read = read_numbers(pl.Series([f"为{text}，"]))
    assert read.select("value", "unit_id", "qualifier").rows() == [
        (Decimal(value), unit, qualifier)
    ]


def test_cents_are_money_only_per_share():
    read = read_numbers(pl.Series(["每股派息6分", "评分8.5分"]))
    assert read.select("value", "unit_id").rows() == [
        (Decimal("0.06"), "CNY"),
        (Decimal("8.5"), None),
    ]


def test_both_ends_of_a_range_have_their_own_signs():
    read = read_numbers(pl.Series(["-9亿元至-7亿元", "-3%至4%", "19–21亿元"]))
    assert read.select("value", "upper").rows() == [
        (-900_000_000, -700_000_000),
        (Decimal("-0.03"), Decimal("0.04")),
        (1_900_000_000, 2_100_000_000),
    ]


def test_the_members_of_a_list_have_what_its_end_has():
    texts = ["12.5/13.5/14.5亿元", "21.5、22.5万辆", "-1.5/+2.5pct", "15/13倍", "+4.1/+0.3pcts"]
    read = read_numbers(pl.Series(texts))
    assert read["value"].to_list() == [
        1_250_000_000, 1_350_000_000, 1_450_000_000, 215_000, 225_000,
        Decimal("-1.5"), Decimal("2.5"), 15, 13, Decimal("4.1"), Decimal("0.3"),
    ]  # fmt: skip
    assert read_numbers(pl.Series(["24/7", "1/3的人", "2021和2022年"])).is_empty()
