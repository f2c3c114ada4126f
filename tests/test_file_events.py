"""What becomes of an article when its file is copied, moved, changed or deleted."""

import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from ingest.documents.paths import file_of, place_of
from ingest.places import ALIKE, About, _runs, _share, is_version

ARTICLES = Path(__file__).parent / "articles"


def report(company: str, revenue: str, growth: str, profit: str, day: str = "11月20日") -> str:
    """A made-up article on one company's quarter."""
    return (
        f"{company}公布第三季度业绩\n\n"
        f"2025年{day}，{company}公布2025年第三季度业绩。"
        f"2025年第三季度，{company}收入为{revenue}亿元，同比增长{growth}%。"
        f"{company}第三季度净利润为{profit}亿元，管理层对全年保持信心。\n"
    )


def dated(day: str, body: str) -> str:
    return f"---\ndate: {day}\n---\n\n{body}"


class House:
    """A folder of articles and the warehouse beside it; runs are a user's own."""

    def __init__(self, ingest, folder: Path):
        self.ingest = ingest
        self.articles = folder / "articles"
        self.warehouse = folder / "house" / "w.duckdb"

    def write(self, name: str, text: str) -> None:
        file = self.articles / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def move(self, name: str, to: str) -> None:
        (self.articles / to).parent.mkdir(parents=True, exist_ok=True)
        (self.articles / name).rename(self.articles / to)

    def do(self, *words: object, status: int = 0, **options: object) -> "Seen":
        done = self.ingest(*words, "--warehouse", self.warehouse, **options)
        assert done.returncode == status, done.stderr
        return Seen(done, self.warehouse)


class Seen:
    """What a command said, and what the warehouse held after it."""

    def __init__(self, done: subprocess.CompletedProcess[str], warehouse: Path):
        self.out, self.notes = done.stdout, done.stderr.splitlines()
        with duckdb.connect(warehouse, read_only=True) as con:
            self.facts = con.sql("""
                select company_name, cast(value as double) as value, source_path, published_on
                from marts.obt_figures where metric_id = 'revenue' and kind = 'level'
                order by value
            """).fetchall()
            self.best = dict(
                con.sql("""
                    select company_name, struct_pack(
                        value := cast(value as double), tier := source_tier,
                        reason := chosen_because, voices := independent_articles
                    )
                    from marts.fct_best_figures
                    join marts.dim_company using (company_key)
                    where metric_id = 'revenue' and measure = 'value' and period_id = '2025Q3'
                """).fetchall()
            )
            self.believed = con.sql("""
                select company_name, cast(value as double) / 1e8, opened_by
                from marts.fct_figure_history
                join marts.dim_company using (company_key)
                where metric_id = 'revenue' and measure = 'value' and period_id = '2025Q3'
                order by company_name, valid_from
            """).fetchall()
            self.articles = con.sql("select count(*) from raw.articles").fetchall()[0][0]
            self.texts = con.sql("select article_id, source_path from marts.dim_article").fetchall()
            self.paths = con.sql(
                "select source_path, gone_because from raw.article_places"
                " order by source_path, gone_because nulls last, first_seen_at"
            ).fetchall()

    def revenues(self, company: str) -> list[float]:
        """The revenues that the facts hold of a company, in 亿."""
        return [value / 1e8 for name, value, *_ in self.facts if name == company]

    def places(self, end: str) -> list[tuple[str, str | None]]:
        """The places that end so, and why each is gone."""
        return [(Path(path).name, because) for path, because in self.paths if end in path]


@pytest.fixture(scope="module")
def story(ingest, tmp_path_factory) -> dict[str, Seen]:
    """One warehouse through its life: what each stage said and held."""
    house = House(ingest, tmp_path_factory.mktemp("events"))
    seen = {}
    house.write("renamed.txt", report("腾讯", "310.5", "8", "61.2"))
    house.write("copied.txt", report("网易", "77.4", "5", "12.1"))
    house.write("edited.txt", report("百度", "88.2", "3", "9.4"))
    house.write("latest.txt", report("京东", "451.3", "6", "11.7"))
    house.write("rumours/moved.txt", report("美团", "201.9", "7", "15.8"))
    house.write("redated.md", dated("2025-11-20", report("小米", "99.1", "9", "7.7", "晚间")))
    house.write("deleted.txt", report("拼多多", "133.7", "4", "20.2"))
    house.write("twice/one.txt", report("携程", "41.6", "11", "8.3"))
    house.write("twice/two.txt", report("携程", "41.6", "11", "8.3"))
    house.write("withdrawn.txt", report("唯品会", "27.3", "2", "1.9"))
    house.write("daily.txt", report("微博", "3.12", "2", "1.4"))
    other = "微博披露三季报。\n\n2025年11月20日消息，第三季度微博营收3.12亿元。\n"
    house.write("other.txt", other)
    seen["first"] = house.do("run", house.articles)

    # From another folder, by another way, and with other times.
    for file in house.articles.rglob("*.*"):
        os.utime(file, (1_600_000_000, 1_600_000_000))
    seen["from elsewhere"] = house.do("run", "./../../articles", cwd=house.articles / "twice")

    house.move("renamed.txt", "another_name.txt")
    house.write("copy/of_it.txt", report("网易", "77.4", "5", "12.1"))
    house.write("edited.txt", report("百度", "89.2", "4", "9.4"))
    house.write("latest.txt", report("快手", "35.5", "14", "2.6", "11月21日"))
    house.move("rumours/moved.txt", "filings/moved.txt")
    house.write("redated.md", dated("2025-11-24", report("小米", "99.1", "9", "7.7", "晚间")))
    (house.articles / "deleted.txt").unlink()
    (house.articles / "twice/one.txt").unlink()
    corrected = report("微博", "3.21", "5", "1.4", "11月22日")
    house.write("daily_corrected.txt", corrected.replace("业绩\n", "业绩（更正）\n", 1))
    seen["events"] = house.do("run", house.articles)

    house.write("another_name.txt", report("腾讯", "311.5", "8", "61.2"))
    house.write("copied.txt", report("网易", "78.4", "5", "12.1"))
    seen["edited"] = house.do("run", house.articles)

    article = next(id_ for id_, path in seen["first"].texts if path.endswith("withdrawn.txt"))
    names = ["articles/deleted.txt", house.articles / "copied.txt", article[:12]]
    seen["forgotten"] = house.do("forget", *names, cwd=house.articles.parent)
    seen["refused"] = house.do("forget", "nowhere.txt", status=1)
    seen["read again"] = house.do("run", house.articles / "withdrawn.txt")
    return seen


def test_where_a_run_is_started_from_makes_no_difference(story):
    before, after = story["first"], story["from elsewhere"]
    assert "(0 new, 12 known, 0 rejected)" in after.out
    assert (after.facts, after.paths, after.notes) == (before.facts, before.paths, [])


def test_no_place_names_this_machines_folders(story):
    paths = [path for path, _ in story["events"].paths]
    assert all(re.match(r"\.\./articles/\w", path) for path in paths), paths


def test_the_same_text_in_two_files_is_one_article_with_two_places(story):
    assert story["first"].revenues("携程") == [41.6]
    assert story["first"].places("twice/") == [("one.txt", None), ("two.txt", None)]
    # One of them goes: it stays, and nobody need be told.
    assert story["events"].revenues("携程") == [41.6]
    assert story["events"].places("twice/") == [("one.txt", "moved"), ("two.txt", None)]
    assert not any("twice" in note for note in story["events"].notes)


def test_a_copy_that_is_left_keeps_the_article_when_the_other_is_edited(story):
    assert story["events"].revenues("网易") == [77.4]
    # One file has the correction, the other one still says what it said.
    assert story["edited"].revenues("网易") == [77.4, 78.4]


def test_a_renamed_file(story):
    assert story["events"].revenues("腾讯") == [310.5]
    assert story["events"].places("name") == [("another_name.txt", None), ("renamed.txt", "moved")]
    assert any(path.endswith("another_name.txt") for _, _, path, _ in story["events"].facts)
    # Its next version supersedes it, whatever it was called before.
    assert story["edited"].revenues("腾讯") == [311.5]


def test_an_edited_file(story):
    assert story["events"].revenues("百度") == [89.2]
    assert story["events"].places("edited.txt") == [("edited.txt", "edited"), ("edited.txt", None)]


def test_a_rotated_file(story):
    assert story["events"].revenues("京东") == [451.3]
    assert story["events"].revenues("快手") == [35.5]
    assert story["events"].places("latest") == [("latest.txt", "replaced"), ("latest.txt", None)]
    (note,) = [note for note in story["events"].notes if "latest.txt" in note]
    assert re.search(
        r"holds another article now.* 3 figures are still there.* forget \w{16}$", note
    )


def test_a_moved_file(story):
    assert story["first"].best["美团"]["tier"] == 3
    assert story["events"].best["美团"]["tier"] == 1
    assert story["events"].revenues("美团") == [201.9]


def test_a_redated_file(story):
    days = {
        stage: [str(day) for name, _, _, day in story[stage].facts if name == "小米"]
        for stage in ("first", "events")
    }
    assert days == {"first": ["2025-11-20"], "events": ["2025-11-24"]}
    # It is the same article: new are the edited one, the rotated one and the correction.
    assert story["events"].articles == story["first"].articles + 3


def test_a_deleted_file_is_reported_once_and_its_facts_stay(story):
    (note,) = [note for note in story["events"].notes if "deleted.txt" in note]
    assert re.match(r"note: \S*deleted.txt: file: is gone; .* 3 figures are still there\.", note)
    cure = note.rsplit("To take them out: ", 1)[1]
    assert re.fullmatch(r"python -m ingest forget \S*deleted\.txt", cure)
    assert story["edited"].notes == []
    assert story["edited"].revenues("拼多多") == [133.7]


def test_what_was_deleted_is_forgotten_by_its_path(story):
    assert story["forgotten"].revenues("拼多多") == []
    assert ("deleted.txt", "forgotten") in story["forgotten"].places("deleted")
    # History is kept.
    assert story["forgotten"].articles == story["edited"].articles
    assert "Forgotten: 3 files, 3 articles." in story["forgotten"].out


def test_one_place_of_two_is_forgotten(story):
    """The new version that it held is; what it held before stands in the other file."""
    assert story["forgotten"].revenues("网易") == [77.4]
    assert story["forgotten"].best["网易"]["voices"] == 1


def test_forgetting_a_file_that_is_there_says_that_it_would_come_back(story):
    (note,) = story["forgotten"].notes
    assert re.fullmatch(
        r"note: \S*copied.txt and 1 more: file: is still there\. Remove it, .*", note
    )


def test_an_article_is_forgotten_by_its_id_and_comes_back_when_it_is_read_again(story):
    assert story["edited"].revenues("唯品会") == [27.3]
    assert story["forgotten"].revenues("唯品会") == []
    assert story["read again"].revenues("唯品会") == [27.3]
    assert story["read again"].revenues("拼多多") == []


def test_what_cannot_be_forgotten_is_said_with_the_cure(story):
    (error,) = story["refused"].notes
    assert re.fullmatch(r"error: nowhere.txt: forget: is no .*\. The places are in raw\..*", error)


def test_a_corrected_edition_wins_and_what_was_believed_is_kept(story):
    """Two articles tell the wrong number, one of them in nearly the same words."""
    assert story["first"].best["微博"]["voices"] == 2
    assert story["first"].best["微博"]["value"] == 3.12e8
    assert story["events"].best["微博"]["value"] == 3.21e8
    assert story["events"].best["微博"]["reason"] == "corrected"
    assert story["events"].best["微博"]["voices"] == 3
    assert [row[1:] for row in story["events"].believed if row[0] == "微博"] == [
        (3.12, "first_claim"), (3.21, "restatement")
    ]  # fmt: skip


# --- places -------------------------------------------------------------------------------------


def test_a_place_is_the_same_from_everywhere(tmp_path, monkeypatch):
    base, articles = tmp_path / "house", tmp_path / "articles"
    for folder in (base, articles / "deeper"):
        folder.mkdir(parents=True)
    (tmp_path / "link").symlink_to(articles)
    monkeypatch.chdir(articles / "deeper")
    ways = [
        Path("../a.txt"),
        articles / "a.txt",
        tmp_path / "link" / "a.txt",
        Path("x/../../a.txt"),
    ]
    (articles / "deeper" / "x").mkdir()
    assert {place_of(way, base) for way in ways} == {"../articles/a.txt"}
    assert file_of("../articles/a.txt", base) == articles / "a.txt"


def test_a_place_does_not_name_the_users_home(tmp_path, monkeypatch):
    home, base = tmp_path / "home" / "somebody", tmp_path / "house"
    monkeypatch.setenv("HOME", str(home))
    place = place_of(home / "articles" / "a.txt", base)
    assert place == "~/articles/a.txt"
    assert file_of(place, base) == home / "articles" / "a.txt"
    # A warehouse at home is told from as any other.
    assert place_of(home / "articles" / "a.txt", home / "house") == "../articles/a.txt"


# --- one text and another -----------------------------------------------------------------------


def about(company: str, period: str, *values: int) -> About:
    return About(company, period, Counter(values))


def test_versions_are_told_from_other_articles_by_what_they_share():
    texts = [file.read_text(encoding="utf-8") for file in sorted(ARTICLES.glob("*.txt"))]
    for text, other in zip(texts, [*texts[1:], texts[0]], strict=True):
        sentences = re.split(r"(?<=[。\n])", text)
        versions = [
            re.sub(r"\d\.\d", "7.3", text, count=1),
            "".join(sentences[: len(sentences) * 2 // 3]),
            text + other[:300],
            "".join(f"据悉，{one}" if nr % 5 == 0 else one for nr, one in enumerate(sentences)),
        ]
        assert min(_share(_runs(text), _runs(version)) for version in versions) > 0.9
        assert _share(_runs(text), _runs(other)) < ALIKE - 0.1


@pytest.mark.parametrize(
    ("other", "other_about", "expected"),
    [
        # A number is corrected; a company's name is; the same form is filled in for another
        # company, and for another quarter; nothing is alike.
        (report("网易", "41.9", "5", "6.1"), about("netease", "2025Q3", 2, 3, 4), True),
        (report("腾讯", "41.8", "5", "6.1"), about("tencent", "2025Q3", 1, 2, 3), True),
        (report("腾讯", "55.8", "9", "8.2"), about("tencent", "2025Q3", 5, 6, 7), False),
        (
            report("网易", "44.1", "6", "6.6").replace("第三", "第四"),
            about("netease", "2025Q4", 5, 6, 7),
            False,
        ),
        ("直播电商行业的渗透率今年继续上升，分析师称。", About(), False),
        (report("网易", "44.1", "6", "6.6"), About(), True),
    ],
)
def test_a_form_that_is_filled_in_anew_is_another_article(other, other_about, expected):
    text, mine = report("网易", "41.8", "5", "6.1"), about("netease", "2025Q3", 1, 2, 3)
    assert is_version(text, other, mine, other_about) is expected
    assert is_version(other, text, other_about, mine) is expected
