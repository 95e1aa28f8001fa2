"""Numbers and units are read as people write them, in both languages, or not at all."""

from __future__ import annotations

import pytest

from alignment.figures import quantities

NUMBERS = """
12=12|12.5=12.5|0.5=0.5|1,234=1234|1,234.5=1234.5|12,345,678=12345678|18,5=18.5|0,5=0.5|0,125=0.125|1.234,5=1234.5
1.234.567=1234567|1.234.567,89=1234567.89|1 234=1234|1 234 567=1234567|1'234=1234|1’234’567.5=1234567.5|3,1416=3.1416
1,23,456=123456|12,34,567.5=1234567.5|１２=12|１，２３４=1234|１２．５=12.5|007=7|1.234=1.234|123,45=123.45|9,99=9.99
"""
HAN = """
三=3|十=10|十八=18|二十=20|二十三=23|一百=100|一百零五=105|三百二十=320|两千=2000|一万=10000|三万五千=35000
十八点五=18.5|零点三=0.3|一亿=1e8
"""
CONVERSIONS = """
18%=0.18 1|18.5 %=0.185 1|18,5 %=0.185 1|18％=0.18 1|１８％=0.18 1|18 per cent=0.18 1|18 percent=0.18 1|18 pct=0.18 1
(12)%=-0.12 1|−12%=-0.12 1|-12%=-0.12 1|+5%=0.05 1|↓18%=-0.18 1|↑5%=0.05 1|3‰=0.003 1
百分之十八=0.18 1|百分之18=0.18 1|百分之18.5=0.185 1|百分之十八点五=0.185 1|百分之五=0.05 1|百分之九十五=0.95 1
百分百=1 1|千分之三=0.003 1
三成=0.3 1|一成八=0.18 1|两成=0.2 1|3成=0.3 1|两成半=0.25 1
5个百分点=5 pp|5 percentage points=5 pp|1 percentage point=1 pp|3 pp=3 pp|3 ppt=3 pp|3 %-points=3 pp|2.5 p.p.=2.5 pp
3吨=3 t|3.5万吨=35000 t|1.2亿吨=1.2e8 t|2千吨=2000 t|5百万吨=5e6 t|500千克=0.5 t|500公斤=0.5 t|1000克=0.001 t
3噸=3 t|3萬噸=30000 t|3公噸=3 t
3 t=3 t|3 tonnes=3 t|1 tonne=1 t|3 metric tons=3 t|3 tons=3 t|2 kt=2000 t|2 Mt=2e6 t|5,000 MT=5000 t
3 thousand MT=3000 t
500 kg=0.5 t|2 Gt=2e9 t|1.5 million tonnes=1.5e6 t|2 thousand tons=2000 t|1.234,5 tonnes=1234.5 t
18 500 t=18500 t|1 234 567 t=1234567 t
2 short tons=1.81436948 t|1,000 lbs=0.45359237 t|11,369,475 pounds=5157.1071 t
3.5×10⁴吨=35000 t|3.5×10^4吨=35000 t|3.5 x 10^4 t=35000 t|3.5×10⁻² t=0.035 t|2.3e4 t=23000 t|2e3 kg=2 t
1.2×10⁶ m³=1200000 m3
100 tCO2e=100 tCO2e|100 tCO₂e=100 tCO2e|100 t CO2=100 tCO2e|100 tonnes of CO2e=100 tCO2e
100 tonnes CO2 equivalent=100 tCO2e
100 MtCO2e=1e8 tCO2e|92.0 kt CO2e=92000 tCO2e|174M MT CO2e=1.74e8 tCO2e|5,000 MTCO2e=5000 tCO2e
100 kg CO2e=0.1 tCO2e|7 t CO2-eq=7 tCO2e
12 million metric tons CO2e=1.2e7 tCO2e|30万吨二氧化碳当量=300000 tCO2e|30万吨二氧化碳=300000 tCO2e
100吨CO2e=100 tCO2e|30萬噸二氧化碳當量=300000 tCO2e|5吨CO2当量=5 tCO2e
1 tce=29.3076 GJ|1吨标准煤=29.3076 GJ|1吨标煤=29.3076 GJ|2万吨标准煤=586152 GJ|1 kgce=0.0293076 GJ
100千克标准煤=2.93076 GJ|3 ktce=87922.8 GJ
1 tonne of coal equivalent=29.3076 GJ|10 tonnes of standard coal=293.076 GJ|1 toe=41.868 GJ|2 Mtoe=83736000 GJ
5噸標準煤=146.538 GJ
1 kWh=0.0036 GJ|1 MWh=3.6 GJ|2 GWh=7200 GJ|1 TWh=3600000 GJ|1 Mwh=3.6 GJ|100千瓦时=0.36 GJ|5万千瓦时=180 GJ
3.2亿千瓦时=1152000 GJ|5兆瓦时=18 GJ
5吉瓦时=18000 GJ|150万度=5400 GJ|2亿度电=720000 GJ|5000度=18 GJ|20度电=0.072 GJ|7 megawatt hours=25.2 GJ
12 million kWh=43200 GJ|100 萬度=3600 GJ
5 GJ=5 GJ|5吉焦=5 GJ|3 TJ=3000 GJ|2 PJ=2e6 GJ|500 MJ=0.5 GJ|500兆焦=0.5 GJ|5百万千焦=5 GJ|2.5万吉焦=25000 GJ
3 gigajoules=3 GJ|1 MMBtu=1.05505585262 GJ
5 m3=5 m3|5 m³=5 m3|5立方米=5 m3|12万立方米=120000 m3|12万方=120000 m3|3亿方=3e8 m3|502.2万m³=5022000 m3
5 cubic metres=5 m3|2 million m3=2e6 m3
1.2 million cubic meters=1.2e6 m3|500 litres=0.5 m3|500L=0.5 m3|500升=0.5 m3|3 ML=3000 m3|2 GL=2e6 m3|5 kL=5 m3
1,000 gallons=3.785411784 m3|7 megalitres=7000 m3
100亩=66666.66667 m2|1.5万亩=1e7 m2|3公顷=30000 m2|3 ha=30000 m2|12 hectares=120000 m2|5 m²=5 m2|5平方米=5 m2
2平方公里=2e6 m2|5 km²=5e6 m2|100 sq ft=9.290304 m2|10 acres=40468.564224 m2
300兆瓦=300000 kW|5 MW=5000 kW|120万千瓦=1.2e6 kW|2 GW=2e6 kW|18.7 MWp=18700 kW
5元=5 CNY|5万元=50000 CNY|3.2亿元=3.2e8 CNY|1.1万亿元=1.1e12 CNY|RMB 5 million=5e6 CNY|¥300=300 CNY
人民币5亿元=5e8 CNY|3億元=3e8 CNY|5 billion yuan=5e9 CNY
US$ 5 million=5e6 USD|US$5=5 USD|$1.2 billion=1.2e9 USD|3亿美元=3e8 USD|5 million USD=5e6 USD
€1.2 billion=1.2e9 EUR|5 million euros=5e6 EUR|2亿欧元=2e8 EUR
HK$3 million=3e6 HKD|3亿港元=3e8 HKD|£2 million=2e6 GBP|NT$5 million=5e6 TWD|10亿日元=1e9 JPY|€1.234,5=1234.5 EUR
0.35吨标准煤/万元=0.001025766 GJ/CNY|0.5吨/万元=0.00005 t/CNY|620 kgce/t=18.170712 GJ/t|1.8 tCO2e/t=1.8 tCO2e/t
2.1 m3/t=2.1 m3/t|3吨/万元=0.0003 t/CNY
0.5 tCO2e/million USD=5e-7 tCO2e/USD|12 kWh/t=0.0432 GJ/t|3.5 m³/万元=0.00035 m3/CNY
85 kg CO2e per tonne=0.085 tCO2e/t|2 GJ per tonne=2 GJ/t|3 m3 per million yuan=3e-6 m3/CNY
"""


def cases(table):
    return [tuple(case.rsplit("=", 1)) for line in table.split("\n") for case in line.split("|") if case]


@pytest.mark.parametrize(("written", "value"), cases(NUMBERS))
def test_a_number_is_read_by_any_convention_of_separators(written, value):
    assert quantities.number(written) == pytest.approx(float(value))


@pytest.mark.parametrize(("written", "value"), cases(HAN))
def test_a_number_in_chinese_numerals_is_read(written, value):
    assert quantities.han_number(written) == pytest.approx(float(value))


@pytest.mark.parametrize(("written", "wanted"), cases(CONVERSIONS))
@pytest.mark.parametrize("frame", ["{}", "达到{}。", "a total of {}, as reported"])
def test_a_quantity_is_converted_to_its_base_unit_wherever_it_is_written(written, wanted, frame):
    value, base = wanted.split()
    text = frame.format(written)
    found = quantities.find(text)
    assert [each.base for each in found] == [base]
    assert found[0].normalised == pytest.approx(float(value), rel=1e-6)
    assert text[found[0].start : found[0].end].strip() == written


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("10～15%", 10, 15), ("10-15%", 10, 15), ("10%-15%", 10, 15), ("3至5万吨", 3, 5), ("3 to 5 tonnes", 3, 5)],
)
def test_a_range_has_two_ends(text, low, high):
    (found,) = quantities.find(text)
    assert (found.value, found.high) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "3.5×104吨",
        "2023年",
        "控制在26度",
        "3方面",
        "GB 18597",
        "ISO 14001",
        "3 times",
        "共3成员",
        "完成",
        "第3度假区",
        "范围一 (2021) 吨",
        "Scope 1 (2021)  Metric Tons",
        "2023年：1,126\n吨钢二氧化碳排放",
    ],
)
def test_what_is_no_quantity_or_cannot_be_read_for_sure_is_left_out(text):
    assert quantities.find(text) == ()


@pytest.mark.parametrize("text", ["5 MT", "5 mt of scrap", "12 kg/box", "3吨/台"])
def test_a_unit_that_cannot_be_known_is_not_converted(text):
    assert [each.normalised for each in quantities.find(text)] == [None]


@pytest.mark.parametrize(
    "text",
    ["5×10^400 吨", "5×10⁻ 吨", "5×10⁴⁰⁰ 吨", "5×10⁻⁺⁴ 吨", "9" * 400 + " t", "百分之" + "一" * 400,
     "百分之" + "9" * 400, "5×10^" + "9" * 5000 + " t", "百分之一" + "亿" * 60],
)  # fmt: skip
def test_a_number_that_no_quantity_has_is_left_out(text):
    assert quantities.find(f"we used {text} of it") == ()


def test_a_unit_on_the_next_line_belongs_to_the_number_unless_a_label_begins_with_it():
    wrapped = quantities.find("全年回用水量1,480\n万立方米，同比增加")
    assert [(each.value, each.unit) for each in wrapped] == [(1480, "万立方米")]
    rows = quantities.find("Scope 2: 1,200\ntonnes, of which 300 tonnes at sites")
    assert [each.value for each in rows] == [1200, 300]
