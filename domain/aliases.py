"""The words of the command bar: those that are built in, and an installation's own (`OS` is on scene here and out of service there)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from domain.assignment import STEP_EN, STEP_ZH, STEPS
from domain.refusals import Invalid

Meaning = Literal[
    "dispatch", "to", "go", "record", "note", "back", "call", "close", "keys", "out_of_service", "in_service",
    "acknowledged", "en_route", "on_scene", "transporting", "at_destination", "cleared",
]  # fmt: skip
MEANINGS: Final[tuple[Meaning, ...]] = get_args(Meaning)

MEANING_EN: Final[dict[Meaning, str]] = {
    "dispatch": "send", "to": "to", "go": "open", "record": "open the record", "note": "note", "back": "look back",
    "call": "take a call", "close": "close", "keys": "list of keys",
    "out_of_service": "out of service", "in_service": "in service", **{step: STEP_EN[step] for step in STEPS}, "cleared": "cleared",
}  # fmt: skip
MEANING_ZH: Final[dict[Meaning, str]] = {
    "dispatch": "派出", "to": "到", "go": "打开", "record": "打开档案", "note": "记录", "back": "回看",
    "call": "接警", "close": "结案", "keys": "按键表",
    "out_of_service": "停用", "in_service": "恢复", **{step: STEP_ZH[step] for step in STEPS}, "cleared": "结束",
}  # fmt: skip

BUILT_IN: Final[dict[Meaning, tuple[str, ...]]] = {
    "dispatch": ("派", "send", "派出", "调派", "dispatch", "disp", "派车"),
    "to": ("到", "to", "往", "至", "去", "@", ">"),
    "go": ("看", "go", "打开", "转到", "open", "show"),
    "record": ("档案", "record", "案卷", "history"),
    "note": ("记", "note", "记录", "备注", "n"),
    "back": ("回看", "back", "时间机", "asof"),
    "call": ("接警", "call", "新警", "newcall", "intake"),
    "close": ("结案", "close", "结"),
    "keys": ("按键", "keys", "帮助", "help", "?"),
    "out_of_service": ("停用", "outofservice", "停勤", "oos", "out"),
    "in_service": ("恢复", "inservice", "待命", "available", "复勤"),
    "acknowledged": ("确认", "acknowledged", "ack", "收到", "copy"),
    "en_route": ("出动", "enroute", "responding", "rolling", "出发", "途中", "resp"),
    "on_scene": ("到场", "onscene", "arrived", "到达", "arrive", "scene"),
    "transporting": ("转运", "transporting", "transport", "送院"),
    "at_destination": ("送达", "atdestination", "athospital", "到院", "destination"),
    "cleared": ("结束", "cleared", "clear", "归队", "撤离", "done"),
}
"""The first word of each is what a completion writes in Chinese, the second in English."""

# What cuts a line into words or names an incident cannot be inside of one.
FORBIDDEN = re.compile(r"[:@>,.;、。,:;]|^\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A word of this installation, and what it means."""

    word: str
    meaning: Meaning


class AliasIsBuiltIn(Invalid):
    """A built-in word keeps its meaning: a line that everybody learnt does not change it from one desk to the next."""

    en = "“{word}” is a built-in word of the command bar ({meaning}): choose another."
    zh = "「{word}」是命令栏的内置词({meaning_zh}),请换一个词。"
    about = "aliases"


class AliasIsDoubled(Invalid):
    """One word, one meaning."""

    en = "“{word}” is there twice: as {first} and as {second}. A word has one meaning."
    zh = "「{word}」出现两次:{first_zh}和{second_zh}。一个词只能有一个含义。"
    about = "aliases"


class AliasIsMalformed(Invalid):
    """The command bar could not read it."""

    en = "“{word}” cannot be read as a word: no digits alone, no colon, comma, full stop, @ or >, and not empty."
    zh = "「{word}」不能作为一个词:不能只有数字,不能有冒号、逗号、句号、@ 或 >,也不能为空。"
    about = "aliases"


def plain(word: str) -> str:
    """As the command bar compares words: lower case, without spaces and hyphens, full-width forms folded."""
    return re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", word).lower())


def require_sound(aliases: Iterable[Alias]) -> None:
    """Refuse a word that is built in, doubled or unreadable."""
    built_in = {word: meaning for meaning, words in BUILT_IN.items() for word in words}
    seen: dict[str, Meaning] = {}
    for index, alias in enumerate(aliases):
        word = plain(alias.word)
        field = f"aliases.{index}.word"
        if not word or FORBIDDEN.search(word):
            raise AliasIsMalformed(word=alias.word, field=field)
        if word in built_in:
            known = built_in[word]
            raise AliasIsBuiltIn(word=alias.word, meaning=MEANING_EN[known], meaning_zh=MEANING_ZH[known], field=field)
        if word in seen:
            words = {"first": MEANING_EN[seen[word]], "second": MEANING_EN[alias.meaning]}
            words |= {"first_zh": MEANING_ZH[seen[word]], "second_zh": MEANING_ZH[alias.meaning]}
            raise AliasIsDoubled(word=alias.word, field=field, **words)
        seen[word] = alias.meaning
