"""The signs that a line of text bears, as patterns: quotes, bylines, contacts, counters, dates."""

from functools import cache

from ingest.documents.chrome import one_of

_GAP = r"[\s\x{3000}|·•/／>＞_-]"
AMOUNT = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
"""A number as tables and quotes of shares write it."""

UP, DOWN = "增加|增长|上升|上涨|提升|提高|↑", "减少|下降|下滑|下跌|降低|↓"
"""Words before a number of a table that say how it moved."""

_MOVE = rf"(?:[+\-−＋▲▼↑↓]\s?{AMOUNT}%?|0\.00%?)"
_MOVES = rf"(?:[(（]?\s?{_MOVE}\s?[)）]?(?:[\s,，/|]*[(（]?\s?{_MOVE}\s?[)）]?){{0,3}})"
_TICKER = rf"[\p{{Han}}A-Za-z][\p{{Han}}A-Za-z0-9&.·/]{{0,15}}[\s:：]*[¥$￥]?{AMOUNT}\s+{_MOVES}"
_WORD = r"(?:现价|最新价|最新|股价|报价|收盘价|收盘|报|涨跌幅|涨幅|跌幅|涨跌|今日)"

QUOTE_INSIDE = (
    rf"[(（]\s*(?:[A-Za-z0-9.:：]{{2,12}}[,，、;；\s]+)?{_WORD}?[:：]?\s*{AMOUNT}\s?(?:元|美元|港元)?"
    rf"[\s,，、;；/|]+(?:{_WORD}[:：]?\s*)?{_MOVES}\s*[)）]"
    rf"|[(（]\s*{AMOUNT}\s*[,，]\s*[-+]?{AMOUNT}\s*[,，]\s*[-+]?{AMOUNT}%\s*[)）]"
)
"""A quote in brackets behind a name: 名称(78.20 +3.11%) or 名称(78.20, 2.36, 3.11%)."""

QUOTE_BEHIND = (
    rf"(?<=[A-Z0-9][)）])\s*[+\-−＋]?{AMOUNT}\s*[(（]\s?{_MOVE}\s?[)）]"
    rf"(?:\s*[沽卖賣]空\s*[$＄]?{AMOUNT}\s?[千百]?[万萬亿億]?\s*[;；,，]?\s*比率\s*{AMOUNT}%)?"
)
"""A quote behind a code in brackets: 名称(00001.HK) +2.200 (+0.511%) 沽空 $3.19亿; 比率 13.225%."""

QUOTE_HEAD = "最新价|最新價|现价|現價|昨收|今开|今開|涨跌|漲跌"
"""Words over the columns of a list of shares."""

DATE = r"(?:(?:19|20)[0-9]{2}\s?[年/.-]\s?[0-9]{1,2}\s?[月/.-]\s?[0-9]{1,2}\s?日?)"
"""A day, as it is written."""

_CLOCK = (
    r"(?:(?:上午|下午|晚间|凌晨|晚)?\s?"
    r"[0-9]{1,2}\s?[:：时]\s?[0-9]{2}(?:\s?[:：分]\s?[0-9]{2})?[分秒]?)"
)
_COLON = r"\s?[:：]"
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_YEAR = r"((?:19|20)[0-9]{2})"
ENGLISH_DATES = [rf"([0-3]?[0-9]) {_MONTH},? {_YEAR}", rf"{_MONTH} ([0-3]?[0-9]), {_YEAR}"]
"""A day, as English writes it: the day and the month, or the month and the day, and the year."""


@cache
def patterns() -> dict[str, str]:
    """Name of a sign → the pattern of a line that bears it."""
    bullet = r"[\s【\[\]】■◆●▌▎▍|>#*＞]*(?:[0-9]{1,2}[.、．]\s)?"
    listing = f"{one_of('which')}{{1,2}}{one_of('listed')}{{1,2}}"
    value = r"[^\s。，；！？:：]{1,16}"
    took_part = rf"{AMOUNT}\s?[万萬]?(?:[条條](?:网友)?评论|人(?:参与|參與)(?:网友评论)?)"
    counter = (
        rf"(?:{one_of('counter')}\s?(?:[:：(（]\s?)?{AMOUNT}\s?[万kKwW]?\+?[次条人]?[)）]?"
        rf"|(?:我有话说)?[(（]?{took_part}[)）]?)"
    )
    panel_value = rf"[-+]?(?:--|{AMOUNT})\s?[%万萬亿億兆千百]{{0,2}}(?:[股手元倍]|港元|美元)?"
    pair = rf"(?:{one_of('panel')}\s?[:：]?\s?{panel_value})"
    byline = (
        rf"(?:{one_of('source', 'author', 'label', 'time', 'time_too')}{_COLON}\s?(?:{value})?)"
    )
    stamp = rf"(?:{DATE}|[01]?[0-9][-/月][0-3]?[0-9]日?)(?:\s?{_CLOCK})?"
    day = rf"(?:{DATE}|{_CLOCK}|星期[一二三四五六日天]|周[一二三四五六日])"
    one_day = f"(?:{DATE}|{'|'.join(ENGLISH_DATES)})"
    names = r"(?:[^0-9。！？!?；;:：截至止表]|[(（][0-9A-Za-z.]+[)）])+"
    edge = r"[\s\x{3000}|·•/／)）,，]"
    return {
        "section": rf"^{bullet}(?:{one_of('section')}|{listing}){bullet}[:：]?$"
        rf"|^{bullet}{one_of('see')}\s?[:：《【]|^{bullet}{listing}\s?[:：《【][^。]{{0,60}}$",
        "comments": rf"^{bullet}{one_of('comments')}{bullet}(?:[:：]?[(（]?[0-9]+条?[)）]?)?$",
        "byline": rf"^{bullet}(?:{byline}|{day}|{counter}|{_GAP})*"
        rf"(?:{_GAP}*{value})?(?:{_GAP}|{counter})*$",
        "names_day": rf"{DATE}|{one_of('source')}{_COLON}",
        "labelled": rf"^[(（【\[]?{one_of('label', 'author')}{_COLON}",
        "starts": rf"^{one_of('start')}",
        "contact": rf"{one_of('holds')}|[A-Za-z0-9._-]+@[A-Za-z0-9-]+\.[A-Za-z]"
        r"|QQ[群号]{0,2}\s?[:：]\s?[0-9]{5,}|(?:微信|VX|vx)号?\s?[:：]\s?[A-Za-z0-9_-]{5,}",
        "counted": rf"^(?:{counter}{_GAP}*)+$",
        "buttons": rf"^{_GAP}*(?:{one_of('button')}{_GAP}+)+{one_of('button')}{_GAP}*$",
        "captioned": rf"^[(（]?{one_of('caption')}|[(（]{one_of('caption')}[^()（）]*[)）]$",
        "quote": rf"^(?:{AMOUNT}\s+)?{_MOVES}$|^(?:{_TICKER}{_GAP}*)+$",
        "bare": rf"^[\s\x{{E000}}-\x{{F8FF}}+<>＜＞•·-]*{AMOUNT}\s?[%％万萬億亿kKwW+]*$",
        "day_behind": rf"^.{{6,}}[\s\x{{3000}}\[【(（]+{stamp}[\])）】]*$"
        rf"|^[\[【(（]?{stamp}[\])）】]*[\s\x{{3000}}]*[^。]{{6,}}$",
        "rowed": r"^(?:[^\s，。；：、！？,:;!?]{1,8}[ \x{3000}\x{A0}|·>＞]+){2,}"
        r"[^\s，。；：,:;]{1,12}$",
        "ranked": r"(?:^|\s)01[\s、.．].*\s02[\s、.．]",
        "phoned": r"(?:^|[^0-9.])(?:[(（]0[0-9]{1,3}[)）]\s?[0-9]{3,4}[-\s]?[0-9]{3,4}"
        r"|[48]00[-\s]?[0-9]{3,4}[-\s][0-9]{3,4}|0[0-9]{2,3}[-\s][0-9]{4}[-\s]?[0-9]{3,4})(?:[^0-9]|$)",
        "lengthy": r"(?:全文|本文|文章)[^。]{0,6}[0-9,]+\s?字"
        r"|(?:阅读|閱讀|读完|讀完|本文)[^。]{0,8}[0-9]+\s?分[钟鐘]",
        "numeric": rf"^{AMOUNT}$",
        "panel": rf"^(?:{pair}{_GAP}*){{2,}}$",
        "pair": rf"^{pair}$",
        "pair_name": rf"^{one_of('panel')}[:：]?$",
        "pair_value": rf"^{panel_value}$",
        "aged": r"^(?:刚刚|剛剛|昨天|前天"
        r"|[0-9]{1,2}\s?(?:秒|分钟|分鐘|小时|小時|天|周|週|个月|個月)前)$",
        "cut_short": r"[^.…](?:\.{3}|…)$",
        "took_part": rf"^(?:{counter}{_GAP}*)*{took_part}",
        "ended": rf"^[(（【\[]?{one_of('end')}{_COLON}|^{one_of('next')}",
        "crumbs": r"^.{0,12}(?:首页|首頁)\s?[>＞›»][^。！？]{0,40}$",
        "vacant": r"^[-–—.:：/0\s]+(?:[(（][-+0.%\s]+[)）])?$",
        "tags": r"^(?:[\p{Han}A-Za-z]{1,8}[ \x{3000}]+){2,}[\p{Han}A-Za-z]{1,8}$",
        "wordy": r"^[^0-9。，：:；！？\t]+$",
        "ends": r"[。！？!?；;][”」』\")）]*$",
        # 某某日报 2025-11-20 08:30: who wrote, and when.
        "dated": rf"^(?:{names}{edge})?{one_day}(?:,?\s*{_CLOCK}\s?(?:[ap]m)?)?(?:{edge}{names})?$",
        "publisher": r"^[\p{Han}A-Za-z0-9/]{0,12}?"
        r"(?:报|報|网|網|社|[经經]通|新闻|新聞|财经|財經|台|周刊|通讯|通訊)(?:[\s|·•/／]|$)",
        "hashed": r"^(?:#[^\s#。，]{1,20}[\s#]*)+$",
        "closes": rf"[。！？][”」』]?\s*[(（【\[](?:完|{one_of('end')}{_COLON}[^()（）]{{1,20}})"
        r"[)）】\]]\s*[0-9]{0,8}$",
        "stamped": rf"{DATE}[\s\x{{3000}}]*{_CLOCK}",
        "own_date": rf"^{one_of('time')}{_COLON}?\s?{DATE}",
    }
