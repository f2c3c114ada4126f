"""What is true: companies and industries, quarter by quarter, in whole units that add up.

A world follows from its seed alone. Articles state what it holds, rounded, so that two articles
about one company and quarter agree, parts sum to their whole, and a growth rate is this over prior.
"""

import csv
from functools import cache, cached_property
from pathlib import Path
from random import Random
from typing import NamedTuple

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
FIRST_YEAR = 2011  # articles begin a year later, so that each has a year before
LAST = (2026, 2)
QUARTERS = (LAST[0] - FIRST_YEAR) * 4 + LAST[1]


class Period(NamedTuple):
    """A span of whole quarters: nr of its first since FIRST_YEAR, and how many (1, 2, 3 or 4)."""

    first: int
    quarters: int

    @property
    def year(self) -> int:
        return FIRST_YEAR + self.first // 4

    @property
    def id(self) -> str:
        if self.quarters == 1:
            return f"{self.year}Q{self.first % 4 + 1}"
        return f"{self.year}" + {2: f"H{self.first % 4 // 2 + 1}", 3: "-9M", 4: ""}[self.quarters]

    @property
    def end_month(self) -> int:
        return ((self.first + self.quarters - 1) % 4 + 1) * 3

    @property
    def year_before(self) -> "Period":
        return Period(self.first - 4, self.quarters)

    @property
    def before(self) -> "Period":
        return Period(self.first - self.quarters, self.quarters)

    @property
    def after(self) -> "Period":
        return Period(self.first + self.quarters, self.quarters)


class Kpi(NamedTuple):
    """What an industry counts.

    Attributes:
        metric: Id of the metric.
        names: Its words; the first is the plainest.
        unit: Unit id, or "money" for the company's currency.
        words: The unit's words after a number, one is chosen.
        per_revenue: How many to a million of quarterly revenue, log-uniform between the two.
        flow: Whether quarters add up; what stands at their end does not.
        places: Decimal places of the base unit that the world keeps.
        drift: Whether it follows revenue; what does not (minutes, prices) hovers.
    """

    metric: str
    names: tuple[str, ...]
    unit: str
    words: tuple[str, ...]
    per_revenue: tuple[float, float]
    flow: bool = False
    places: int = 0
    drift: bool = True


PEOPLE = ("", "", "人")
DAU = Kpi(
    "dau", ("日活跃用户", "DAU", "日活跃用户数", "平均日活跃用户"), "people", PEOPLE, (3e3, 5e4)
)
MAU = Kpi(
    "mau", ("月活跃用户", "MAU", "月活跃用户数", "平均月活跃用户"), "people", PEOPLE, (6e3, 9e4)
)
TIME = Kpi(
    "avg_daily_time_spent_per_dau",
    ("日均使用时长", "每位日活跃用户日均使用时长", "人均单日使用时长"),
    "minutes",
    ("分钟",),
    (40, 140),
    places=1,
    drift=False,
)
PAYING = Kpi(
    "paying_users", ("付费用户", "付费用户数", "月均付费用户"), "people", PEOPLE, (500, 9e3)
)
GMV = Kpi("gmv", ("GMV", "商品交易总额", "GMV"), "money", ("",), (6e6, 3e7), flow=True)
BUYERS = Kpi("active_buyers", ("活跃买家", "活跃买家数"), "people", PEOPLE, (3e3, 6e4))
ORDERS = Kpi(
    "order_volume", ("订单量", "总订单量", "订单总量"), "orders", ("单", "笔"), (4e3, 6e4), True
)
STORES = Kpi("store_count", ("门店数", "门店总数", "门店数量"), "stores", ("家", "间"), (0.4, 6))
MEMBERS = Kpi("members", ("会员数", "会员总数"), "people", PEOPLE, (2e3, 4e4))
ENTERPRISES = Kpi(
    "enterprise_customers", ("企业客户", "企业客户数"), "companies", ("家",), (0.3, 9)
)
HEADCOUNT = Kpi("headcount", ("员工总数", "员工人数"), "people", ("人", "名"), (1.2, 9))
DELIVERIES = Kpi("deliveries", ("交付量", "新车交付量"), "vehicles", ("辆",), (3.5, 7), True)
CHARGING = Kpi("charging_stations", ("充电站", "超充站"), "stations", ("座",), (0.05, 0.2))
SHIPMENTS = Kpi("shipments", ("出货量", "产品出货量"), "units", ("台",), (200, 900), True)
SALES = Kpi("sales_volume", ("销量", "产品销量"), "units", ("台", "件"), (300, 2000), True)
PARCELS = Kpi(
    "parcel_volume", ("快递业务量", "业务件量", "包裹量"), "parcels", ("件",), (3e5, 6e5), True
)
PARCEL_PRICE = Kpi(
    "revenue_per_parcel", ("单票收入",), "money", ("",), (2, 4), places=2, drift=False
)
ROOMS = Kpi("hotel_rooms", ("客房数", "在营客房数"), "rooms", ("间",), (60, 200))
ADR = Kpi("adr", ("平均房价", "日均房价"), "money", ("",), (220, 480), places=0, drift=False)
CUPS = Kpi("cups_sold", ("售出杯数",), "cups", ("杯",), (6e4, 2e5), True)
STUDENTS = Kpi("students", ("学生人次", "报读学生人次"), "people", ("",), (100, 900), True)
BILLINGS = Kpi(
    "gross_billings", ("流水", "总流水", "游戏流水"), "money", ("",), (1.1e6, 1.9e6), True
)
LOANS = Kpi("loan_origination", ("放款量", "撮合放款量"), "money", ("",), (8e6, 3e7), flow=True)
LOAN_BALANCE = Kpi("loan_balance", ("贷款余额", "在贷余额"), "money", ("",), (9e6, 4e7))
REGISTERED = Kpi("registered_users", ("注册用户", "累计注册用户"), "people", PEOPLE, (2e4, 9e4))
INSTALLED = Kpi("installed_base", ("设备保有量", "活跃设备保有量"), "units", ("台",), (3e3, 2e4))
DOWNLOADS = Kpi("downloads", ("下载量", "应用下载量"), "times", ("次",), (3e3, 5e4), True)
DEVELOPERS = Kpi("developers", ("开发者", "开发者数量"), "people", ("名", "人"), (50, 900))
PATENTS = Kpi("patents", ("专利数", "授权专利", "累计专利数"), "patents", ("项", "件"), (0.5, 9))

_ONLINE = (DAU, MAU, TIME, PAYING)
_SHOPS = (STORES, MEMBERS)
INDUSTRY_KPIS: dict[str, tuple[Kpi, ...]] = {
    "ecommerce": (GMV, BUYERS, ORDERS),
    "short_video": (DAU, MAU, TIME, GMV),
    "video": _ONLINE,
    "social_media": _ONLINE,
    "social_and_games": (MAU, PAYING, BILLINGS),
    "live_streaming": _ONLINE,
    "music": (MAU, PAYING, TIME),
    "online_reading": _ONLINE,
    "search_and_ai": (DAU, MAU, DEVELOPERS),
    "games": (BILLINGS, MAU, PAYING),
    "ai": (MAU, ENTERPRISES, DEVELOPERS),
    "software": (ENTERPRISES, PAYING, DEVELOPERS),
    "saas": (ENTERPRISES, GMV),
    "cloud": (ENTERPRISES, DEVELOPERS),
    "electric_vehicles": (DELIVERIES, STORES, CHARGING),
    "automobiles": (DELIVERIES, STORES),
    "consumer_electronics": (SHIPMENTS, INSTALLED, STORES),
    "home_appliances": (SHIPMENTS, STORES),
    "robotics": (SHIPMENTS, PATENTS),
    "semiconductors": (PATENTS, ENTERPRISES),
    "batteries": (PATENTS, ENTERPRISES),
    "solar": (PATENTS, ENTERPRISES),
    "tea_and_coffee": (STORES, CUPS, MEMBERS),
    "restaurants": _SHOPS,
    "retail": _SHOPS,
    "toys": _SHOPS,
    "sportswear": _SHOPS,
    "apparel": _SHOPS,
    "jewellery": _SHOPS,
    "beauty": _SHOPS,
    "hotels": (STORES, ROOMS, ADR, MEMBERS),
    "logistics": (PARCELS, PARCEL_PRICE),
    "travel": (MAU, PAYING, GMV),
    "local_services": (ORDERS, BUYERS, GMV),
    "ride_hailing": (ORDERS, MAU),
    "education": (STUDENTS, PAYING),
    "fintech": (LOANS, LOAN_BALANCE, REGISTERED),
    "brokerage": (REGISTERED, DOWNLOADS),
}
OTHER_KPIS = (ENTERPRISES, PATENTS)

# Segments that add up to the company, by industry or by company; ids of subjects.csv.
_GOODS = ("self_operated_stores", "franchised_stores", "online_channel", "others")
SEGMENTS: dict[str, tuple[str, ...]] = {
    "ecommerce": ("direct_sales", "marketing_services", "logistics", "others"),
    "short_video": ("online_marketing_services", "live_streaming", "other_services"),
    "video": ("membership_services", "advertising", "content_distribution", "others"),
    "social_media": ("advertising", "value_added_services", "others"),
    "social_and_games": ("value_added_services", "marketing_services", "others"),
    "live_streaming": ("live_streaming", "advertising", "others"),
    "music": ("online_music_services", "social_entertainment_services"),
    "online_reading": ("online_reading", "ip_operations", "others"),
    "search_and_ai": ("advertising", "cloud", "others"),
    "games": ("mobile_games", "pc_games", "others"),
    "ai": ("ai_business", "cloud", "hardware", "others"),
    "software": ("subscription_services", "cloud", "licensing", "others"),
    "saas": ("subscription_services", "marketing_services", "others"),
    "cloud": ("cloud", "others"),
    "electric_vehicles": ("vehicle_sales", "services_and_others"),
    "automobiles": ("passenger_vehicles", "commercial_vehicles", "others"),
    "consumer_electronics": ("smartphones", "tablets", "wearables", "others"),
    "home_appliances": ("domestic_business", "overseas_business"),
    "robotics": ("hardware", "software_and_services", "others"),
    "semiconductors": ("data_center_business", "mobile_processors", "others"),
    "batteries": ("power_batteries", "energy_storage", "others"),
    "solar": ("energy_storage", "domestic_business", "overseas_business"),
    "logistics": ("express_delivery", "freight", "others"),
    "travel": ("accommodation_reservation", "transportation_ticketing", "packaged_tours", "others"),
    "local_services": ("food_delivery", "in_store", "new_initiatives"),
    "ride_hailing": ("ride_hailing", "others"),
    "education": ("education_services", "hardware", "others"),
    "fintech": ("credit_business", "wealth_management", "insurance_business"),
    "brokerage": ("brokerage_business", "wealth_management", "others"),
    "telecom": ("mobile_communications", "digital_transformation", "others"),
    "beverages": ("drinking_water", "tea_beverages", "energy_drinks", "others"),
    "dairy": ("dairy_liquid_milk", "milk_powder", "others"),
    "hotels": ("hotel_business", "others"),
    "tea_and_coffee": ("self_operated_stores", "franchised_stores", "others"),
    "restaurants": ("self_operated_stores", "franchised_stores", "others"),
    "retail": _GOODS,
    "toys": ("domestic_business", "overseas_business"),
    "sportswear": ("direct_to_consumer", "wholesale", "online_channel"),
    "apparel": ("direct_to_consumer", "wholesale", "online_channel"),
    "beauty": ("online_channel", "offline_channel"),
    "jewellery": ("self_operated_stores", "online_channel"),
    # companies with segments of their own
    "@alibaba": (
        "china_ecommerce_group",
        "international_digital_commerce_group",
        "cloud_intelligence_group",
        "all_others",
    ),
    "@jd": (
        "electronics_and_home_appliances",
        "general_merchandise",
        "marketplace_and_marketing",
        "logistics_and_other_services",
    ),
    "@tencent": (
        "value_added_services",
        "marketing_services",
        "fintech_and_business_services",
        "others",
    ),
    "@pdd": ("online_marketing_services_and_others", "transaction_services"),
    "@bilibili": (
        "value_added_services",
        "advertising",
        "mobile_games",
        "ip_derivatives_and_others",
    ),
    "@meituan": ("core_local_commerce", "new_initiatives"),
    "@xiaomi": (
        "smartphones",
        "iot_and_lifestyle_products",
        "internet_services",
        "smart_ev_and_ai",
    ),
    "@pop_mart": ("plush", "figurines", "mega", "others"),
    "@anta": ("anta_brand", "fila", "descente", "others"),
    "@ke_holdings": (
        "existing_home_transactions",
        "new_home_transactions",
        "home_renovation",
        "home_rental",
    ),
    "@lenovo": (
        "intelligent_devices_group",
        "infrastructure_solutions_group",
        "solutions_and_services_group",
    ),
}
OTHER_SEGMENTS = ("domestic_business", "overseas_business")

# Names that no vocabulary has.
UNKNOWN = (
    ("xinglan_keji", "星澜科技", "ai", "Xinglan"),
    ("yunlu_shuzhi", "云麓数智", "software", "Yunlu"),
    ("lvye_xianfang", "绿野鲜坊", "retail", "Green Field"),
    ("qianfan_wuliu", "千帆快运", "logistics", "Qianfan"),
    ("mubai_chayin", "暮白茶饮", "tea_and_coffee", "Mubai Tea"),
    ("hanhai_zhizao", "瀚海智造", "robotics", "Hanhai"),
    ("jilu_hudong", "极鹿互动", "games", "Polar Deer"),
    ("chenxing_jiaoyu", "辰星教育", "education", "Morningstar Edu"),
)

INDUSTRIES = (
    # subject id, the metric of its size, size in 亿元 in 2011
    ("live_commerce_industry", "transaction_value", 40),
    ("online_retail_industry", "transaction_value", 8000),
    ("instant_retail_industry", "market_size", 60),
    ("food_delivery_industry", "market_size", 200),
    ("live_streaming_industry", "market_size", 45),
    ("micro_drama_industry", "market_size", 6),
    ("game_industry", "market_size", 450),
    ("music_industry", "market_size", 30),
    ("ad_industry", "market_size", 600),
    ("cloud_industry", "market_size", 80),
    ("nev_industry", "market_size", 120),
    ("toy_industry", "market_size", 60),
    ("coffee_industry", "market_size", 300),
    ("tea_drinks_industry", "market_size", 250),
    ("beauty_industry", "market_size", 1500),
    ("sportswear_industry", "market_size", 900),
    ("cross_border_ecommerce_industry", "transaction_value", 12000),
    ("travel_industry", "market_size", 5000),
)

CURRENCY_WORDS = {
    "CNY": "元",
    "USD": "美元",
    "HKD": "港元",
    "TWD": "元新台币",
    "EUR": "欧元",
    "JPY": "日元",
    "KRW": "韩元",
}
_PRICE_LEVEL = {"JPY": 20, "KRW": 180, "TWD": 4}


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def subject_names() -> dict[str, str]:
    """Ids of subjects.csv to their Chinese names."""
    return {row["subject_id"]: row["name_zh"] for row in _rows("subjects")}


class Company:
    """A company and all its quarters.

    Attributes:
        series: Metric ids to values, one a quarter from FIRST_YEAR, in whole base units.
        segments: Subject ids of the segments to their revenue; they sum to the company's.
    """

    def __init__(self, row: dict[str, str], seed: int):
        self.id = row["company_id"]
        self.name = row["name_zh"]
        self.english = row["name_en"]
        self.industry = row["industry"]
        self.currency = row["reporting_currency"]
        self.calendar = row["fiscal_year_end_month"] == "12"
        self.known = row.get("unknown") is None
        # What the gold calls it: its id, or, where no vocabulary has one, its name.
        self.subject = self.id if self.known else self.name
        self.money_words = CURRENCY_WORDS[self.currency]
        self.kpis = (*INDUSTRY_KPIS.get(self.industry, OTHER_KPIS), HEADCOUNT)
        self._seed = seed

    @cached_property
    def series(self) -> dict[str, list[int]]:
        random = Random(f"{self._seed}:company:{self.id}")
        rnd = random.random
        scale = 10 ** (8.7 + 2.2 * rnd()) * _PRICE_LEVEL.get(self.currency, 1)
        seasons = [1 + (rnd() - 0.5) * 0.16 for _ in range(4)]
        seasons[3] += 0.06
        revenue: list[int] = []
        level, pace = scale, 0.18 + 0.25 * rnd()
        for quarter in range(QUARTERS):
            pace += (rnd() - 0.53) * 0.09
            pace = min(0.9, max(-0.25, pace * 0.97 + 0.003))
            level *= (1 + pace) ** 0.25
            revenue.append(int(level * seasons[quarter % 4] * (1 + (rnd() - 0.5) * 0.05)))
        self._segments = self._split(revenue, random)
        gross = self._hovering(random, 0.18 + 0.5 * rnd(), 0.03)
        ratios = {
            "gross_profit": gross,
            "rd_expense": self._hovering(random, 0.04 + 0.14 * rnd(), 0.012),
            "selling_and_marketing_expense": self._hovering(random, 0.06 + 0.18 * rnd(), 0.02),
            "general_and_admin_expense": self._hovering(random, 0.03 + 0.05 * rnd(), 0.006),
            "capex": self._hovering(random, 0.03 + 0.09 * rnd(), 0.02),
            "operating_cash_flow": self._hovering(random, 0.08 + 0.2 * rnd(), 0.04),
            "share_based_compensation": self._hovering(random, 0.01 + 0.03 * rnd(), 0.004),
        }
        series = {"revenue": revenue}
        for metric, ratio in ratios.items():
            series[metric] = [int(r * max(0.005, x)) for r, x in zip(revenue, ratio, strict=True)]
        series["cost_of_revenue"] = self._less(revenue, series["gross_profit"])
        series["operating_profit"] = self._less(
            series["gross_profit"],
            series["rd_expense"],
            series["selling_and_marketing_expense"],
            series["general_and_admin_expense"],
        )
        tax = 0.80 + 0.15 * rnd()
        series["net_profit"] = [
            int(x * (tax if x > 0 else 1.03) * (0.96 + 0.08 * rnd()))
            for x in series["operating_profit"]
        ]
        pay = series["share_based_compensation"]
        series["adjusted_net_profit"] = [
            x + y for x, y in zip(series["net_profit"], pay, strict=True)
        ]
        series["free_cash_flow"] = self._less(series["operating_cash_flow"], series["capex"])
        cash, held = int(scale * 3), []
        for flow in series["free_cash_flow"]:
            cash = max(int(scale / 3), cash + flow // 2)
            held.append(cash)
        series["cash_and_investments"] = held
        for kpi in self.kpis:
            series[kpi.metric] = self._counted(kpi, revenue, random)
        if "mau" in series and "dau" in series:
            share = self._hovering(random, 0.35 + 0.25 * rnd(), 0.01)
            series["dau"] = [int(m * s) for m, s in zip(series["mau"], share, strict=True)]
        return series

    @property
    def segments(self) -> dict[str, list[int]]:
        self.series  # noqa: B018 - the segments come with it
        return self._segments

    def _split(self, revenue: list[int], random: Random) -> dict[str, list[int]]:
        ids = SEGMENTS.get(f"@{self.id}") or SEGMENTS.get(self.industry, OTHER_SEGMENTS)
        weights = [random.random() * 0.8 + 0.35 for _ in ids]
        weights[-1] *= 0.6
        parts: dict[str, list[int]] = {id_: [] for id_ in ids}
        for total in revenue:
            weights = [max(0.04, w * (1 + (random.random() - 0.49) * 0.09)) for w in weights]
            whole, rest = sum(weights), total
            for id_, weight in zip(ids[:-1], weights, strict=False):
                part = int(total * weight / whole)
                parts[id_].append(part)
                rest -= part
            parts[ids[-1]].append(rest)
        return parts

    @staticmethod
    def _hovering(random: Random, around: float, step: float) -> list[float]:
        out, at = [], around
        for _ in range(QUARTERS):
            at += (around - at) * 0.1 + (random.random() - 0.5) * step
            out.append(at)
        return out

    @staticmethod
    def _less(first: list[int], *others: list[int]) -> list[int]:
        return [x - sum(rest) for x, *rest in zip(first, *others, strict=True)]

    def _counted(self, kpi: Kpi, revenue: list[int], random: Random) -> list[int]:
        low, high = kpi.per_revenue
        if not kpi.drift:
            around = (low + (high - low) * random.random()) * 10**kpi.places
            return [int(x) for x in self._hovering(random, around, around * 0.04)]
        rate = low * (high / low) ** random.random() / 10**6 / _PRICE_LEVEL.get(self.currency, 1)
        cap = 1.3e9 if kpi.unit == "people" else 1e15
        if self.currency == "USD" and kpi.unit != "money":
            rate *= 7
        # What grows slower than revenue: its square root, at the level of a later year.
        base = revenue[40] * rate
        count, out = base if base < cap else cap * (0.4 + 0.5 * random.random()), []
        ref = revenue[40]
        for x in revenue:
            share = (x / ref) ** (1.0 if kpi.flow else 0.6)
            out.append(max(12, int(min(count * share, cap) * (0.99 + 0.02 * random.random()))))
        return out

    def value(self, metric: str, period: Period) -> int:
        """A metric over a period, in whole base units (flows add up, averages are averaged)."""
        return over(self.series[metric], metric, period)

    def segment(self, segment: str, period: Period) -> int:
        """A segment's revenue over a period."""
        return sum(self.segments[segment][period.first : period.first + period.quarters])


_AT_END = {
    "store_count",
    "members",
    "enterprise_customers",
    "headcount",
    "charging_stations",
    "hotel_rooms",
    "loan_balance",
    "registered_users",
    "installed_base",
    "developers",
    "patents",
    "cash_and_investments",
    "active_buyers",
}
_AVERAGE = {
    "dau",
    "mau",
    "paying_users",
    "avg_daily_time_spent_per_dau",
    "revenue_per_parcel",
    "adr",
}


def over(values: list[int], metric: str, period: Period) -> int:
    """A metric's quarters as one number: the last, their mean, or their sum."""
    span = values[period.first : period.first + period.quarters]
    if metric in _AT_END:
        return span[-1]
    return sum(span) // len(span) if metric in _AVERAGE else sum(span)


class Industry:
    """An industry, year by year: size in 元, users, penetration as a ratio of two integers."""

    def __init__(self, row: tuple[str, str, int], seed: int):
        self.id, self.metric, start = row
        self.name = subject_names()[self.id]
        rnd = Random(f"{seed}:industry:{self.id}").random
        self.size: list[int] = []
        self.users: list[int] = []
        self.companies: list[int] = []
        self.whole: list[int] = []
        level, users, companies = start * 1e8, 2e7 + 2e8 * rnd(), 2000 + 9000 * rnd()
        pace = (0.3 + 0.5 * rnd()) * min(1.0, 500 / start) ** 0.3
        whole = start * 1e8 * (6 + 20 * rnd())
        for _ in range(FIRST_YEAR, LAST[0] + 6):
            pace = max(0.02, pace * (0.80 + 0.24 * rnd()))
            level *= 1 + pace
            whole = max(whole * (1.02 + 0.10 * rnd()), level * 1.15)
            users = users * (1 + pace * 0.5) if users < 7e8 else users * (1.002 + 0.01 * rnd())
            companies *= 1 + (rnd() - 0.3) * 0.3
            self.size.append(int(level))
            self.whole.append(int(whole))
            self.users.append(int(users))
            self.companies.append(int(companies))


class World:
    """All companies and industries of a seed; each is made when it is first asked for.

    Attributes:
        since: The first year that articles are of.
    """

    def __init__(self, seed: int, companies: int | None = None, since: int = FIRST_YEAR + 1):
        self.since = since
        rows = _rows("companies") + [
            {
                "company_id": id_,
                "name_zh": name,
                "name_en": english,
                "industry": industry,
                "reporting_currency": "CNY",
                "fiscal_year_end_month": "12",
                "unknown": "yes",
            }
            for id_, name, industry, english in UNKNOWN
        ]
        self.companies = [
            Company(row, seed) for row in rows if row["reporting_currency"] in CURRENCY_WORDS
        ]
        if companies is not None:
            self.companies = Random(f"{seed}:companies").sample(self.companies, companies)
        self.industries = [Industry(row, seed) for row in INDUSTRIES]
        by_industry: dict[str, list[Company]] = {}
        for company in self.companies:
            by_industry.setdefault(company.industry, []).append(company)
        self._by_industry = by_industry

    def peers(self, company: Company) -> list[Company]:
        """Known companies of its industry, else of all; never itself."""
        near = [c for c in self._by_industry[company.industry] if c.known and c is not company]
        return near or [c for c in self.companies if c.known and c is not company]
