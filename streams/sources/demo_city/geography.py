"""Tianjin's sixteen districts, streets and hospitals: names are facts (GB/T 2260 codes); centres are rounded to a kilometre.

Where in a district something happens is drawn at random around its centre: no street network of the city is openly licensed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from domain.values import LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district; `weight` is its share of the city's calls, `spread` how far from the centre they come, in degrees (east, north)."""

    code: str
    zh: str
    en: str
    gb: str
    centre: LonLat
    weight: float
    spread: tuple[float, float]
    roads: tuple[tuple[str, str], ...]

    @property
    def short_zh(self) -> str:
        """和平 of 和平区."""
        return self.zh.removesuffix("新区").removesuffix("区")


def _district(line: str, roads: str) -> District:
    code, zh, en, gb, lon, lat, weight, east, north = line.split()
    names = tuple((zh_road, en_road) for zh_road, en_road in (part.strip().split("/") for part in roads.split(",")))
    centre = LonLat(lon=float(lon), lat=float(lat))
    return District(code=code, zh=zh, en=en, gb=gb, centre=centre, weight=float(weight), spread=(float(east), float(north)), roads=names)


DISTRICTS: Final = (
    _district(
        "heping 和平区 Heping 120101 117.195 39.117 6 .016 .012",
        "南京路/Nanjing Rd, 滨江道/Binjiang Rd, 西康路/Xikang Rd, 营口道/Yingkou Rd, 赤峰道/Chifeng Rd",
    ),
    _district(
        "hexi 河西区 Hexi 120103 117.223 39.09 6 .022 .018",
        "解放南路/Jiefang S Rd, 友谊路/Youyi Rd, 大沽南路/Dagu S Rd, 黑牛城道/Heiniucheng Ave, 围堤道/Weidi Ave",
    ),
    _district(
        "nankai 南开区 Nankai 120104 117.15 39.12 6 .022 .018",
        "卫津路/Weijin Rd, 长江道/Changjiang Ave, 黄河道/Huanghe Ave, 复康路/Fukang Rd, 红旗路/Hongqi Rd",
    ),
    _district(
        "hedong 河东区 Hedong 120102 117.252 39.128 5 .022 .018",
        "津塘路/Jintang Rd, 六纬路/Liuwei Rd, 卫国道/Weiguo Ave, 新开路/Xinkai Rd",
    ),
    _district(
        "hebei 河北区 Hebei 120105 117.21 39.16 5 .022 .018",
        "中山路/Zhongshan Rd, 狮子林大街/Shizilin St, 金钟河大街/Jinzhonghe St, 昆纬路/Kunwei Rd",
    ),
    _district(
        "hongqiao 红桥区 Hongqiao 120106 117.147 39.168 4 .02 .018",
        "丁字沽一路/Dingzigu 1st Rd, 勤俭道/Qinjian Ave, 西青道/Xiqing Ave, 咸阳北路/Xianyang N Rd",
    ),
    _district(
        "binhai 滨海新区 Binhai 120116 117.67 39.02 6 .04 .06",
        "洞庭路/Dongting Rd, 新港路/Xingang Rd, 第三大街/3rd Ave, 黄海路/Huanghai Rd, 上海道/Shanghai Ave",
    ),
    _district("dongli 东丽区 Dongli 120110 117.38 39.12 4 .05 .03", "津滨大道/Jinbin Ave, 跃进路/Yuejin Rd, 先锋路/Xianfeng Rd"),
    _district("xiqing 西青区 Xiqing 120111 117.02 39.09 4 .05 .04", "中北大道/Zhongbei Ave, 柳口路/Liukou Rd, 西青道/Xiqing Ave"),
    _district("jinnan 津南区 Jinnan 120112 117.38 38.97 4 .05 .03", "津沽路/Jingu Rd, 雅润路/Yarun Rd, 体育场路/Tiyuchang Rd"),
    _district("beichen 北辰区 Beichen 120113 117.14 39.25 4 .05 .04", "京津路/Jingjin Rd, 北辰道/Beichen Ave, 果园北道/Guoyuan N Ave"),
    _district("wuqing 武清区 Wuqing 120114 117.03 39.39 2 .07 .06", "雍阳西道/Yongyang W Ave, 京津公路/Jingjin Hwy, 泉发路/Quanfa Rd"),
    _district("baodi 宝坻区 Baodi 120115 117.31 39.62 1 .08 .07", "南关大街/Nanguan St, 开元路/Kaiyuan Rd, 广阳路/Guangyang Rd"),
    _district("ninghe 宁河区 Ninghe 120117 117.7 39.34 1 .08 .07", "光明路/Guangming Rd, 震新路/Zhenxin Rd"),
    _district("jinghai 静海区 Jinghai 120118 116.97 38.9 2 .07 .06", "静文路/Jingwen Rd, 胜利大街/Shengli St, 东方红路/Dongfanghong Rd"),
    _district("jizhou 蓟州区 Jizhou 120119 117.41 40.0 1 .08 .05", "文昌街/Wenchang St, 中昌路/Zhongchang Rd, 渔阳路/Yuyang Rd"),
)

BY_CODE: Final = {district.code: district for district in DISTRICTS}

# zh, lon, lat of hospitals with an emergency department, to some hundred metres; the districts beyond have theirs at the centre.
HOSPITALS: Final = (
    ("天津医科大学总医院", LonLat(lon=117.187, lat=39.117)),
    ("天津市人民医院", LonLat(lon=117.158, lat=39.157)),
    ("天津医院", LonLat(lon=117.215, lat=39.082)),
    ("天津市第三中心医院", LonLat(lon=117.247, lat=39.134)),
    ("天津市第一中心医院", LonLat(lon=117.118, lat=39.083)),
    ("泰达医院", LonLat(lon=117.706, lat=39.033)),
    *((f"{district.zh}人民医院", district.centre) for district in DISTRICTS if district.weight <= 4 and district.code != "hongqiao"),
)


def dice(*seed: object) -> random.Random:
    """Seeded randomness: the same words give the same city."""
    return random.Random(repr(seed))  # noqa: S311 -- a city that can be repeated, not a secret


def draw_district(chance: random.Random) -> District:
    """A district, by its share of the calls."""
    return chance.choices(DISTRICTS, weights=[district.weight for district in DISTRICTS])[0]


def draw_place(chance: random.Random, district: District) -> LonLat:
    """A place in the district, denser towards its centre."""
    east, north = district.spread
    return LonLat(
        lon=round(district.centre.lon + chance.triangular(-1, 1) * 1.3 * east, 6),
        lat=round(district.centre.lat + chance.triangular(-1, 1) * 1.3 * north, 6),
    )


def draw_address(chance: random.Random, district: District) -> str:
    """An address as a caller gives it."""
    road, _ = chance.choice(district.roads)
    return f"{district.zh}{road}{chance.randint(1, 380)}号"


def near(chance: random.Random, place: LonLat, radius_deg: float) -> LonLat:
    """A place beside another."""
    return LonLat(
        lon=round(place.lon + chance.uniform(-1, 1) * radius_deg, 6), lat=round(place.lat + chance.uniform(-1, 1) * radius_deg, 6)
    )
