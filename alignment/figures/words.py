"""What a company's figure can be about, and the words in both languages that say so, as patterns on folded text."""

from __future__ import annotations

import re
from enum import StrEnum

from alignment.text.folding import fold
from alignment.types import Framework, Target


class Theme(StrEnum):
    """The quantities that national targets are set for."""

    CARBON = "carbon"
    ENERGY = "energy"
    WASTE = "waste"
    RECYCLED = "recycled"
    WATER = "water"
    POLLUTANTS = "pollutants"
    GREEN = "green"


_POLLUTANT = (
    r"二氧化硫|硫氧化物|氮氧化物|颗粒物|烟尘|粉尘|化学需氧量|氨氮|挥发性有机物|非甲烷总烃|废气|污染物"
    r"|(?<![a-z])(?:so\s?[2x]|no\s?[2x]|cod(?:cr)?|bod5?|nh3-n|vocs?|nmvoc|pm(?:10|2\.5)?|sul(?:ph|f)ur"
    r"|nitrogen) ?(?:oxides?|dioxide)?(?![a-z])"
    r"|particulates?|volatile organic|pollutants?|exhaust gas"
)
NAMES = {
    Theme.POLLUTANTS: re.compile(rf"(?:{_POLLUTANT})(?:\W+(?:\w+\W+){{0,2}}?emissions?)?"),
    Theme.CARBON: re.compile(
        r"二氧化碳|碳排|排碳|(?<!物)排放强度|(?<![物水气])排放量(?=较|[\d.]+百?万?吨排放)|温室气体|减碳|碳强度"
        r"|碳密集|降碳|固碳|碳足迹|甲烷|减排(?!项目)"
        r"|减量(?=\s*[\d.]+\s*%)|控碳"
        r"|(?<![a-z])co\s?2|ghgs?(?![a-z])|greenhouse|carbon(?! steel| fib)|(?<![a-z])scopes? [123]"
        r"|emissions?(?![a-z])|flaring"
        r"|methane|(?<![a-z])ch4"
    ),
    Theme.ENERGY: re.compile(
        r"能耗|能源|用电|耗电|电力|电能|节能|节电|省电|电量|发电|绿电|光伏|太阳能|风电|天然气|柴油|汽油|燃料|燃油"
        r"|煤(?!矿)|蒸汽|标煤|热力"
        r"|余热|热水|石油气|能效|供热|(?:^|[^水])(?<!发)电(?=\s*[\d.]+\s*万?(?:度|千瓦时))"
        r"|energy|electricity|renewable|solar|wind power|(?<![a-z])fuels?(?![a-z])|diesel|gasoline|natural gas"
        r"|steam(?! cracker)"
    ),
    Theme.WASTE: re.compile(
        r"固废|固体废|综合利用率|(?:comprehensive |resource )utili[sz]ation rate|废弃物|废物|危废|垃圾|炉渣|粉煤灰"
        r"|尾矿|赤泥|污泥|废渣|废料|皮弃物"
        r"|(?<![a-z])wastes?(?![a-z])(?! ?water| heat| gas)|landfill|fly ash|slag|tailings"
    ),
    Theme.RECYCLED: re.compile(
        r"回收|再生(?!能源|产能)|再造|再利用|循环利用|废钢|废纸|废铝|旧电池|可再生物料|生物质"
        r"|recycl\w*|reclaimed|secondary (?:raw )?materials?|scrap|re-?used?(?![a-z])"
    ),
    Theme.WATER: re.compile(
        r"用水|取水|耗水|节水|水耗|水强度|新鲜水|自来水|中水|废水|污水|排水|水资源|循环水|冷凝水|水重复|抄纸用水"
        r"|水回|新水|用水量|淡水|水密集|水效"
        r"|(?<![a-z])(?:waste|fresh)?-?\s?water(?![a-z])"
    ),
    Theme.GREEN: re.compile(
        r"绿色产品|环保产品|环保产业|环保业务|绿色产业|节能环保(?!措施)|新能源业务|绿色收入|绿色建筑|清洁能源业务"
        r"|环保装备|污水处理业务"
        r"|green (?:product|revenue|business|sales)\w*|sustainable (?:product|revenue)\w*|clean-?tech"
        r"|environmental (?:business|product)\w*"
        r"|low-carbon (?:product|revenue)\w*"
    ),
}  # fmt: skip
RENEWABLE = re.compile(
    r"可再生|绿电|清洁能源|光伏|太阳能|风电|再生能源|水电|renewable|solar|wind|clean (?:energy|electricity|power)"
    r"|green (?:tariff|power"
    r"|electricity)"
)
INTENSITY = re.compile(
    r"强度|密集度|密度|单位(?:产|工|增|营|收|面|能|油|用|热|综)|每(?:单位|万元|百万|吨|公斤|元|平方|销售|生产|亿)"
    r"|万元(?=产|营|收|工|增|销|能)|吨[钢铁纸铝产品机]"
    r"|intensit|specific|\bper (?!year|cent|annum|day|month)|per unit|efficiency index"
)
"""A quantity is measured per another."""
RATE = re.compile(
    r"率|占比|比例|比重|占|达到?|利用|使用|\brate\b|share|percentage|percent of|proportion|account|divert\w*"
    r"|powered|sourc\w+"
)
USED = re.compile(r"利用率|回收率|利用|消纳|回收|再生|recycl\w*|divert\w*|diversion|reus\w*|recover\w*|utili[sz]ation")
CLEANED = re.compile(r"去除率|处理率|处置率|达标率|收集效率|处理效率|脱硫|脱硝|removal|treatment rate|complian")
EARNED = re.compile(r"收入|营收|产值|销售|利润|损益|revenue|sales|turnover|income")

_DOWN_ZH = r"下降|降低|减少|降幅|削减|减排|减量|减碳|减|缩减|节约|节省|降(?![水解本碳耗])|↓"
_UP_ZH = r"提高|上升|增长|增加|提升|增幅|成长|↑"
_DOWN_EN = (
    r"fell|fall(?:en|s)?|decreas\w*|reduc\w*|declin\w*|down|cuts?|cutting|lower\w*|less|below|improv\w*|sav(?:ed"
    r"|ing|ings)"
)
_UP_EN = r"rose|ris(?:e|en|ing)|increas\w*|grew|growth|(?<!made )(?<!make )(?<!set )up|higher|above|more than in"
DOWN = re.compile(rf"(?:{_DOWN_ZH}|\b(?:{_DOWN_EN})\b)")
FILL = (
    r"(?:了|约|近|至少|超过?|幅度|率|达到?|为|的|平均|累计|同比|目标|均|分别|\s|targets?|goals?|commitment|was|were"
    r"|is|compared (?:to"
    r"|with) (?:fy)?20\d\d|by|of|around|about|approximately|a|an|[a-z-]+ per ?cent \(|\(|nearly|some|over|more than"
    r"|at least|up to|~|[:：])*"
)
WAY_BEFORE = re.compile(rf"(?P<way>{_DOWN_ZH}|{_UP_ZH}|\b(?:{_DOWN_EN}|{_UP_EN})\b){FILL}$")
WAY_EN = re.compile(rf"\b(?P<way>{_DOWN_EN}|{_UP_EN})\b")
BY = re.compile(
    r"(?:\bby|of our \w+|operations|portfolio|\(gwp\) by)\s*(?:over|about|approximately|around|at least|up to)?\s*$"
)
"""What stands before a share that a verb further to the left changes something by."""
WAY_AFTER = re.compile(
    rf"\s*(?:absolute\s|relative\s|net\s|annual\s|per year\s|average\s|的)?(?:[a-z-]+ ){{0,2}}?(?P<way>{_DOWN_ZH}"
    rf"|{_UP_ZH}|\b(?:reduc\w*|decreas\w*|declin\w*|lower|less|improv\w*|sav(?:ed|ings?)|increas\w*|higher|growth"
    rf"|cut)\b)"
)
POINTS_TO = re.compile(r"(?:至|到|\bto|→|变为|降至)\s*$")

SIGNED = re.compile(
    r"(?:change|变动|变化|增减|variation)\s*(?:\(%\)|（%）)?[\s:：]*(?:(?:fy)?20[0-3]\d年?[\s:：]*(?:[-+\d.]+%?\s*)?)*$"
)
"""A label behind which a change stands with its own sign."""
NOISE = re.compile(
    r"总磷|总氮|(?<![a-z])ss(?![a-z])|挥发酚|(?<![a-z])aox|总铬|色度|木材|包材|包装|持股|市场占有|市占|市佔"
    r"|(?<!单位)产量|产能|销量|产销|库容|投资|投入|成本"
    r"|收入(?!能|碳|水|综)|利润|ownership|interest|market share|costs?(?![a-z])|revenues?(?![a-z])|sales(?![a-z])"
    r"|employees?|communities|suppliers?"
    r"|bottles|packaging|vehicles sold|production(?! of)|price"
)
"""Subjects that no national target is set for; a number belongs to them where they stand nearest to it."""
PER = re.compile(r"\bper (?:(?:million|thousand) )?\w+(?: of \w+)?|每(?:单位|万元|百万元)?(?:产量|收入|产值|营收)")
"""What a quantity is measured per, which is no subject of its own."""
THAN_ANOTHER = re.compile(
    r"\bthan (?!(?:in |the |a |our |its )*(?:fy|20[0-3]\d|previous|prior|last|base|year|before|\d))"
    r"|(?:相较|相比|对比|较|(?<![同环占对相])比)于?(?!\s*(?:“?十|20[0-3]\d|上|去|前|基准|同期|年初|期初|历史|之|为"
    r"|例|重|率|\())"
    r"[^\d，]{1,12}$"
)
"""A comparison with another product or process (20% lower than diesel, 较传统工艺降低20%) is no change in time."""
OTHER_SUBJECT = re.compile(
    r"煤炭|用煤|天然气|柴油|汽油|燃油|燃料|蒸汽|占比|比重|总量|绝对|\bcoal|\bgas\b|diesel|gasoline|\bfuels?\b|steam"
    r"|\btotal\b"
    r"|\babsolute\b|\bshare of"
)
"""What makes a change beside the name of an intensity one of something else."""
HEADED = re.compile(r"(carbon|co2|ghg|emissions?|energy|electricity|water)(?: \w+){0,2} intensity(?= of)")
"""In `the carbon intensity of our energy` the first noun is the subject."""
CAPACITY = re.compile(r"能力|锅炉|装机|系统|装置|设备|焚烧炉|污水处理厂|机组|capacity|plant(?! )|boiler")
DENIED = re.compile(
    r"\bif they\b|并未|尚未|未能|未(?=较|下降|降低|达|实现|完成)|没有|并非|不是|\bnot\b(?! reported)|n't\b"
    r"|\bnever\b|failed to"
)
CITED = re.compile(r"according to|website|据[^，]{1,10}统计|^\s*per the")
"""A sentence that passes on what others say."""
OTHERS = re.compile(
    r"法规规定|政府规定|法规要求|规定用电|贷款|授信|融资|\bepa\b|requires? the|jurisdiction|行业(?:平均|均值|整体"
    r"|内|的|碳|单位)|同行(?!业先进|业领先)|供应商(?!审核)|客户(?:的|节|在)|我国|全国(?!同行)|全省|世界(?!一流)"
    r"|全球平均|全球(?=二氧化碳|排放|碳)"
    r"|industry(?:'s)? (?:average|mean)|the industry|sector|suppliers?|customers?|\bpeers?\b|\bnation|china's"
    r"|country|worldwide emissions"
    r"|world's (?!largest)|governments?"
)
LATER = re.compile(
    r"目标|力争|计[划㓰]|规[划㓰]|争取|承诺|预计|预估|拟于|到20[23]\d|可达到|将(?=于|在|会|继续|进一步|达|实现|减|降|新增"
    r"|产生)(?!.*(?:了|已))|期望|设定(?!的?方)"
    r"|\btargets?\b|\bwill\b|\baim\w*|\bcommit\w*|\bgoals?\b|\bby (?:fy)?20[2-6]\d|\bintend\w*|\bexpect\w*"
    r"|\bplan(?:s|ned|ning)?\b|\bproject the"
    r"|designed to|estimate\w* that|seek to"
)
IMPERATIVE = re.compile(
    r"^[\s•●▪–-]*(?:\d{4}, and )?(?:support(?:ing)?|reduce|cut|achieve|increase|improve|develop|divert|save|lower"
    r"|halve|source|power|use)\s"
)
"""A sentence that begins so, as the items of a list of goals do, says what shall be done."""
MET = re.compile(
    r"(?:超额|提前|已)*(?:完成|达成|实现|圆满)[^，,。；;]{0,8}目标|双碳目标|碳达峰碳中和目标|目标(?:完成|达成|进展)"
    r"|achiev\w+ (?:the |our )?(?:target|goal)"
    r"|target (?:met|achieved)|减量目标倡议|science-based"
)
"""Words of plans in a sentence on what was done."""
YEARLY = re.compile(
    r"同比|较上年|比上年|较上一年|较去年|比去年|较前一?年|相较前一年度|year[- ]on[- ]year|year[- ]over[- ]year"
    r"|\byoy\b|previous year|prior year"
)
BASE = re.compile(
    r"(?:较|比|相比|以|对比|基准年|基准年度|compared (?:with|to)|relative to|against|from|since|than|below|vs\.?"
    r"|base(?:line)?(?: year)?(?: of)?)\s*(?:a\s|in\s|our\s|the\s|fy\s?|\(|基准年\s?|为基准的?)*(20[0-3]\d)"
    r"|(20[0-3]\d)年?\s*(?:[—–~～-]+|至|到)\s*20[0-3]\d"
    r"|(?:from|than|vs\.?|to|with) fy\s?([0-3]\d)(?!\d)"
    r"|between (?:fy\s?)?(20[0-3]\d) and 20[0-3]\d"
    r"|(20[0-3]\d)年?(?:为基准|基准年|\)?\s(?:base|baseline|level)\b)"
)
PRICES = re.compile(
    r"(20[0-3]\d)\s?年?\s?(?:可比|不变|固定)?价|(?:at|in)(?: constant)? (20[0-3]\d) (?:constant )?prices"
)
YEAR = re.compile(r"(?<!\d)(?:fy\s?)?(20[0-3]\d)(?!\d)")
SHORT_YEAR = re.compile(r"(?<![a-z\d])fy\s?([0-3]\d)(?!\d)")


def theme_of(target: Target) -> Theme | None:
    """What a target is about, by its name in both languages; None for one that company figures are not read for."""
    name = fold(" ".join(target.metric.all))
    for theme, words in (
        (Theme.CARBON, r"二氧化碳|碳排|温室气体|co2|ghg|greenhouse|carbon"),
        (Theme.POLLUTANTS, r"污染物|pollutant|so2|nox"),
        (Theme.WATER, r"用水|水耗|取水|water"),
        (Theme.WASTE, r"固废|固体废|综合利用率|(?:comprehensive |resource )utili[sz]ation rate|solid waste"),
        (Theme.RECYCLED, r"再生资源|回收利用量|secondary|recycled"),
        (Theme.GREEN, r"环保产业|绿色产业|绿色产品|green"),
        (Theme.ENERGY, r"能耗|能源消[耗费](?!比|占|的)|energy (?:per|use|intensity|consumption)"),
    ):
        if re.search(words, name):
            return theme
    return None


def targets(framework: Framework) -> dict[Theme, Target]:
    """The first target of each theme."""
    found: dict[Theme, Target] = {}
    for target in framework.targets:
        if (theme := theme_of(target)) is not None:
            found.setdefault(theme, target)
    return found
