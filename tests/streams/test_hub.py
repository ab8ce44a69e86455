"""The hub: every console's picture is the live view through its filter, and every position chains to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.permissions import Scope
from streams import hub as hub_module
from streams import live_view
from streams.hub import Hub
from streams.live_view import Facets, Filter, LiveView, WatchedView
from streams.projector import Published
from streams.views import Change
from tests.streams.consoles import ModelConsole

BOARD = "incident_board"
ALL = Filter()
MINE = f"epoch1.{ALL.digest()}"


def facets_of(document: bytes) -> Facets:
    found = msgspec.json.decode(document)
    return Facets(district=found["district"], agencies=frozenset(found["agencies"]))


def a_document(district: str = "heping", *agencies: str, note: int = 0) -> bytes:
    return msgspec.json.encode({"district": district, "agencies": agencies, "note": note})


def a_hub(position: int = 0) -> Hub:
    return Hub([LiveView(BOARD, "epoch1", position, facets_of)])


def published(position: int, **documents: bytes | None) -> Published:
    return Published({BOARD: position}, [Change(BOARD, key, position, document) for key, document in documents.items()], 0.0)


def joined(hub: Hub, wanted: Filter = ALL, console: ModelConsole | None = None) -> ModelConsole:
    """A console that subscribes with what it holds."""
    console = console or ModelConsole(BOARD)
    console.send(hub.subscribe(console, BOARD, wanted, console.position, console.epoch or None))
    return console


def test_a_console_gets_a_snapshot_then_deltas() -> None:
    hub = a_hub()
    hub.publish(published(3, a=a_document()))
    console = joined(hub)
    assert (console.snapshots, set(console.picture), console.position) == (1, {"a"}, 3)
    hub.publish(published(5, b=a_document()))
    hub.publish(published(7, a=None))
    assert console.deltas == 0
    hub.tick()
    assert (console.deltas, set(console.picture), console.position, console.gone) == (1, {"b"}, 7, ["a"])


def test_a_tick_without_news_sends_nothing() -> None:
    hub = a_hub()
    console = joined(hub)
    hub.tick()
    hub.tick()
    assert (console.deltas, hub.figures.frames) == (0, 0)


def test_a_position_that_moved_without_a_document_is_told() -> None:
    hub = a_hub()
    console = joined(hub)
    hub.publish(published(9))
    hub.tick()
    assert console.position == 9


def test_a_slow_console_gets_the_newest_of_each_document_and_every_departure_in_one_frame() -> None:
    hub = a_hub()
    hub.publish(published(1, a=a_document(), b=a_document(), c=a_document()))
    slow, fast = joined(hub), joined(hub)
    slow.is_slow = True
    hub.publish(published(2, a=a_document(note=1)))
    hub.tick()
    for position in range(3, 20):
        hub.publish(published(position, a=a_document(note=position), **({"b": None} if position == 9 else {})))
        hub.tick()
    assert (len(slow.on_the_way), hub.figures.passed_over) == (1, 17)
    slow.drain()
    hub.ready(slow)
    assert len(slow.on_the_way) == 1
    slow.drain()
    assert (slow.picture, slow.position, slow.gone) == (fast.picture, 19, ["b"])
    assert slow.picture["a"]["note"] == 19
    hub.ready(slow)
    assert slow.on_the_way == []


def test_a_console_that_holds_more_than_this_gateway_is_not_taken_back() -> None:
    """It comes from another one, which this one follows."""
    first, second = a_hub(), a_hub()
    for hub in (first, second):
        hub.publish(published(3, a=a_document(), b=a_document()))
    first.publish(published(7, a=None, c=a_document()))
    console = joined(first)
    first.leave(console)
    joined(second, console=console)
    assert (console.snapshots, console.position, set(console.picture)) == (1, 7, {"b", "c"})
    second.publish(published(5, a=a_document(note=5)))
    second.tick()
    assert (console.position, set(console.picture)) == (7, {"b", "c"}), "nothing of what it has left behind"
    second.publish(published(7, a=None, c=a_document()))
    second.publish(published(9, b=a_document(note=9)))
    second.tick()
    assert (console.snapshots, console.position, set(console.picture)) == (1, 9, {"b", "c"})
    assert console.picture["b"]["note"] == 9


def test_a_console_that_this_gateway_never_comes_up_with_is_told_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the gateway follows was set back: an older copy of the store, say."""
    hub = a_hub()
    hub.publish(published(3, a=a_document()))
    console = joined(hub, console=ModelConsole(BOARD, position=99, epoch=MINE))
    hub.tick()
    assert (console.snapshots, console.position) == (0, 99)
    monkeypatch.setattr(hub_module, "AHEAD_S_MAX", 0.0)
    hub.tick()
    assert (console.snapshots, console.position, set(console.picture)) == (1, 3, {"a"})
    hub.publish(published(4, b=a_document()))
    hub.tick()
    assert (console.position, set(console.picture)) == (4, {"a", "b"})


def test_a_view_that_is_read_anew_at_an_earlier_position_takes_nobody_back() -> None:
    """Its store has lost its last commits, which are folded again."""
    hub = a_hub()
    hub.publish(published(7, a=a_document(note=7)))
    console = joined(hub)
    anew = LiveView(BOARD, "epoch1", 5, facets_of)
    anew.load([("a", 4, a_document(note=4))])
    hub.begin_anew(anew)
    hub.tick()
    assert (console.snapshots, console.position, console.picture["a"]["note"]) == (1, 7, 7)
    hub.publish(published(7, a=a_document(note=7)))
    hub.publish(published(8, b=a_document()))
    hub.tick()
    assert (console.snapshots, console.position, set(console.picture)) == (1, 8, {"a", "b"})


def test_a_resumed_console_gets_one_delta_from_where_it_stood() -> None:
    hub = a_hub()
    hub.publish(published(1, a=a_document(), b=a_document()))
    console = joined(hub)
    hub.leave(console)
    hub.publish(published(4, a=None, c=a_document()))
    joined(hub, console=console)
    assert (console.snapshots, console.deltas, console.position, set(console.picture)) == (1, 1, 4, {"b", "c"})
    assert hub.figures.resumed == 1


def test_who_watches_a_view_that_begins_anew_gets_a_snapshot_and_then_deltas_of_the_new_epoch() -> None:
    hub = a_hub()
    hub.publish(published(4, a=a_document(), b=a_document()))
    fast, slow = joined(hub), joined(hub)
    slow.is_slow = True
    hub.publish(published(5, a=a_document(note=1)))
    hub.tick()
    anew = LiveView(BOARD, "epoch2", 3, facets_of)
    anew.load([("c", 2, a_document())])
    hub.begin_anew(anew)
    hub.tick()
    assert (fast.snapshots, set(fast.picture), fast.position) == (2, {"c"}, 3)
    hub.publish(published(6, d=a_document()))
    hub.tick()
    slow.drain()
    hub.ready(slow)
    slow.drain()
    assert (slow.picture, slow.position, slow.epoch) == (fast.picture, 6, fast.epoch)
    assert fast.epoch.startswith("epoch2")
    assert set(fast.picture) == {"c", "d"}


@pytest.mark.parametrize(
    ("since", "epoch"),
    [(1, "another"), (1, "epoch1"), (99, "another"), (None, MINE), (1, None), (-1, MINE)],
)
def test_who_cannot_be_resumed_gets_a_snapshot(since: int | None, epoch: str | None) -> None:
    hub = a_hub()
    hub.publish(published(4, a=a_document()))
    console = ModelConsole(BOARD, position=since, epoch=epoch or "")
    console.send(hub.subscribe(console, BOARD, ALL, since, epoch))
    assert (console.snapshots, console.deltas, set(console.picture), console.position) == (1, 0, {"a"}, 4)


def test_nobody_resumes_from_before_the_view_was_loaded() -> None:
    view = LiveView(BOARD, "epoch1", 10, facets_of)
    view.load([("a", 4, a_document())])
    hub = Hub([view])
    assert not view.can_resume(MINE, 9, ALL)
    console = ModelConsole(BOARD, position=10, epoch=MINE)
    console.send(hub.subscribe(console, BOARD, ALL, 10, MINE))
    assert (console.deltas, console.snapshots) == (1, 0)


def test_more_departures_than_are_remembered_force_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_view, "MOVES_MAX", 3)
    hub = a_hub()
    hub.publish(published(1, **{f"k{index}": a_document() for index in range(9)}))
    early, late = joined(hub), joined(hub)
    hub.leave(early)
    slow = joined(hub)
    slow.is_slow = True
    for position in range(2, 8):
        hub.publish(published(position, **{f"k{position}": None}))
        hub.tick()
        if position == 4:
            hub.leave(late)
    joined(hub, console=early)
    joined(hub, console=late)
    assert (early.snapshots, late.snapshots) == (2, 1)
    slow.drain()
    hub.ready(slow)
    slow.drain()
    assert early.picture == late.picture == slow.picture
    assert slow.snapshots == 2


def test_a_document_that_stops_matching_the_filter_is_gone() -> None:
    hub = a_hub()
    hub.publish(published(1, a=a_document("heping", "fire"), b=a_document("hexi", "fire"), c=a_document("heping", "ems")))
    consoles = {
        "district": joined(hub, Filter(districts=frozenset({"heping"}))),
        "agency": joined(hub, Filter(agencies=frozenset({"ems", "police"}))),
        "key": joined(hub, Filter(keys=frozenset({"b"}))),
        "both": joined(hub, Filter(districts=frozenset({"heping"}), agencies=frozenset({"fire"}))),
    }
    assert {name: set(console.picture) for name, console in consoles.items()} == {
        "district": {"a", "c"},
        "agency": {"c"},
        "key": {"b"},
        "both": {"a"},
    }
    hub.publish(published(2, a=a_document("hexi", "ems"), c=a_document("heping", "fire", "ems"), b=None))
    hub.tick()
    assert {name: set(console.picture) for name, console in consoles.items()} == {
        "district": {"c"},
        "agency": {"a", "c"},
        "key": set(),
        "both": {"c"},
    }


HEXI = Filter(districts=frozenset({"hexi"}))
EMS_ONLY = Filter(reach=Scope(agencies=frozenset({"ems"})))


@pytest.mark.parametrize("wanted", [HEXI, EMS_ONLY], ids=["filter", "scope"])
def test_what_a_console_never_had_is_not_named_when_it_changes_or_leaves(wanted: Filter) -> None:
    hub = a_hub()
    hub.publish(published(1, a=a_document("heping", "fire")))
    console, slow, cut = joined(hub, wanted), joined(hub, wanted), joined(hub, wanted)
    slow.is_slow = True
    hub.leave(cut)
    hub.publish(published(2, a=a_document("heping", "fire", note=2), b=a_document("heping", "fire")))
    hub.tick()
    hub.publish(published(3, a=None, b=a_document("nankai", "police")))
    hub.tick()
    slow.drain()
    hub.ready(slow)
    slow.drain()
    joined(hub, wanted, cut)
    for each in (console, slow, cut):
        assert (each.gone, each.picture, each.position, each.snapshots) == ([], {}, 3, 1)


def test_what_came_and_left_while_a_console_was_cut_off_is_not_named() -> None:
    hub = a_hub()
    console = joined(hub, HEXI)
    hub.leave(console)
    hub.publish(published(1, a=a_document("hexi"), b=a_document("hexi")))
    hub.publish(published(2, a=None, b=a_document("heping")))
    joined(hub, HEXI, console)
    assert (console.gone, console.position, console.snapshots) == ([], 2, 1)


def test_what_matched_before_a_cut_and_no_longer_does_is_gone_on_resume() -> None:
    hub = a_hub()
    hub.publish(published(1, a=a_document("hexi"), b=a_document("hexi"), c=a_document("hexi"), d=a_document("heping")))
    console = joined(hub, HEXI)
    hub.leave(console)
    hub.publish(published(2, a=a_document("heping"), b=None, c=a_document("heping")))
    hub.publish(published(3, a=a_document("heping", note=3), c=a_document("hexi", note=3), d=a_document("hexi")))
    joined(hub, HEXI, console)
    assert (console.snapshots, console.deltas, sorted(console.gone), set(console.picture)) == (1, 1, ["a", "b"], {"c", "d"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Filter(reach=Scope(agencies=frozenset({"ems"}))), Filter(reach=Scope(agencies=frozenset({"ems", "fire"})))),
        (Filter(reach=Scope(districts=frozenset({"hexi"}))), Filter()),
        (HEXI, Filter(districts=frozenset({"hexi", "heping"}))),
        (Filter(agencies=frozenset({"hexi"})), HEXI),
    ],
    ids=["a scope that widened", "a scope that fell", "another filter", "another kind of filter"],
)
def test_a_console_whose_reach_or_filter_is_another_gets_a_snapshot(before: Filter, after: Filter) -> None:
    hub = a_hub()
    hub.publish(published(1, a=a_document("heping", "fire"), b=a_document("hexi", "ems")))
    console = joined(hub, before)
    hub.leave(console)
    joined(hub, after, console)
    expected = {key for key, shown in hub.views[BOARD].documents.items() if after.matches(key, shown.facets)}
    assert (console.snapshots, console.deltas, set(console.picture)) == (2, 0, expected)


def test_who_asks_for_keys_hears_of_no_others() -> None:
    hub = a_hub()
    console = joined(hub, Filter(keys=frozenset({"a"})))
    hub.publish(published(1, a=a_document(), b=a_document()))
    hub.tick()
    hub.publish(published(2, b=None))
    hub.tick()
    assert (set(console.picture), console.gone, console.position) == ({"a"}, [], 2)
    hub.leave(console)
    hub.publish(published(3, b=a_document()))
    hub.publish(published(4, b=None))
    joined(hub, Filter(keys=frozenset({"a"})), console)
    assert (console.gone, console.position) == ([], 4)


def test_a_new_filter_replaces_the_old_one() -> None:
    hub = a_hub()
    hub.publish(published(1, a=a_document("heping"), b=a_document("hexi")))
    console = joined(hub, Filter(districts=frozenset({"heping"})))
    console.send(hub.subscribe(console, BOARD, Filter(districts=frozenset({"hexi"})), None, None))
    hub.publish(published(2, a=a_document("heping", note=2), b=a_document("hexi", note=2)))
    hub.tick()
    assert set(console.picture) == {"b"}
    assert console.deltas == 1


def test_consoles_of_one_filter_share_the_frame() -> None:
    hub = a_hub()
    consoles = [joined(hub) for _ in range(3)]
    for console in consoles:
        console.is_slow = True
    hub.publish(published(1, a=a_document()))
    hub.tick()
    assert len({id(console.on_the_way[0]) for console in consoles}) == 1


def test_a_large_snapshot_comes_in_frames_and_the_last_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "SNAPSHOT_ROWS", 3)
    hub = a_hub()
    hub.publish(published(1, **{f"k{index}": a_document(note=index) for index in range(8)}))
    frames = hub.subscribe(ModelConsole(BOARD), BOARD, ALL, None, None)
    assert [msgspec.json.decode(frame)["is_last"] for frame in frames] == [False, False, True]
    console = joined(hub)
    assert (len(console.picture), console.snapshots) == (8, 1)


def test_an_unknown_view_is_the_callers_error() -> None:
    with pytest.raises(KeyError):
        a_hub().subscribe(ModelConsole("nothing"), "nothing", ALL, None, None)


def test_a_console_that_left_hears_no_more() -> None:
    hub = a_hub()
    console = joined(hub)
    hub.leave(console)
    hub.leave(console)
    hub.unsubscribe(console, BOARD)
    hub.publish(published(1, a=a_document()))
    hub.tick()
    hub.ready(console)
    assert (console.deltas, console.on_the_way) == (0, [])


def test_documents_that_are_not_folded_from_the_log_are_shown_too() -> None:
    hub = Hub([LiveView("source_health", "e", 0, lambda _document: Facets())])
    console = ModelConsole("source_health")
    console.send(hub.subscribe(console, "source_health", ALL, None, None))
    hub.show("source_health", [("avl:a", b'{"state":"live"}')], 1)
    hub.tick()
    hub.show("source_health", [("avl:a", b'{"state":"late"}')], 2)
    hub.tick()
    assert (console.picture, console.position) == ({"avl:a": {"state": "late"}}, 2)


def test_the_hub_ticks_by_itself_while_there_is_news() -> None:
    async def run() -> ModelConsole:
        hub = a_hub()
        console = joined(hub)
        running = asyncio.create_task(hub.run())
        for position in range(1, 4):
            hub.publish(published(position, a=a_document(note=position)))
            async with asyncio.timeout(30):
                while console.position != position:  # noqa: ASYNC110 -- the hub tells consoles, not tests
                    await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return console

    console = asyncio.run(run())
    assert console.picture["a"]["note"] == 3


# --- a view too large for memory


def a_watched_hub(rows: dict[str, tuple[str, int, bytes]], position: int) -> Hub:
    return Hub([WatchedView("incident_timeline", "e", position, rows.get)])


def test_of_a_view_on_disk_only_what_is_watched_is_held() -> None:
    rows = {"a": ("a", 1, b'{"note":1}'), "b": ("b", 2, b'{"note":1}')}
    hub = a_watched_hub(rows, 2)
    view = hub.views["incident_timeline"]
    first, second = ModelConsole("incident_timeline"), ModelConsole("incident_timeline")
    for console in (first, second):
        console.send(hub.subscribe(console, "incident_timeline", Filter(keys=frozenset({"a"})), None, None))
    assert (set(view.documents), first.picture) == ({"a"}, {"a": {"note": 1}})
    hub.publish(Published({"incident_timeline": 4}, [Change("incident_timeline", key, 4, b'{"note":4}') for key in "ab"], 0.0))
    hub.tick()
    assert (set(view.documents), first.picture, first.gone, first.position) == ({"a"}, {"a": {"note": 4}}, [], 4)
    hub.leave(first)
    assert set(view.documents) == {"a"}
    hub.leave(second)
    assert set(view.documents) == set()


def test_a_watched_document_that_does_not_exist_yet_is_told_when_it_does() -> None:
    hub = a_watched_hub({}, 0)
    console = ModelConsole("incident_timeline")
    console.send(hub.subscribe(console, "incident_timeline", Filter(keys=frozenset({"a"})), None, None))
    hub.publish(Published({"incident_timeline": 1}, [Change("incident_timeline", "a", 1, b"{}")], 0.0))
    hub.tick()
    assert console.picture == {"a": {}}


def test_a_slow_console_of_a_view_on_disk_is_brought_to_now() -> None:
    hub = a_watched_hub({}, 0)
    console = ModelConsole("incident_timeline", is_slow=True)
    console.send(hub.subscribe(console, "incident_timeline", Filter(keys=frozenset({"a"})), None, None))
    for position in (1, 2, 3):
        hub.publish(Published({"incident_timeline": position}, [Change("incident_timeline", "a", position, b"%d" % position)], 0.0))
        hub.tick()
    console.drain()
    hub.ready(console)
    console.drain()
    assert (console.picture, console.position) == ({"a": 3}, 3)


# --- whatever happens


KEYS = ("a", "b", "c", "d")
documents = st.builds(a_document, st.sampled_from(["heping", "hexi"]), st.sampled_from(["fire", "ems"]), note=st.integers(0, 9))
filters = st.builds(
    Filter,
    districts=st.sampled_from([frozenset[str](), frozenset({"heping"})]),
    agencies=st.sampled_from([frozenset[str](), frozenset({"fire"}), frozenset({"ems", "police"})]),
    keys=st.sampled_from([frozenset[str](), frozenset({"a", "b"})]),
    reach=st.sampled_from([Scope(), Scope(agencies=frozenset({"ems"})), Scope(districts=frozenset({"hexi"}))]),
)
indexes = st.integers(0, 2)


class HubMachine(RuleBasedStateMachine):
    """Three consoles that come, go, filter, lag and resume, while documents change and leave."""

    @initialize(moves=st.integers(1, 6))
    def three_consoles_look_at_four_documents(self, moves: int) -> None:
        self.before = live_view.MOVES_MAX
        live_view.MOVES_MAX = moves
        self.hub = a_hub()
        self.live = self.hub.views[BOARD]
        self.truth: dict[str, bytes] = {}
        self.position = 0
        self.consoles = [ModelConsole(BOARD) for _ in range(3)]
        self.wanted: dict[int, Filter] = {}
        self.last: dict[int, Filter] = {}
        self.asked_at: dict[int, int] = {}
        self.publish({key: a_document() for key in KEYS}, 1)
        for index in range(len(self.consoles)):
            self.subscribe_anew(index, ALL)

    @rule(gone=st.sets(st.sampled_from(KEYS)), facts=st.integers(1, 5))
    def documents_leave(self, gone: set[str], facts: int) -> None:
        self.publish(dict.fromkeys(sorted(gone)), facts)

    @rule(changes=st.dictionaries(st.sampled_from(KEYS), st.none() | documents, max_size=3), facts=st.integers(1, 5))
    def publish(self, changes: dict[str, bytes | None], facts: int) -> None:
        self.position += facts
        for key, document in changes.items():
            self.truth.pop(key, None)
            if document is not None:
                self.truth[key] = document
        self.hub.publish(published(self.position, **changes))

    @rule()
    def tick(self) -> None:
        self.hub.tick()

    @rule(index=indexes, wanted=filters)
    def subscribe_anew(self, index: int, wanted: Filter) -> None:
        console = self.consoles[index]
        self.asked_at[index] = console.snapshots
        console.send(self.hub.subscribe(console, BOARD, wanted, None, None))
        self.wanted[index] = self.last[index] = wanted

    @rule(index=indexes)
    def resume(self, index: int) -> None:
        console = self.consoles[index]
        # A console whose snapshot for a new filter never arrived has no picture of that filter to resume (rule 4 of the protocol).
        if index not in self.wanted and console.snapshots > self.asked_at.get(index, console.snapshots):
            promised = self.live.can_resume(console.epoch, console.position, self.last[index])
            before = (console.deltas, console.snapshots)
            frames = self.hub.subscribe(console, BOARD, self.last[index], console.position, console.epoch)
            console.send(frames)
            console.drain()
            self.wanted[index] = self.last[index]
            assert (console.deltas, console.snapshots) == (before[0] + promised, before[1] + (not promised))
            self.check_the_picture(index)

    @rule(index=indexes)
    def cut(self, index: int) -> None:
        self.hub.leave(self.consoles[index])
        self.consoles[index].cut()
        self.wanted.pop(index, None)

    @rule(index=indexes)
    def becomes_slow(self, index: int) -> None:
        self.consoles[index].is_slow = True

    @rule(index=indexes)
    def frames_arrive(self, index: int) -> None:
        console = self.consoles[index]
        console.drain()
        self.hub.ready(console)

    @rule(index=indexes)
    def becomes_fast(self, index: int) -> None:
        self.consoles[index].is_slow = False
        self.frames_arrive(index)

    @invariant()
    def the_live_view_is_the_truth(self) -> None:
        assert {key: shown.document for key, shown in self.live.documents.items()} == self.truth
        assert self.live.position == self.position

    def teardown(self) -> None:
        if not hasattr(self, "hub"):
            return
        for index in range(len(self.consoles)):
            self.becomes_fast(index)
        self.hub.tick()
        live_view.MOVES_MAX = self.before
        for index in self.wanted:
            self.check_the_picture(index)

    def check_the_picture(self, index: int) -> None:
        console, wanted = self.consoles[index], self.wanted[index]
        expected = {key: msgspec.json.decode(document) for key, document in self.truth.items() if wanted.matches(key, facets_of(document))}
        assert console.picture == expected
        assert console.position == self.position


TestHub = HubMachine.TestCase
TestHub.settings = settings(max_examples=150, stateful_step_count=40)


@pytest.mark.parametrize("make", [a_hub, lambda: Hub([])])
def test_a_hub_without_consoles_does_nothing(make: Callable[[], Any]) -> None:
    hub = make()
    hub.publish(published(1, a=a_document()))
    hub.tick()
    assert hub.figures.frames == 0
