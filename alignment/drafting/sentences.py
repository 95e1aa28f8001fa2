"""Sentences of a policy document -> the values that it aims at, each with its metric, unit, year and comparator."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alignment.drafting.goals import NUMBER, Goal, comparator, number
from alignment.drafting.units import Unit
from alignment.text import sentences as splitting
from alignment.types import Comparator

_UNITS = (
    "吨标准煤|吨标煤|吨二氧化碳|千瓦时|兆瓦时|吉瓦时|千瓦|兆瓦|吉瓦|太瓦时|公顷|立方米|平方公里|平方千米|平方米|公里|千米|海里|"
    "人民币|美元|欧元|元|千克|公斤|毫克|微克|克|吨|个百分点|百分点|人次|人天|人|户|个|家|座|台套|台|套|辆|艘|架|项|条|"
    "件|处|所|亩|株|张|批|支|名|只|期|种|例|倍|成|度|天|小时|分钟|年|米|升|千焦|吉焦|兆帕|EFLOPS|PFLOPS|标准箱|TEU|[GMkT]?W[hp]?|km|t"
)
_AMOUNT = re.compile(
    rf"(?<![\d.,第〔\[A-Za-z-])(?P<number>{NUMBER})\s*(?P<unit>[%％‰]|(?:[百千万亿]{{0,3}})\s*(?:{_UNITS})(?:/(?:年|月|日|天|小时|人|户|千瓦时|千瓦|吨|万元|元|平方米|公里|立方米|标准立方米))?)"
    r"\s*(?P<after>左右|以上|以下|以内|上下)?"
)
_REACH = re.compile(
    r"(?P<way>力争|争取|基本|累计|总体|稳定|持续|均|将|分别|全部|至少|年均|再)*"
    r"(?P<verb>达到|达|提高到|提高至|提升到|提升至|增加到|增加至|增长到|增长至|上升到|上升至|下降到|下降至|降低到|降低至|降至|降到|减少到|减少至|"
    r"扩大到|扩大至|升至|升到|控制在|保持在|稳定在|维持在|恢复到|压减到|压减至|缩短至|缩短到|为|不低于|不少于|不高于|不超过|超过|大于|小于|低于|高于|突破|"
    r"完成|实现|新增|增长|增加|提高|提升|扩大|下降|降低|减少|压减|缩短|占比|占)?"
    r"\s*(?P<before>约|近|大约|不低于|不少于|不高于|不超过|超过|大于|小于|低于|高于|突破|>|≥|<|≤|＞|＜)?\s*$"
)
_CHANGES = ("增长", "增加", "提高", "提升", "扩大", "下降", "降低", "减少", "压减", "缩短", "新增")
_ACTS = re.compile(
    r"(?:^|[，；、。：]|[^\u4e00-\u9fff]|(?<=[区市省县域内等处上]))(?:力争|争取|累计|每年|计划|再|共|到|新|推动|推进|加快|支持)*"
    r"(?P<verb>新增|新建|新改建|改建|建成|建设|打造|培育|培养|形成|推广|改造|创建|布局|发展|具备|承载|完成|实施|提升|提高|增加|扩大|减少|压减|淘汰|"
    r"淘汰|治理|修复|引进|制定|制修订|制订|发布|遴选|认定|支持|组织|开展|组建|设立|投放|更新|回收|处置|节约|节能|减排|替代|消纳|储备|覆盖)"
    r"(?P<what>[^，；。：]{0,24}?)$"
)
_DATED = re.compile(
    r"(?:到|至|截至|力争到|力争|在)?\s*(?P<year>20[2-9]\d)\s*年(?:底|末|前|左右|初)?(?:前|，|,)?\s*(?:力争|争取|基本|全国|全省|全市|我国|我省)?"
)
_BY = re.compile(r"(20[2-9]\d)\s*年")
_SINCE = re.compile(r"(?:比|较|与)\s*(20[0-3]\d)\s*年(?:相比)?")
_DELIMITER = re.compile(r"[，,；;。：:、（）()]|以及|并且|(?<=[\d%])\s*和")
_TRIM = re.compile(
    r"^(?:使|让|确保|保持|实现|推动|促进|力争|争取|其中|全面|基本|加快|重点|的|和|及|与|，|并|将|其|均)+|(?:力争|累计|总体|基本|均|将|的|分别|合计|总|每年|年)+$"
)
_PAST = re.compile(
    r"^(?:截至|截止)|已经?(?:达|有|建|累计|超)|“?十[三四]五”?(?:期间|时期|以来|末)|过去|近年来|去年|上年"
)
_LONGEST = 40
_VERB = 2
"""Characters; what stands between a verb and a number and is no longer is a second verb: 具备承载9亿千瓦."""
_ENGLISH = re.compile(
    r"(?P<metric>[A-Za-z][\w ,'()/-]{3,80}?)\s+(?:(?:will|shall|should|is to|are to|to)\s+)?"
    r"(?P<verb>reach(?:es)?|rise to|increase to|grow to|fall to|be cut to|decrease to|exceed|be"
    r"|(?:increase|grow|rise|fall|decrease|decline|be reduced|be cut) by)\s+"
    r"(?P<before>at least|more than|over|about|around|approximately|up to|no more than|less than|below)?\s*"
    rf"(?P<number>{NUMBER})\s*(?P<unit>%|per ?cent"
    r"|(?:(?:thousand|million|billion|trillion)\s+)?[A-Za-z][\w/%-]*(?:\s(?:of|per)\s[\w-]+)?)"
)


def goals_in(paragraph: Unit, section: str, period: tuple[int, int] | None) -> Iterator[Goal]:
    """Every value that the paragraph aims at; what it says of the past is left out."""
    year: int | None = None
    for start, sentence in sentences_of(paragraph):
        dated = [int(each) for each in _BY.findall(_SINCE.sub("", sentence))]
        year = max(dated) if dated else year
        if _PAST.search(sentence) and not (period and dated and max(dated) >= period[0]):
            continue
        if period and dated and max(dated) < period[0]:
            continue
        found = list(_chinese(sentence)) or list(_english(sentence))
        for metric, value, unit, meant, base, at in found:
            own = [int(each[1]) for each in _BY.finditer(_blank(sentence)) if each.start() < at]
            yield Goal(
                metric=metric,
                value=value,
                unit=unit,
                year=(own[-1] if own else year) or (period[1] if period else None),
                quote=sentence.strip(),
                page=paragraph.page_at(start + at),
                paragraph=paragraph.paragraph,
                section=section,
                base_year=base,
                comparator=meant,
            )


def sentences_of(paragraph: Unit) -> list[tuple[int, str]]:
    """Where each sentence of a paragraph begins, and the sentence."""
    return [(start, paragraph.text[start:end]) for start, end in splitting.sentences(paragraph.text)]


def _blank(sentence: str) -> str:
    """The sentence with the years that it compares with blanked out, so that places stay."""
    return _SINCE.sub(lambda match: " " * len(match[0]), sentence)


Found = tuple[str, float, str, Comparator | None, int | None, int]
"""Metric, value, unit, how it is meant, the year that it is compared with, and where in the sentence the number is."""


def _chinese(sentence: str) -> Iterator[Found]:
    last = 0
    for match in _AMOUNT.finditer(sentence):
        unit = re.sub(r"\s", "", match["unit"]).replace("％", "%")
        if unit == "年" or (unit in ("天", "小时", "度") and match["after"] is None):
            continue
        before, after = sentence[last : match.start()], sentence[match.end() :]
        named = _metric(before, after)
        last = match.end()
        if named is None:
            continue
        metric, word = named
        since = _SINCE.search(before)
        base = int(since[1]) if since else None
        yield metric, number(match["number"]), unit, comparator(word, match["after"]), base, match.start()


def _metric(before: str, after: str) -> tuple[str, str | None] | None:
    """Metric, and the word that says how the number is meant, from what comes before a number and after it."""
    before = _SINCE.sub("", before)
    reach = _REACH.search(before)
    verb, word = (reach["verb"], reach["before"]) if reach else (None, None)
    subject = _last_clause(before[: reach.start()] if reach and (verb or word) else before)
    if verb and len(subject) >= 2:
        name = f"{subject}{verb}" if verb in _CHANGES else subject
        return _named(name), word or verb
    acts = _ACTS.search(_DATED.sub("，", before[: reach.start("before")] if reach and word else before))
    if verb in _CHANGES or acts:
        doing = verb or (acts["verb"] if acts else "")
        what = acts["what"] if acts and acts["what"] else ""
        noun = re.match(r"\s*(?:的)?([\u4e00-\u9fffA-Za-z“”（）]{2,16})", after)
        if noun and (len(what) <= _VERB or re.match(r"\s*的", after)):
            what += noun[1]
        if what:
            return _named(f"{doing}{what}"), word
    if re.search(r"的\s*$", before) and len(subject) >= 3:
        return _named(subject), word
    return None


def _last_clause(text: str) -> str:
    """What stands between the last mark or year and the number."""
    text = _DATED.sub("，", text)
    return _TRIM.sub("", _DELIMITER.split(text)[-1].strip()).strip()


def _named(metric: str) -> str:
    metric = _TRIM.sub("", re.sub(r"\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+", "", metric)).strip("“”的 ")
    return metric[-_LONGEST:]


def _english(sentence: str) -> Iterator[Found]:
    for match in _ENGLISH.finditer(sentence):
        metric = re.sub(r"^(?:By 20\d\d,?\s*|The\s+|the\s+|and\s+)+", "", match["metric"]).strip(" ,")
        unit = "%" if match["unit"].replace(" ", "") == "percent" else match["unit"].strip()
        if unit in ("by", "in", "and") or len(metric) < 3:
            continue
        if match["verb"].endswith(" by"):
            down = re.match(r"fall|decrease|decline|be reduced|be cut", match["verb"])
            metric = f"{'reduction' if down else 'increase'} of {metric}"
        word = match["before"] or ("over" if match["verb"] == "exceed" else None)
        yield metric, number(match["number"]), unit, comparator(word, None), None, match.start("number")
