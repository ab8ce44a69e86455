"""Which units to send: the response plan's needs, and the candidates by estimated time of arrival with the reason for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.values import LonLat, distance_m

# A road is longer than the line between its ends: 1.3 to 1.5 times in cities; measured on 12 nearest units it picks the truly nearest
# 71-82 % of the time, so that an estimate always says how it was made.
DETOUR_FACTOR = 1.35
# What a unit drives in a city with signals, door to door.
SPEED_KMH = 42.0
# Nobody reads further: what a dispatcher is offered for one need, and how many nearer ones that do not serve.
CANDIDATES_PER_NEED = 4
UNSUITABLE_MAX = 3
# A position older than this may be anywhere within a kilometre.
STALE_S = 120.0

Eta = Callable[[LonLat, LonLat], float]
"""Seconds from the first place to the second. The seam for a road network."""


def eta_great_circle_s(start: LonLat, end: LonLat) -> float:
    """Great-circle distance times the detour factor, at city speed."""
    return distance_m(start, end) * DETOUR_FACTOR / (SPEED_KMH / 3.6)


ETA_METHOD = f"great_circle_x_{DETOUR_FACTOR}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A capability that the plan asks for, and how many units with it."""

    capability: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A unit as the dispatcher's picture shows it. `position_age_s` is None where only its home is known."""

    unit: str
    agency: str
    capabilities: tuple[str, ...]
    status: str
    incident: str
    place: LonLat
    position_age_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedState:
    """What the plan asks for, what is on the way or chosen, and what is still short."""

    capability: str
    count: int
    covered: int
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A unit with its estimate and the reason for or against it."""

    unit: str
    agency: str
    capabilities: tuple[str, ...]
    covers: tuple[str, ...]
    distance_km: float
    eta_s: int
    is_suitable: bool
    is_proposed: bool
    reason_en: str
    reason_zh: str
    position_age_s: float | None
    status: str
    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """Ranked candidates, and the shortfalls."""

    needs: tuple[NeedState, ...]
    candidates: tuple[Candidate, ...]


def recommend(
    place: LonLat, needs: Sequence[Wanted], committed: Sequence[tuple[str, ...]], offers: Sequence[Offer], *, eta: Eta = eta_great_circle_s
) -> Recommendation:
    """The closest suitable units for what the plan still needs.

    `committed` are the capabilities of the units that are on the incident already. A unit covers every need that it has the capability for.
    Proposed is the greedy cover by time of arrival: the closest unit that covers something still short, until nothing is short. Nearer
    units that cannot go, or lack every capability, are shown with the reason.
    """
    wanted = Counter({need.capability: need.count for need in needs})
    short = wanted - Counter(capability for capabilities in committed for capability in set(capabilities))
    timed = sorted(((eta(offer.place, place), offer) for offer in offers), key=lambda pair: (pair[0], pair[1].unit))
    proposed = _propose([offer for _, offer in timed if _why_not(offer, wanted) is None], short)
    left = short - Counter(capability for offer in proposed for capability in set(offer.capabilities))
    chosen = {offer.unit for offer in proposed}
    candidates = _candidates(place, timed, wanted, chosen)
    return Recommendation(
        needs=tuple(
            NeedState(
                capability=need.capability,
                count=need.count,
                covered=need.count - left[need.capability],
                short=left[need.capability],
            )
            for need in needs
        ),
        candidates=tuple(candidates),
    )


def _propose(free: Sequence[Offer], short: Counter[str]) -> list[Offer]:
    left = +short
    proposed = []
    for offer in free:
        helps = left & Counter(set(offer.capabilities))
        if helps:
            proposed.append(offer)
            left -= helps
        if not left:
            break
    return proposed


def _candidates(place: LonLat, timed: Sequence[tuple[float, Offer]], wanted: Counter[str], chosen: set[str]) -> list[Candidate]:
    shown: list[Candidate] = []
    suitable: Counter[str] = Counter()
    unsuitable = 0
    best: float | None = None
    for eta_s, offer in timed:
        why_not = _why_not(offer, wanted)
        covers = tuple(capability for capability in wanted if capability in offer.capabilities)
        if why_not is None:
            # Where there is no plan, the nearest are offered as if for one need without a name.
            served = covers or ("",)
            if offer.unit not in chosen and all(suitable[capability] >= CANDIDATES_PER_NEED for capability in served):
                continue
            suitable.update(served)
            reason = _why(offer, eta_s, best, is_proposed=offer.unit in chosen)
            best = eta_s if best is None else best
        elif unsuitable < UNSUITABLE_MAX and best is None and (covers or not wanted):
            unsuitable += 1
            reason = why_not
        else:
            continue
        shown.append(
            Candidate(
                unit=offer.unit,
                agency=offer.agency,
                capabilities=offer.capabilities,
                covers=covers,
                distance_km=round(distance_m(offer.place, place) / 1000, 2),
                eta_s=round(eta_s),
                is_suitable=why_not is None,
                is_proposed=offer.unit in chosen,
                reason_en=reason[0],
                reason_zh=reason[1],
                position_age_s=offer.position_age_s,
                status=offer.status,
                incident=offer.incident,
            )
        )
    return shown


STATUS_EN = {
    "available": "available",
    "dispatched": "dispatched",
    "acknowledged": "acknowledged",
    "en_route": "en route",
    "on_scene": "on scene",
    "transporting": "transporting",
    "out_of_service": "out of service",
}
STATUS_ZH = {
    "available": "待命",
    "dispatched": "派出",
    "acknowledged": "确认",
    "en_route": "出动",
    "on_scene": "到场",
    "transporting": "转运",
    "out_of_service": "停用",
}


def _why_not(offer: Offer, wanted: Counter[str]) -> tuple[str, str] | None:
    status_zh = STATUS_ZH.get(offer.status, offer.status)
    if offer.status == "out_of_service":
        return "nearer, out of service", "更近·停用"
    if offer.status != "available":
        return f"nearer, {STATUS_EN.get(offer.status, offer.status)} at {offer.incident}", f"更近·{status_zh},在 {offer.incident}"
    if wanted and not any(capability in offer.capabilities for capability in wanted):
        return "nearer, lacks what is needed", "更近·不具备所需能力"
    return None


def _why(offer: Offer, eta_s: float, best: float | None, *, is_proposed: bool) -> tuple[str, str]:
    stale = offer.position_age_s is None or offer.position_age_s > STALE_S
    note_en, note_zh = ("", "")
    if offer.position_age_s is None:
        note_en, note_zh = ", position unknown: from its station", "·无定位,按驻地估算"
    elif stale:
        note_en, note_zh = f", position {offer.position_age_s / 60:.0f} min old", f"·定位 {offer.position_age_s / 60:.0f} 分钟前"
    if best is None:
        return f"nearest that serves{note_en}", f"最近且具备{note_zh}"
    behind = round(eta_s - best)
    minutes, seconds = divmod(behind, 60)
    kind_en, kind_zh = ("covers what is short", "补足所需") if is_proposed else ("next", "次近")
    return f"{kind_en}, +{minutes}:{seconds:02d}{note_en}", f"{kind_zh},+{minutes}:{seconds:02d}{note_zh}"
