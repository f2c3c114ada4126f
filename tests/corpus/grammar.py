"""Articles: which facts of the world one tells, in what order, and in which words."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from . import phrases
from .draft import Draft
from .words import (
    Number,
    decimal,
    doubled,
    multiple,
    percent,
    points,
    quantity,
    round_half_up,
)
from .world import (
    FIRST_YEAR,
    LAST,
    QUARTERS,
    Company,
    Industry,
    Kpi,
    Period,
    World,
    subject_names,
)

# A clause as compiled: literals, choices (lists of clauses) and slots (methods of the context).
Clause = tuple["str | list[Clause] | tuple[str]", ...]

_TOKEN = re.compile(r"\{(\w+)\}|([\[\]|])|([^\[\]|{}]+)")


@cache
def clause(template: str) -> Clause:
    """A template compiled."""
    stack: list[list[list[object]]] = [[[]]]
    for slot, bracket, literal in _TOKEN.findall(template):
        if slot:
            stack[-1][-1].append((slot,))
        elif literal or (bracket == "|" and len(stack) == 1):
            stack[-1][-1].append(literal or "|")
        elif bracket == "[":
            stack.append([[]])
        elif bracket == "|":
            stack[-1].append([])
        else:
            choices = [tuple(choice) for choice in stack.pop()]
            stack[-1][-1].append(choices)
    return tuple(stack[0][0])  # type: ignore[arg-type]


@cache
def clauses(templates: str) -> tuple[Clause, ...]:
    """A phrase list, one template a line."""
    return tuple(clause(line) for line in templates.strip().split("\n"))


def say(ops: Clause, context: "Context") -> None:
    """Write a clause into the context's draft."""
    draft = context.draft
    for op in ops:
        kind = type(op)
        if kind is str:
            draft.put(op)
        elif kind is list:
            say(op[int(draft.rnd() * len(op))], context)
        else:
            getattr(context, op[0])()


class Context:
    """What slots are filled from: constants given by name, or a subclass's methods."""

    def __init__(self, draft: Draft, **words: str):
        self.draft = draft
        for name, word in words.items():
            setattr(self, name, lambda word=word: draft.put(word))


class Reading(Context):
    """A metric of a subject in a period, beside the year and the quarter before."""

    def __init__(
        self,
        draft: Draft,
        said: str,
        subject: str,
        metric: str,
        name: str,
        unit: str,
        words: str,
        period: Period,
        now: int,
        year_before: int,
        quarter_before: int | None = None,
        places: int = 0,
        whole: int = 0,
        loss: str = "",
        at: str | None = None,
        at_before: str | None = None,
        fine: int = 2,
    ):
        self.draft = draft
        self.said = said
        self.subject = subject
        self.metric = metric
        self.name = name
        self.unit = unit
        self.words = words
        self.period = period
        self.now = now
        self.year_before = year_before
        self.quarter_before = quarter_before
        self.places = places
        self.whole = whole
        self.loss_name = loss
        self.at = at or period.id
        self.at_before = at_before or period.year_before.id
        self.fine = fine

    # words

    def S(self) -> None:  # noqa: N802 - as it is called in the templates
        self.draft.put(self.said)

    def m(self) -> None:
        self.draft.put(self.name)

    def loss(self) -> None:
        self.draft.put(self.loss_name)

    def when(self) -> None:
        self.draft.put(_short(self.period))

    def to(self) -> None:
        up = self.now >= self.year_before
        self.draft.put(
            self.draft.pick(("增至", "升至", "提升至") if up else ("降至", "减至", "回落至"))
        )

    def then(self) -> None:
        """至 between a growth and the value; 百分之九点七至… alone would sound like a range."""
        if self.draft.ends_in_percent():
            self.draft.put(self.draft.pick(("至", "至", "，达到", "，达", "，为", "，至")))
        else:
            self.draft.put(self.draft.pick(("，至", "，达到", "，达", "，为")))

    def lto(self) -> None:
        up = self.now >= (self.quarter_before or 0)
        self.draft.put(self.draft.pick(("增至", "升至") if up else ("降至", "减至")))

    # levels

    def _level(self, value: int, period: str, fine: int) -> None:
        draft = self.draft
        number = quantity(abs(value), self.places, self.words, draft.manner, draft.rnd, fine)
        sign = "-" if value < 0 else ""
        draft.figure(number, self.subject, self.metric, "level", "", self.unit, period, sign)

    def v(self) -> None:
        self._level(self.now, self.at, self.fine)

    def p(self) -> None:
        self._level(self.year_before, self.at_before, self.fine)

    def l(self) -> None:  # noqa: E743
        self._level(self.quarter_before or 0, self.period.before.id, self.fine)

    # changes

    def _growth(self, before: int, comparison: str, cue: str) -> None:
        draft, rnd = self.draft, self.draft.rnd
        rise = abs(self.now) - abs(before)
        base = abs(before) or 1
        put, at = draft.put, rnd()
        say(clause(cue), self)
        if abs(rise) * 5000 < base:
            put(draft.pick(("基本持平", "大致持平", "几乎没有变化")))
            return
        if rise >= 0:
            if rise * 10 > 9 * base and at < 0.6:
                special = doubled(rise, base, rnd)
                if special is None:
                    special = multiple(rise, base, rnd)
                    if special is not None:
                        put("增长")
                if special is not None:
                    self._ratio(special, comparison)
                    return
            number = percent(rise, base, draft.manner, rnd)
            if at < 0.12:
                put(draft.pick(("增速为", "增速达到", "增幅为", "增幅达", "增长幅度为")))
                self._ratio(number, comparison)
            elif at < 0.18:
                put(draft.pick(("有着", "实现了", "录得")))
                self._ratio(number, comparison)
                put(draft.pick(("的增长", "的增幅", "幅度的增长")))
            else:
                if rise * 100 < 3 * base:
                    put(draft.pick(("微增", "小幅增长", "略增")))
                elif rise * 10 > 4 * base:
                    put(draft.pick(("大增", "增长", "大幅增长", "飙升", "激增")))
                else:
                    say(clause(phrases.UP), self)
                self._ratio(number, comparison)
        else:
            number = percent(-rise, base, draft.manner, rnd)
            if at < 0.1:
                put(draft.pick(("降幅为", "跌幅为", "降幅达")))
            elif -rise * 100 < 3 * base:
                put(draft.pick(("微降", "小幅下滑", "略降")))
            else:
                say(clause(phrases.DOWN), self)
            self._ratio(number, comparison, "-")

    def _ratio(self, number: Number, comparison: str, sign: str = "") -> None:
        draft = self.draft
        at = self.at if comparison != "qoq" else self.period.id
        draft.figure(number, self.subject, self.metric, "growth", comparison, "ratio", at, sign)

    def g(self) -> None:
        cue = phrases.YOY_TRADITIONAL if self.draft.traditional else phrases.YOY
        self._growth(self.year_before, "yoy", cue)

    def u(self) -> None:
        """Growth after words that say already since when."""
        self._growth(self.year_before, "yoy", "")

    def q(self) -> None:
        self._growth(self.quarter_before or 1, "qoq", phrases.QOQ)

    def lg(self) -> None:
        """A loss that widens or narrows: growth of the loss's size."""
        draft = self.draft
        rise = abs(self.now) - abs(self.year_before)
        number = percent(abs(rise), abs(self.year_before) or 1, draft.manner, draft.rnd)
        verbs = ("扩大", "扩大了", "增加") if rise >= 0 else ("收窄", "收窄了", "减少", "缩窄")
        draft.put(draft.pick(("同比", "较去年同期", "同比")) + draft.pick(verbs))
        self._ratio(number, "yoy", "" if rise >= 0 else "-")

    def d(self) -> None:
        """The difference to the year before, as an amount."""
        draft = self.draft
        rise = self.now - self.year_before
        number = quantity(
            abs(rise), self.places, self.words, draft.manner, draft.rnd, 2, hedge=False
        )
        draft.put(draft.pick(("同比", "较去年同期", "比上年同期")))
        draft.put(draft.pick(("增加", "增加了", "多出") if rise >= 0 else ("减少", "减少了")))
        draft.figure(
            number,
            self.subject,
            self.metric,
            "change",
            "yoy",
            self.unit,
            self.at,
            "-" if rise < 0 else "",
        )

    def s(self) -> None:
        """Its part of the whole."""
        draft = self.draft
        number = percent(self.now, self.whole, draft.manner, draft.rnd, tenths=True)
        draft.figure(number, self.subject, "revenue_share/share", "share", "", "ratio", self.at)


class Ratio(Context):
    """A part over a whole (a margin, an expense ratio), beside the year before."""

    def __init__(
        self,
        draft: Draft,
        said: str,
        subject: str,
        metric: str,
        name: str,
        period: Period,
        now: tuple[int, int],
        year_before: tuple[int, int],
        at: str | None = None,
        at_before: str | None = None,
    ):
        self.draft = draft
        self.said = said
        self.subject = subject
        self.metric = metric
        self.name = name
        self.now = now
        self.year_before = year_before
        self.at = at or period.id
        self.at_before = at_before or period.year_before.id
        # Now less then, over a common denominator.
        self.rise = now[0] * year_before[1] - year_before[0] * now[1]

    def S(self) -> None:  # noqa: N802
        self.draft.put(self.said)

    def m(self) -> None:
        self.draft.put(self.name)

    def to(self) -> None:
        up = self.rise >= 0
        self.draft.put(
            self.draft.pick(("升至", "提升至", "上升至") if up else ("降至", "下降至", "回落至"))
        )

    def _share(self, ratio: tuple[int, int], period: str) -> None:
        draft = self.draft
        number = percent(abs(ratio[0]), ratio[1], draft.manner, draft.rnd, hedge=ratio[0] > 0)
        sign = ""
        if ratio[0] < 0:
            sign = "-"
            if number.text[0].isdigit():
                number = number._replace(text="-" + number.text)
            else:
                number = number._replace(text="负" + number.text)
        draft.figure(number, self.subject, self.metric, "share", "", "ratio", period, sign)

    def v(self) -> None:
        self._share(self.now, self.at)

    def p(self) -> None:
        self._share(self.year_before, self.at_before)

    def pp(self) -> None:
        draft = self.draft
        if abs(self.rise) * 5000 < self.now[1] * self.year_before[1]:
            draft.put(draft.pick(("与去年同期持平", "同比基本持平")))
            return
        number = points(abs(self.rise), self.now[1] * self.year_before[1], draft.manner, draft.rnd)
        up = self.rise >= 0
        verbs = ("提升", "上升", "提高", "提升了") if up else ("下降", "回落", "下降了", "降低")
        draft.put(draft.pick(("同比", "同比", "较去年同期", "较上年同期")) + draft.pick(verbs))
        draft.figure(
            number, self.subject, self.metric, "change", "yoy", "pp", self.at, "" if up else "-"
        )


# --- what an article is about --------------------------------------------------------------------

MONEY_NAMES: dict[str, tuple[str, ...]] = {
    "revenue": ("营收", "收入", "总收入", "营业收入", "总营收", "营收", "收入"),
    "gross_profit": ("毛利", "毛利润"),
    "operating_profit": ("经营利润", "营业利润"),
    "net_profit": ("净利润", "净利润", "净利"),
    "adjusted_net_profit": ("经调整净利润", "调整后净利润", "经调整后的净利润", "Non-GAAP净利润"),
    "rd_expense": ("研发费用", "研发开支", "研发投入"),
    "selling_and_marketing_expense": ("销售及营销费用", "营销费用", "销售费用", "销售和营销开支"),
    "general_and_admin_expense": ("管理费用", "行政开支", "一般及行政费用"),
    "cost_of_revenue": ("营业成本", "收入成本", "销售成本"),
    "capex": ("资本开支", "资本支出"),
    "operating_cash_flow": ("经营活动现金流", "经营性现金流"),
    "free_cash_flow": ("自由现金流",),
    "cash_and_investments": ("现金储备", "现金及短期投资"),
    "share_based_compensation": ("股权激励费用", "以股份为基础的薪酬"),
}
LOSS_NAMES = {
    "operating_profit": "经营亏损",
    "net_profit": "净亏损",
    "adjusted_net_profit": "经调整净亏损",
}
RATIOS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("gross_margin", "gross_profit", ("毛利率", "整体毛利率", "综合毛利率")),
    ("operating_margin", "operating_profit", ("经营利润率", "营业利润率")),
    ("net_margin", "net_profit", ("净利率", "净利润率")),
    ("adjusted_net_margin", "adjusted_net_profit", ("经调整净利润率", "调整后净利润率")),
    ("rd_expense_ratio", "rd_expense", ("研发费用率",)),
    (
        "selling_and_marketing_expense_ratio",
        "selling_and_marketing_expense",
        ("销售费用率", "营销费用率"),
    ),
    ("general_and_admin_expense_ratio", "general_and_admin_expense", ("管理费用率",)),
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = (
    "建国",
    "晓峰",
    "志远",
    "思齐",
    "文博",
    "雅静",
    "海涛",
    "一鸣",
    "子墨",
    "若兰",
    "鹏飞",
    "嘉禾",
)
_QUARTER = ("一", "二", "三", "四")


def _short(period: Period) -> str:
    if period.quarters == 1:
        return f"{_QUARTER[period.first % 4]}季度"
    return {2: "上半年", 3: "前三季度", 4: "全年"}[period.quarters]


def _date(year: int, month: int, day: int) -> str:
    return f"{year}年{month}月{day}日"


def _end(period: Period) -> str:
    month = period.end_month
    return _date(period.year, month, 31 if month in (3, 12) else 30)


class _Article:
    """What company and industry articles share: sentences, fillers, paragraphs to a length."""

    def __init__(self, draft: Draft, random: Random):
        self.draft = draft
        self.rnd = draft.rnd
        self.pick = draft.pick
        self.random = random
        self.length = 1150 + int(600 * self.rnd())
        self._fillers = _order(len(clauses(phrases.FILLERS)), self.rnd)
        self._noise = _order(len(clauses(phrases.NOISE)), self.rnd)
        self._quotes = _order(len(clauses(phrases.QUOTES)), self.rnd)
        self.year = 2020
        self.date = ""
        self.ceo = self.pick(_SURNAMES) + self.pick(_GIVEN)
        self.cfo = self.pick(_SURNAMES) + self.pick(_GIVEN)

    def sentence(self, *parts: tuple[str, Context], joint: str = "；") -> None:
        for nr, (templates, context) in enumerate(parts):
            if nr:
                self.draft.put(joint)
            say(self.pick(clauses(templates)), context)
        self.draft.stop()

    def filler(self) -> None:
        if not self._fillers:
            self._fillers = _order(len(clauses(phrases.FILLERS)), self.rnd)
        say(clauses(phrases.FILLERS)[self._fillers.pop()], Context(self.draft))
        self.draft.stop()

    def noise(self) -> None:
        """A sentence whose numbers are none: a rank, a date, a threshold."""
        if not self._noise:
            return
        pick, rnd = self.pick, self.rnd
        words = {
            "y0": str(1990 + int(25 * rnd())),
            "y1": str(self.year + 1),
            "y2": str(self.year - int(3 * rnd())),
            "mo": str(1 + int(12 * rnd())),
            "n": pick(("二", "三", "四", "五", "六", "七")),
            "n10": pick(("10", "50", "100", "十", "二十")),
            "hundred": pick(("30", "99", "199", "三十", "五十")),
            "age": pick(("25", "30", "35", "三十")),
            "hour": str(8 + int(12 * rnd())),
            "date": self.date,
        }
        say(clauses(phrases.NOISE)[self._noise.pop()], Context(self.draft, **words))
        self.draft.stop()

    def quote(self) -> None:
        if self._quotes:
            context = Context(self.draft, ceo=self.ceo, cfo=self.cfo)
            say(clauses(phrases.QUOTES)[self._quotes.pop()], context)

    def colour(self, least: int = 1) -> None:
        """Some sentences between the figures."""
        for _ in range(least + int(2 * self.rnd())):
            at = self.rnd()
            if at < 0.68:
                self.filler()
            elif at < 0.9:
                self.noise()
            else:
                self.quote()

    def end(self) -> None:
        while self.draft.length < self.length:
            self.draft.paragraph()
            for _ in range(2 + int(2 * self.rnd())):
                self.filler()

    def listed(
        self,
        names: Sequence[str],
        subjects: Sequence[str],
        numbers: Sequence[Number],
        lead: str,
        metric: str,
        kind: str,
        comparison: str,
        unit: str,
        period: str,
        signs: str = "",
    ) -> None:
        """A、B和C的收入分别为x、y和z, without its end."""
        draft = self.draft
        for nr, name in enumerate(names):
            draft.put(name)
            if nr < len(names) - 1:
                draft.put("、" if nr < len(names) - 2 else "和")
        draft.put(lead)
        mark = "，" if self.rnd() < 0.12 else "、"
        for nr, (subject, number) in enumerate(zip(subjects, numbers, strict=True)):
            draft.figure(number, subject, metric, kind, comparison, unit, period, signs)
            if nr < len(numbers) - 1:
                draft.put(mark if nr < len(numbers) - 2 else "和")


def _order(count: int, rnd: Callable[[], float]) -> list[int]:
    """Numbers below count in a random order: a random start and a stride that meets them all."""
    start = int(count * rnd())
    stride = next(s for s in range(1 + int(count * rnd()), 2 * count + 2) if _coprime(s, count))
    return [(start + stride * nr) % count for nr in range(count)]


@cache
def _coprime(first: int, second: int) -> bool:
    while second:
        first, second = second, first % second
    return first == 1


class CompanyArticle(_Article):
    """A company's report on a quarter, half-year, nine months or year."""

    def __init__(
        self, draft: Draft, random: Random, world: World, company: Company, period: Period
    ):
        super().__init__(draft, random)
        self.world = world
        self.company = company
        self.period = period
        self.year = period.year
        month = period.end_month + 1 + int(2 * self.rnd())
        year = period.year + (month > 12)
        self.date = _date(year, (month - 1) % 12 + 1, 1 + int(28 * self.rnd()))
        self.stock = period.id if period.quarters == 1 else f"{period.id}/{self._last(period).id}"
        before = period.year_before
        self.stock_before = (
            before.id if period.quarters == 1 else f"{before.id}/{self._last(before).id}"
        )
        # English names and words beside the Chinese ones, in some.
        self.english = self.rnd() < 0.15
        self.own = ("公司", "集团", company.name) if self.rnd() < 0.5 else ("公司", company.name)

    @staticmethod
    def _last(period: Period) -> Period:
        return Period(period.first + period.quarters - 1, 1)

    # readings

    def money(
        self,
        metric: str,
        said: str | None = None,
        period: Period | None = None,
        company: Company | None = None,
        fine: int = 2,
    ) -> Reading:
        company = company or self.company
        period = period or self.period
        at_end = metric == "cash_and_investments"
        return Reading(
            self.draft,
            self.pick(self.own) if said is None else said,
            company.subject,
            metric,
            self.pick(MONEY_NAMES[metric]),
            company.currency,
            company.money_words,
            period,
            company.value(metric, period),
            company.value(metric, period.year_before),
            company.value(metric, period.before) if period.quarters == 1 else None,
            loss=LOSS_NAMES.get(metric, ""),
            at=self.stock if at_end else None,
            at_before=self.stock_before if at_end else None,
            fine=fine,
        )

    def kpi(self, kpi: Kpi, said: str | None = None) -> Reading:
        company, period = self.company, self.period
        money = kpi.unit == "money"
        at_end = not kpi.flow and kpi.drift and kpi.metric not in {"dau", "mau", "paying_users"}
        return Reading(
            self.draft,
            self.pick(self.own) if said is None else said,
            company.subject,
            kpi.metric,
            kpi.names[0] if self.rnd() < 0.5 else self.pick(kpi.names),
            company.currency if money else kpi.unit,
            company.money_words if money else self.pick(kpi.words),
            period,
            company.value(kpi.metric, period),
            company.value(kpi.metric, period.year_before),
            company.value(kpi.metric, period.before) if period.quarters == 1 else None,
            places=kpi.places,
            at=self.stock if at_end else None,
            at_before=self.stock_before if at_end else None,
        )

    def segment(self, segment: str, said: str | None = None) -> Reading:
        company, period = self.company, self.period
        return Reading(
            self.draft,
            subject_names()[segment] if said is None else said,
            segment,
            "revenue",
            self.pick(("收入", "收入", "营收")),
            company.currency,
            company.money_words,
            period,
            company.segment(segment, period),
            company.segment(segment, period.year_before),
            company.segment(segment, period.before) if period.quarters == 1 else None,
            whole=company.value("revenue", period),
        )

    def ratio(self, nr: int, said: str) -> Ratio:
        metric, part, names = RATIOS[nr]
        company, period = self.company, self.period
        before = period.year_before
        return Ratio(
            self.draft,
            said,
            company.subject,
            metric,
            self.pick(names),
            period,
            (company.value(part, period), company.value("revenue", period)),
            (company.value(part, before), company.value("revenue", before)),
        )

    def levels(self, reading: Reading) -> str:
        """Which phrases fit: most metrics, or, beside the year, the quarter before."""
        if reading.now < 0 or reading.year_before < 0:
            if reading.now < 0:
                return phrases.LOSS if reading.year_before < 0 else phrases.LOSS_AFTER_PROFIT
            return phrases.PROFIT_AFTER_LOSS
        if reading.loss_name:
            return phrases.PROFIT
        before = reading.quarter_before
        if before is not None and before > 0 and self.rnd() < 0.35:
            return phrases.LEVEL_QUARTER
        return phrases.LEVEL

    def tell(self, *readings: Reading) -> None:
        self.sentence(*((self.levels(r), r) for r in readings), joint=self.pick(("；", "；", "，")))

    # paragraphs

    def write(self) -> None:
        self.headline()
        self.lead()
        body = [self.segments, self.costs, self.users]
        rest = [self.cash, self.peers]
        if self.rnd() < 0.5:
            body[1], body[2] = body[2], body[1]
        if self.rnd() < 0.3:
            body[0], body[1] = body[1], body[0]
        if self.rnd() < 0.5:
            rest.reverse()
        for paragraph in (*body, *rest, self.outlook):
            self.draft.paragraph()
            paragraph()
        self.end()

    def headline(self) -> None:
        draft, company = self.draft, self.company
        revenue = self.money("revenue", "", fine=1)
        profit = self.money(self.pick(("net_profit", "adjusted_net_profit")), "", fine=1)
        when = _short(self.period) if company.calendar else "季度"

        class Headline(Context):
            def h(_self) -> None:  # noqa: N805 - the article is self
                say(self.pick(clauses(phrases.LEVEL_SHORT)), revenue)
                if profit.now > 0 and profit.year_before > 0 and self.rnd() < 0.5:
                    draft.put("，")
                    say(self.pick(clauses(phrases.LEVEL_SHORT)), profit)

        if company.calendar and self.period.quarters < 4 and self.rnd() < 0.3:
            when = f"{self.period.year}年{when}"
        elif company.calendar and self.period.quarters == 4:
            when = f"{self.period.year}{self.pick(('年', '年全年'))}"
        say(
            self.pick(clauses(phrases.HEADLINES)),
            Headline(draft, name=company.name, when=when),
        )
        draft.put("\n\n")

    def lead(self) -> None:
        draft, company, period = self.draft, self.company, self.period
        name = company.name
        if self.english and company.english != name:
            name = f"{name}（{company.english}）"
        words = {"date": self.date, "name": name, "end": _end(period)}
        if company.calendar:
            words["when_full"] = self.when_full()
            say(self.pick(clauses(phrases.LEADS)), Context(draft, **words))
        else:
            say(self.pick(clauses(phrases.LEADS_FISCAL)), Context(draft, **words))
        say(self.pick(clauses(phrases.LEAD_REMARKS)), Context(draft))
        self.tell(self.money("revenue", self.when() + self.pick(self.own)))
        profits = ["net_profit", "adjusted_net_profit", "operating_profit"]
        keep = 2 if self.rnd() < 0.7 else 3
        self.tell(*(self.money(m) for m in profits[:keep]))
        if period.quarters == 1 and company.calendar and period.first % 4 and self.rnd() < 0.45:
            so_far = Period(period.first - period.first % 4, period.first % 4 + 1)
            span = self.pick(("", "累计", "合计"))
            said = f"{_short(so_far)}{span}来看，{company.name}"
            self.tell(self.money("revenue", said, so_far))
        self.colour()

    def when(self) -> str:
        """The period in passing."""
        if not self.company.calendar:
            return self.pick(("当季", "期内", "报告期内", "本季度"))
        short = _short(self.period)
        if self.period.quarters == 1:
            nr = self.period.first % 4
            return self.pick(
                (short, f"第{short}", f"Q{nr + 1}", "当季", "本季度", "报告期内", "期内")
            )
        return self.pick((short, "报告期内", "期内"))

    def when_full(self) -> str:
        year, short = self.period.year, _short(self.period)
        if self.period.quarters == 1:
            nr = self.period.first % 4 + 1
            return f"{year}年{self.pick((short, f'第{short}', f'Q{nr}'))}"
        if self.period.quarters == 4:
            return f"{year}{self.pick(('年全年', '年度', '年全年'))}"
        return f"{year}年{short}"

    def segments(self) -> None:
        draft, company = self.draft, self.company
        ids = list(company.segments)
        draft.put(
            self.pick(("分业务来看，", "从业务结构看，", "按业务划分，", "具体到各项业务，", ""))
        )
        if len(ids) >= 3 and self.rnd() < 0.3:
            self.segment_list(ids)
        else:
            for nr, id_ in enumerate(ids):
                reading = self.segment(id_)
                say(self.pick(clauses(self.levels(reading))), reading)
                if self.rnd() < 0.6:
                    draft.put("，")
                    say(self.pick(clauses(phrases.SHARE)), reading)
                if nr < len(ids) - 1 and self.rnd() < 0.35:
                    draft.put("；")
                else:
                    draft.stop()
                    if self.rnd() < 0.35:
                        self.filler()
        self.colour(0)

    def segment_list(self, ids: list[str]) -> None:
        draft, company, period = self.draft, self.company, self.period
        rnd, manner = self.rnd, draft.manner
        names = [subject_names()[id_] for id_ in ids]
        now = [company.segment(id_, period) for id_ in ids]
        before = [company.segment(id_, period.year_before) for id_ in ids]
        whole = company.value("revenue", period)
        money = company.money_words
        numbers = [quantity(x, 0, money, manner, rnd, hedge=False) for x in now]
        lead = self.pick(
            ("收入分别为", "的收入分别为", "营收分别为", "的收入分别达到", "收入依次为")
        )
        self.listed(names, ids, numbers, lead, "revenue", "level", "", company.currency, period.id)
        rises = [x - y for x, y in zip(now, before, strict=True)]
        if all(x > 0 for x in rises) or all(x < 0 for x in rises):
            lead, sign = ("增长", "") if rises[0] > 0 else ("下降", "-")
            numbers = [
                percent(abs(x), y, manner, rnd, hedge=False, decimals=1)
                for x, y in zip(rises, before, strict=True)
            ]
            lead = "，" + self.pick(("同比分别", "分别同比")) + lead
            self.listed(
                (), ids, numbers, lead, "revenue", "growth", "yoy", "ratio", period.id, sign
            )
        if rnd() < 0.7:
            numbers = [percent(x, whole, manner, rnd, hedge=False, decimals=1) for x in now]
            lead = self.pick(("，占总收入的比例分别为", "，收入占比分别为", "，占营收的比重依次为"))
            self.listed(
                (), ids, numbers, lead, "revenue_share/share", "share", "", "ratio", period.id
            )
        draft.stop()

    def costs(self) -> None:
        company = self.company
        said = self.when() + company.name
        self.sentence((phrases.RATIO, self.ratio(0, said)))
        if self.rnd() < 0.6:
            self.tell(self.money("gross_profit"))
        if self.rnd() < 0.5:
            self.tell(self.money("cost_of_revenue"))
        self.filler()
        self.sentence((phrases.RATIO, self.ratio(1 + int(3 * self.rnd()), self.pick(self.own))))
        expenses = ["rd_expense", "selling_and_marketing_expense", "general_and_admin_expense"]
        start = int(3 * self.rnd())
        for nr in range(2 + int(2 * self.rnd())):
            at = (start + nr) % 3
            reading = self.money(expenses[at], self.pick(("", "", "公司")))
            say(self.pick(clauses(self.levels(reading))), reading)
            if self.rnd() < 0.4:
                self.draft.put("，")
                say(self.pick(clauses(phrases.RATIO)), self.ratio(4 + at, ""))
            self.draft.stop()
        self.colour(0)

    def users(self) -> None:
        company = self.company
        intro = ("运营数据方面，", "用户与运营层面，", "再看经营数据，", "经营指标上，", "")
        self.draft.put(self.pick(intro))
        kpis = company.kpis
        for nr, kpi in enumerate(kpis):
            if nr and self.rnd() < 0.12:
                continue
            self.tell(self.kpi(kpi, company.name if not nr else None))
            if self.rnd() < 0.3:
                self.filler()
        if "dau" in company.series and "mau" in company.series and self.rnd() < 0.4:
            period = self.period
            ratio = Ratio(
                self.draft,
                self.pick(self.own),
                company.subject,
                "dau_mau",
                "DAU/MAU",
                period,
                (company.value("dau", period), company.value("mau", period)),
                (
                    company.value("dau", period.year_before),
                    company.value("mau", period.year_before),
                ),
            )
            self.sentence((phrases.RATIO, ratio))
        self.colour(0)

    def cash(self) -> None:
        self.draft.put(self.pick(("现金流方面，", "资金层面，", "在资产负债表一侧，", "")))
        metrics = ["operating_cash_flow", "capex", "share_based_compensation"]
        for metric in metrics[: 2 + (self.rnd() < 0.4)]:
            self.tell(self.money(metric))
        cash = self.money("cash_and_investments", f"截至{_end(self.period)}，{self.company.name}")
        self.tell(cash) if self.rnd() < 0.5 else self.sentence((phrases.LEVEL_SHORT, cash))
        self.colour(0)

    def peers(self) -> None:
        peers = self.world.peers(self.company)
        for _ in range(1 + int(2 * self.rnd())):
            peer = self.pick(peers)
            metric = self.pick(("revenue", "revenue", "net_profit"))
            reading = self.money(metric, peer.name, company=peer)
            if reading.now <= 0 or reading.year_before <= 0:
                reading = self.money("revenue", peer.name, company=peer)
            if self.company.currency != "CNY" and peer.currency == "CNY":
                reading.words = "元人民币"
            self.sentence((phrases.PEERS, reading))
        self.colour()

    def outlook(self) -> None:
        if self.rnd() < 0.85 and self.period.quarters in (1, 4) and self.company.calendar:
            Plan(self).tell()
        self.colour()


class Plan(Context):
    """What a company expects of the period to come: a value, a range, a rate."""

    def __init__(self, article: CompanyArticle):
        self.draft = article.draft
        self.article = article
        period, company = article.period, article.company
        year = period.quarters == 4 or (period.quarters == 1 and article.rnd() < 0.5)
        if year and period.quarters == 1:
            # The running year, or the next where this is its last quarter.
            first = period.first - period.first % 4 + (4 if period.first % 4 == 3 else 0)
            self.target = Period(first, 4)
        else:
            self.target = period.after
        now = company.value("revenue", period)
        times = self.target.quarters // period.quarters
        self.basis = now * times * (97 + int(18 * article.rnd())) // 100
        self.name = article.pick(MONEY_NAMES["revenue"])

    def tell(self) -> None:
        growth = self.target.quarters == 4 and self.article.rnd() < 0.5
        templates = phrases.TARGET_GROWTH if growth else phrases.TARGETS
        say(self.article.pick(clauses(templates)), self)
        self.draft.stop()

    def m(self) -> None:
        self.draft.put(self.name)

    def next(self) -> None:
        target = self.target
        short = _short(target)
        words = f"{target.year}年{short}"
        if target.quarters == 1 and target.year == self.article.year:
            words = short
        self.draft.put(words)

    def _put(self, number: Number, kind: str, comparison: str, unit: str, metric: str) -> None:
        self.draft.figure(
            number,
            self.article.company.subject,
            metric,
            kind,
            comparison,
            unit,
            self.target.id,
        )

    def t(self) -> None:
        company, draft = self.article.company, self.draft
        keep = 10 ** max(0, len(str(self.basis)) - 2)
        value = round_half_up(self.basis, keep) * keep
        number = quantity(value, 0, company.money_words, draft.manner, draft.rnd)
        self._put(number, "target", "", company.currency, "revenue/revenue_target")

    def range(self) -> None:
        company, rnd = self.article.company, self.draft.rnd
        power, sign = (8, "亿") if self.basis >= 3 * 10**8 else (4, "万")
        low = self.basis // 10**power
        high = low + max(1, low * (2 + int(6 * rnd())) // 100)
        words = sign + company.money_words
        joint = self.article.pick(("至", "到", "-"))
        first = f"{low}{words}" if rnd() < 0.6 and joint != "-" else f"{low}"
        number = Number(f"{first}{joint}{high}{words}", decimal(low, -power), "range")
        self._put(number, "target", "", company.currency, "revenue/revenue_target")

    def grange(self) -> None:
        rnd = self.draft.rnd
        low = 3 + int(25 * rnd())
        high = low + 2 + int(4 * rnd())
        joint = self.article.pick(("至", "到", "-"))
        first = f"{low}%" if rnd() < 0.7 and joint != "-" else f"{low}"
        number = Number(f"{first}{joint}{high}%", decimal(low, 2), "range")
        self._put(number, "growth", "yoy/", "ratio", "revenue/revenue_target")


INDUSTRY_NAMES = {
    "transaction_value": ("交易规模", "交易额", "总交易额"),
    "market_size": ("市场规模",),
}
_ANY_SIZE = "transaction_value/market_size/gmv/gtv"


class IndustryArticle(_Article):
    """A report on an industry's year, with the platforms in it."""

    def __init__(self, draft: Draft, random: Random, world: World, industry: Industry, year: int):
        super().__init__(draft, random)
        self.world = world
        self.industry = industry
        self.period = Period((year - 2011) * 4, 4)
        self.year = year
        self.date = _date(year + 1, 1 + int(6 * self.rnd()), 1 + int(28 * self.rnd()))

    def reading(self, what: str, said: str, year: int | None = None) -> Reading:
        industry = self.industry
        period = self.period if year is None else Period((year - 2011) * 4, 4)
        nr = period.year - 2011
        series, metric, name, unit, words = {
            "size": (
                industry.size,
                _ANY_SIZE,
                self.pick(INDUSTRY_NAMES[industry.metric]),
                "CNY",
                "元",
            ),
            "users": (industry.users, "users", self.pick(("用户规模", "用户数")), "people", "人"),
            "companies": (
                industry.companies,
                "companies/company_count/企业数量/相关企业/相关企业数量",
                self.pick(("相关企业数量",)),
                "companies",
                "家",
            ),
        }[what]
        return Reading(
            self.draft,
            said,
            industry.id,
            metric,
            name,
            unit,
            words,
            period,
            series[nr],
            series[nr - 1],
        )

    def share(self, said: str) -> Ratio:
        industry, nr = self.industry, self.period.year - 2011
        return Ratio(
            self.draft,
            said,
            industry.id,
            "penetration_rate",
            "渗透率",
            self.period,
            (industry.size[nr], industry.whole[nr]),
            (industry.size[nr - 1], industry.whole[nr - 1]),
        )

    def write(self) -> None:
        draft, name, year = self.draft, self.industry.name, self.year
        head = self.reading("size", "")

        class Headline(Context):
            def h(_self) -> None:  # noqa: N805 - the article is self
                say(self.pick(clauses(phrases.LEVEL_SHORT)), head)

        say(
            self.pick(clauses(phrases.INDUSTRY_HEADLINES)),
            Headline(draft, name=name, year=str(year)),
        )
        draft.put("\n\n")
        words = {"name": name, "year": str(year), "date": self.date}
        say(self.pick(clauses(phrases.INDUSTRY_LEADS)), Context(draft, **words))
        self.sentence((phrases.LEVEL, self.reading("size", f"{year}年{name}")))
        self.sentence((phrases.RATIO, self.share(self.pick(("行业", name)))))
        self.colour()
        draft.paragraph()
        self.past()
        self.colour()
        draft.paragraph()
        self.sentence((phrases.LEVEL, self.reading("users", f"{year}年{name}")))
        self.sentence((phrases.LEVEL, self.reading("companies", f"{year}年，{name}")))
        self.colour()
        for _ in range(2):
            draft.paragraph()
            self.platforms()
            self.colour()
        draft.paragraph()
        self.forecast()
        self.colour()
        self.end()

    def past(self) -> None:
        """The rates of the years before, in a row."""
        draft, size = self.draft, self.industry.size
        count = min(3 + int(2 * self.rnd()), self.year - 2012)
        if count < 2:
            return
        first = self.year - count
        draft.put(f"{first}年至{self.year - 1}年，")
        draft.put(self.industry.name)
        draft.put(self.pick(INDUSTRY_NAMES[self.industry.metric]))
        draft.put(self.pick(("同比增速分别为", "的同比增速依次为", "同比增长率分别为")))
        for nr in range(count):
            at = first + nr - 2011
            rise = size[at] - size[at - 1]
            number = percent(rise, size[at - 1], draft.manner, self.rnd, hedge=False, decimals=2)
            if nr:
                draft.put("、" if nr < count - 1 else "和")
            draft.figure(
                number, self.industry.id, _ANY_SIZE, "growth", "yoy", "ratio", str(first + nr)
            )
        draft.stop()

    def platforms(self) -> None:
        """Companies in it, in the same year."""
        known = [c for c in self.world.companies if c.known and c.currency == "CNY" and c.calendar]
        for _ in range(2 + int(2 * self.rnd()) if known else 0):
            company = self.pick(known)
            metric = "gmv" if any(k.metric == "gmv" for k in company.kpis) else "revenue"
            reading = Reading(
                self.draft,
                f"{company.name}{self.year}年",
                company.subject,
                metric,
                "GMV" if metric == "gmv" else self.pick(MONEY_NAMES["revenue"]),
                company.currency,
                "元",
                self.period,
                company.value(metric, self.period),
                company.value(metric, self.period.year_before),
            )
            self.sentence((phrases.LEVEL, reading))
            if self.rnd() < 0.3:
                self.filler()

    def forecast(self) -> None:
        draft, size = self.draft, self.industry.size
        span = 2 + int(2 * self.rnd())
        now, then = size[self.year - 2011], size[self.year + span - 2011]
        draft.put(self.pick(("机构预计，", "报告预计，", "业内预测，")) + f"到{self.year + span}年")
        draft.put(self.industry.name + self.pick(INDUSTRY_NAMES[self.industry.metric]))
        draft.put(self.pick(("将达到", "有望达到", "将增至")))
        number = quantity(then, 0, "元", draft.manner, self.rnd)
        draft.figure(
            number, self.industry.id, _ANY_SIZE, "target", "", "CNY", str(self.year + span)
        )
        # The rate that leads there; a root is no integer, and its tenths are exact enough.
        rate = int(((then / now) ** (1 / span) - 1) * 1000 + 0.5)
        draft.put(self.pick(("，年复合增长率为", "，复合年增长率为", "，年均复合增长率达")))
        draft.figure(
            percent(rate, 1000, draft.manner, self.rnd, hedge=False),
            self.industry.id,
            _ANY_SIZE,
            "growth",
            "cagr",
            "ratio",
            "",
        )
        draft.stop()


# --- one of them ----------------------------------------------------------------------------------


def compose(
    world: World, random: Random, traditional: bool
) -> tuple[Draft, str, str, Company | Industry]:
    """An article: its draft, an id for its name, the id of its period, and its subject."""
    rnd = random.random
    draft = Draft(random, traditional)
    if rnd() < 0.1:
        industry = world.industries[int(rnd() * len(world.industries))]
        year = world.since + int((LAST[0] - world.since) * rnd())
        IndustryArticle(draft, random, world, industry, year).write()
        return draft, industry.id, str(year), industry
    company = world.companies[int(rnd() * len(world.companies))]
    at = rnd()
    quarters = 1 if at < 0.64 or not company.calendar else 4 if at < 0.82 else 2 if at < 0.92 else 3
    if quarters == 1:
        first = (world.since - FIRST_YEAR) * 4
        period = Period(first + int((QUARTERS - first) * rnd()), 1)
    else:
        first = world.since - FIRST_YEAR
        period = Period(4 * (first + int((LAST[0] - world.since) * rnd())), quarters)
    CompanyArticle(draft, random, world, company, period).write()
    return draft, company.id, period.id, company
