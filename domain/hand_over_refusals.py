"""Why an act in a change of shift is refused."""

from __future__ import annotations

from domain.refusals import Conflict, NotAllowed


class HandOverIsOver(Conflict):
    """It was accepted or withdrawn."""

    en = "Hand-over {hand_over} was {how} by {by} at {at}: cannot {act}."
    zh = "交接班 {hand_over} 已由 {by} 于 {at} {how_zh},不能{act_zh}。"
    about = "hand_over"


class HandOverToOneself(Conflict):
    """The next operator accepts, never the one who leaves."""

    en = "Hand-over {hand_over} was begun by {by}: somebody else has to accept it."
    zh = "交接班 {hand_over} 由 {by} 发起:须由接班人接收。"
    about = "hand_over"


class HandOverIsForAnother(NotAllowed):
    """It names who is to accept it."""

    en = "Hand-over {hand_over} is for {to}: {by} cannot {act}."
    zh = "交接班 {hand_over} 是交给 {to} 的,{by} 不能{act_zh}。"
    about = "hand_over"


class HandOverIsNotYours(NotAllowed):
    """Only who began it, or a commander, takes it back."""

    en = "Hand-over {hand_over} was begun by {by}: only they or a commander can withdraw it."
    zh = "交接班 {hand_over} 由 {by} 发起:只有本人或指挥长可以撤回。"
    about = "hand_over"


class ItemIsNotListed(Conflict):
    """The list of the hand-over does not have it."""

    en = "Hand-over {hand_over} does not list {item}."
    zh = "交接班 {hand_over} 的清单中没有 {item}。"
    about = "items"


class ItemIsAccepted(Conflict):
    """It cannot be accepted twice."""

    en = "{item} of hand-over {hand_over} is accepted already."
    zh = "交接班 {hand_over} 的 {item} 已接收。"
    about = "items"


class ColleagueCannotTake(Conflict):
    """Nobody would look after it."""

    en = "{account} {why}: choose another colleague."
    zh = "{account} {why_zh}:请选择其他同事。"
    about = "to"
