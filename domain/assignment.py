"""An assignment: one unit on one incident, with its own time for each step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from eventsourcing.domain import event

from domain.fact import Aggregate, By, FirstFact
from domain.refusals import Conflict, Invalid
from domain.times import AHEAD_S_MAX
from domain.values import Priority

Step = Literal["acknowledged", "en_route", "on_scene", "transporting", "at_destination"]
Outcome = Literal["cleared", "declined", "cancelled", "diverted"]
# As far as a time ahead of the server's clock may be: a unit's watch may be slow by as much as another is fast.
CLOCKS_DIFFER_S_MAX = AHEAD_S_MAX
STEPS: tuple[Step, ...] = ("acknowledged", "en_route", "on_scene", "transporting", "at_destination")

STEP_EN = {
    "dispatched": "dispatched",
    "acknowledged": "acknowledged",
    "en_route": "en route",
    "on_scene": "on scene",
    "transporting": "transporting",
    "at_destination": "at destination",
    "cleared": "cleared",
}
STEP_ZH = {
    "dispatched": "派出",
    "acknowledged": "确认",
    "en_route": "出动",
    "on_scene": "到场",
    "transporting": "转运",
    "at_destination": "送达",
    "cleared": "结束",
}
OUTCOME_ZH = {"cleared": "结束任务", "declined": "无法前往", "cancelled": "取消派遣", "diverted": "改派"}


class AssignmentHasEnded(Conflict):
    """Only times learnt late may still be entered."""

    en = "{unit}'s assignment to {incident} ended ({outcome}) at {ended_at}: cannot {act}."
    zh = "{unit} 在 {incident} 的派遣已于 {ended_at} 结束({outcome_zh}),不能{act_zh}。"
    about = "assignment"


class StepIsRecorded(Conflict):
    """A step has one time; it is corrected, not entered again."""

    en = "{unit}'s «{step}» was recorded as {moment}: correct that time instead of entering it again."
    zh = "{unit} 的「{step_zh}」已登记为 {moment}:要更改请更正时间,不要重复登记。"
    about = "step"


class StepIsNotRecorded(Conflict):
    """There is no time to correct or to take back."""

    en = "{unit} has no time for «{step}» on {incident}: nothing to {act}."
    zh = "{unit} 在 {incident} 没有「{step_zh}」的时间,无可{act_zh}。"
    about = "step"


class StepIsNotTheLast(Conflict):
    """Only the newest step can be taken back."""

    en = "{unit}'s newest step is «{last}»: take that back before «{step}»."
    zh = "{unit} 最新的步骤是「{last_zh}」:请先撤销它,再撤销「{step_zh}」。"
    about = "step"


class LateTimeIsMissing(Invalid):
    """A step of an ended assignment needs its time: it is not now."""

    en = "{unit}'s assignment to {incident} has ended: say when «{step}» occurred."
    zh = "{unit} 在 {incident} 的派遣已结束:请写明「{step_zh}」的发生时间。"
    about = "occurred_at"


class StepBeforeDispatch(Conflict):
    """What a person enters late cannot lie before the dispatch: mostly it is a time of day that was taken for yesterday's."""

    en = (
        "{unit} was dispatched to {incident} at {dispatched_at}: «{step}» cannot have been at {moment}. "
        "If it was sent earlier, correct the time of the dispatch first."
    )
    zh = "{unit} 于 {dispatched_at} 派往 {incident}:「{step_zh}」不可能在 {moment}。如实际派出更早,请先更正派出时间。"
    about = "occurred_at"


class Assignment(Aggregate):
    """Identified as `assignment:261123-0031/E0703/1`."""

    TOPIC = "assignment"

    class Event(Aggregate.Event):
        """The base of an assignment's events; each carries the assignment, its unit and its incident."""

    @dataclass(frozen=True)
    class Opened(FirstFact):
        """The unit was dispatched. It carries what response times are measured by, as it stood at the dispatch.

        `assumed` names those of its steps, `dispatched` among them, whose time nobody reported: no interval is measured from it.
        """

        TOPIC = "assignment.opened"
        assignment: str
        unit: str
        incident: str
        agency: str
        station: str
        incident_type: str
        priority: Priority
        district: str
        call: str
        received_at: datetime | None
        answered_at: datetime | None
        occurred_at: datetime
        times: dict[str, datetime]
        assumed: tuple[str, ...] = ()

    @dataclass(frozen=True)
    class StepRecorded(Event):
        """The unit reached a step."""

        TOPIC = "assignment.step_recorded"
        assignment: str
        unit: str
        incident: str
        step: Step
        destination: str
        occurred_at: datetime
        is_assumed: bool = False

    @dataclass(frozen=True)
    class StepTimeCorrected(Event):
        """The step happened at another time than was recorded; both stay."""

        TOPIC = "assignment.step_time_corrected"
        assignment: str
        unit: str
        incident: str
        step: str
        reason: str
        was: datetime
        occurred_at: datetime

    @dataclass(frozen=True)
    class StepUndone(Event):
        """The step had not been reached."""

        TOPIC = "assignment.step_undone"
        assignment: str
        unit: str
        incident: str
        step: Step
        reason: str
        was: datetime

    @dataclass(frozen=True)
    class Ended(Event):
        """The unit is off the incident."""

        TOPIC = "assignment.ended"
        assignment: str
        unit: str
        incident: str
        outcome: Outcome
        reason: str
        occurred_at: datetime
        is_assumed: bool = False

    @event(Opened)
    def __init__(
        self,
        assignment: str,
        unit: str,
        incident: str,
        agency: str,
        station: str,
        incident_type: str,
        priority: Priority,
        district: str,
        call: str,
        received_at: datetime | None,
        answered_at: datetime | None,
        occurred_at: datetime,
        times: dict[str, datetime],
        by: By,
        timestamp: datetime,
        # Facts of earlier builds have none.
        assumed: tuple[str, ...] = (),
    ) -> None:
        self.assignment = assignment
        self.unit = unit
        self.incident = incident
        self.times: dict[str, datetime] = {"dispatched": occurred_at, **times}
        self.assumed = set(assumed)
        self.outcome: Outcome | None = None

    @staticmethod
    def create_id(assignment: str) -> str:
        """`assignment:261123-0031/E0703/1`."""
        return f"assignment:{assignment}"

    @property
    def status(self) -> str:
        """The furthest step that has a time."""
        return next((step for step in reversed(STEPS) if step in self.times), "dispatched")

    def record_step(
        self, step: Step, occurred_at: datetime | None, destination: str, *, is_assumed: bool = False, by: By, at: datetime
    ) -> None:
        """Steps may be skipped, and entered late; each has one time. An ended assignment takes late times only."""
        if step in self.times:
            raise StepIsRecorded(unit=self.unit, **_words(step), moment=self.times[step].isoformat(timespec="seconds"))
        if self.outcome and occurred_at is None:
            raise LateTimeIsMissing(unit=self.unit, incident=self.incident, **_words(step))
        self._step_recorded(
            assignment=self.assignment,
            unit=self.unit,
            incident=self.incident,
            step=step,
            destination=destination,
            occurred_at=occurred_at or at,
            is_assumed=is_assumed,
            by=by,
            timestamp=at,
        )

    def require_dispatched_by(self, moment: datetime, step: str) -> None:
        """Refuses a time before the dispatch by more than clocks differ."""
        dispatched_at = self.times["dispatched"]
        if dispatched_at - moment > timedelta(seconds=CLOCKS_DIFFER_S_MAX):
            raise StepBeforeDispatch(
                unit=self.unit,
                incident=self.incident,
                dispatched_at=dispatched_at.isoformat(timespec="seconds"),
                moment=moment.isoformat(timespec="seconds"),
                **_words(step),
            )

    def correct_step_time(self, step: str, occurred_at: datetime, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a step that has no time."""
        if step not in self.times:
            raise StepIsNotRecorded(unit=self.unit, incident=self.incident, **_words(step), act="correct", act_zh="更正")
        self._step_time_corrected(
            assignment=self.assignment,
            unit=self.unit,
            incident=self.incident,
            step=step,
            reason=reason,
            was=self.times[step],
            occurred_at=occurred_at,
            by=by,
            timestamp=at,
        )

    def undo_step(self, step: Step, reason: str, *, by: By, at: datetime) -> None:
        """Refuses a step that has no time, one that is not the newest, and an ended assignment."""
        self.require_open(f"undo «{STEP_EN[step]}»", f"撤销「{STEP_ZH[step]}」")
        if step not in self.times:
            raise StepIsNotRecorded(unit=self.unit, incident=self.incident, **_words(step), act="undo", act_zh="撤销")
        if self.status != step:
            raise StepIsNotTheLast(unit=self.unit, **_words(step), last=STEP_EN[self.status], last_zh=STEP_ZH[self.status])
        self._step_undone(
            assignment=self.assignment,
            unit=self.unit,
            incident=self.incident,
            step=step,
            reason=reason,
            was=self.times[step],
            by=by,
            timestamp=at,
        )

    def end(self, outcome: Outcome, reason: str, occurred_at: datetime, *, is_assumed: bool = False, by: By, at: datetime) -> None:
        """Refuses an assignment that has ended."""
        self.require_open(f"end it as {outcome}", "再次结束")
        self._ended(
            assignment=self.assignment,
            unit=self.unit,
            incident=self.incident,
            outcome=outcome,
            reason=reason,
            occurred_at=occurred_at,
            is_assumed=is_assumed,
            by=by,
            timestamp=at,
        )

    def require_open(self, act: str, act_zh: str) -> None:
        """Refuses `act` on an assignment that has ended."""
        if self.outcome:
            moment = self.times["cleared"].isoformat(timespec="seconds")
            raise AssignmentHasEnded(
                unit=self.unit,
                incident=self.incident,
                outcome=self.outcome,
                outcome_zh=OUTCOME_ZH[self.outcome],
                ended_at=moment,
                act=act,
                act_zh=act_zh,
            )

    @event(StepRecorded)
    def _step_recorded(
        self,
        assignment: str,
        unit: str,
        incident: str,
        step: Step,
        destination: str,
        occurred_at: datetime,
        by: By,
        timestamp: datetime,
        is_assumed: bool = False,  # noqa: FBT002 -- the library passes the fields of a fact by name
    ) -> None:
        self._timed(step, occurred_at, is_assumed=is_assumed)

    @event(StepTimeCorrected)
    def _step_time_corrected(
        self,
        assignment: str,
        unit: str,
        incident: str,
        step: str,
        reason: str,
        was: datetime,
        occurred_at: datetime,
        by: By,
        timestamp: datetime,
    ) -> None:
        self._timed(step, occurred_at, is_assumed=False)

    @event(StepUndone)
    def _step_undone(
        self, assignment: str, unit: str, incident: str, step: Step, reason: str, was: datetime, by: By, timestamp: datetime
    ) -> None:
        self.times.pop(step, None)
        self.assumed.discard(step)

    @event(Ended)
    def _ended(
        self,
        assignment: str,
        unit: str,
        incident: str,
        outcome: Outcome,
        reason: str,
        occurred_at: datetime,
        by: By,
        timestamp: datetime,
        is_assumed: bool = False,  # noqa: FBT002 -- the library passes the fields of a fact by name
    ) -> None:
        self.outcome = outcome
        self._timed("cleared", occurred_at, is_assumed=is_assumed)

    def _timed(self, step: str, occurred_at: datetime, *, is_assumed: bool) -> None:
        self.times[step] = occurred_at
        (self.assumed.add if is_assumed else self.assumed.discard)(step)


def _words(step: str) -> dict[str, str]:
    return {"step": STEP_EN[step], "step_zh": STEP_ZH[step]}
