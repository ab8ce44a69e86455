/**
 * The time machine: it stands between the link and the store. The link keeps up the live picture beside; the store shows documents as of a
 * moment, and the clock tells that moment. Every screen works as of then without knowing it.
 */

import type { ViewName } from '../documents';
import { saidOf } from '../incident/RefusalLine';
import { present, showTime } from '../live/clock';
import { onWanted } from '../live/link';
import { bringBack, documents, flush, putThen, setAside, showThen } from '../live/store';
import { Buffer, type HeldStep, type Window } from './buffer';
import { changeMoment, type Moment, moment, SPEEDS, type Speed, setMoment, type TimeClock, type Told } from './moment';
import { Playing } from './playing';
import { askMore, askThen, askTracks, askWindow, type Tracks, wantedFolded, wantedIncidents } from './questions';

// Ten times a second, as the store tells its changes.
const BEAT_MS = 100;
// More steps are asked for when fewer are left than somebody takes who holds the key down while the answer comes.
const AHEAD_MIN = 40;
// Steps come one after the other when a key is held down; records and positions follow when it rests.
const REST_MS = 150;
// At the end of what is known, play stops this near to now.
const AT_NOW_MS = 500;

const AT_THE_END: Told = { zh: '已追上现在。按 Esc 回到现在。', en: 'This is now. Esc returns to the live picture.' };
const NOTHING_BEFORE: Told = { zh: '此前没有记录。', en: 'Nothing is recorded before.' };
const NOTHING_AFTER: Told = { zh: '此后没有变化。', en: 'Nothing has changed since.' };

const NO_EVENT = { event: null, problem: null };

class Machine {
  readonly #playing: Playing;
  readonly #buffer = new Buffer(
    (view, key, document) => putThen(view as ViewName, key, document),
    (view, key) => documents(view as ViewName).get(key),
  );
  #asking = new AbortController();
  #isAskingMore = false;
  /** The views of the picture that is shown, or on its way. */
  #asked: ReadonlySet<ViewName> = new Set();
  #tracks: Tracks | null = null;
  #isAskingTracks = false;
  #then: AbortController | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;
  readonly #stops: (() => void)[];

  constructor(at_ms: number) {
    this.#playing = new Playing(at_ms, 1);
    const beat = setInterval(() => this.#beat(), BEAT_MS);
    setAside();
    showTime(() => this.#at());
    this.#stops = [() => clearInterval(beat), onWanted(() => this.#wanted())];
  }

  #at(): number {
    return this.#playing.at(performance.now());
  }

  leave(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#rest);
    this.#asking.abort();
    this.#then?.abort();
    showTime(null);
    bringBack();
  }

  /** Shows the picture as of a moment. The newest wish counts. */
  async goTo(at_ms: number): Promise<void> {
    await this.#look(Math.min(at_ms, present()), false);
  }

  async #look(at_ms: number, back: boolean): Promise<boolean> {
    const now = moment();
    if (!now) return false;
    this.#asking.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#isAskingMore = false;
    this.#tracks = null;
    this.#asked = new Set(wantedFolded());
    this.#put(at_ms);
    changeMoment({ isBusy: true, at_ms, ...NO_EVENT });
    try {
      const window = await askWindow(at_ms, now.clock, asking.signal, back);
      if (asking.signal.aborted) return false;
      this.#show(window);
      if (back) this.#buffer.playTo(at_ms);
      this.#put(at_ms);
      flush();
      changeMoment({ isBusy: false });
      if (!back && this.#buffer.ahead < AHEAD_MIN && !this.#buffer.isLast) void this.#more();
      if (back) this.#restThenFollow();
      return true;
    } catch (problem) {
      if (!asking.signal.aborted) changeMoment({ isBusy: false, isPlaying: false, problem: saidOf(problem) });
      return false;
    }
  }

  #show(window: Window): void {
    this.#buffer.begin(window);
    for (const [view, rows] of Object.entries(window.views)) showThen(view as ViewName, rows);
    for (const view of wantedFolded()) if (!(view in window.views)) showThen(view, []);
  }

  #put(at_ms: number): void {
    this.#playing.put(at_ms, performance.now());
  }

  setClock(clock: TimeClock): void {
    changeMoment({ clock });
    void this.goTo(this.#at());
  }

  setSpeed(speed: Speed): void {
    this.#playing.setSpeed(speed, performance.now());
    this.#tracks = null;
    changeMoment({ speed });
  }

  play(isPlaying: boolean): void {
    if (isPlaying) this.#playing.run(performance.now());
    else this.#playing.stand(performance.now());
    changeMoment({ isPlaying, at_ms: this.#at(), problem: null });
    if (!isPlaying) this.#restThenFollow();
  }

  /** On to the next event. */
  async forward(): Promise<void> {
    this.#halt();
    if (!this.#buffer.next && !(await this.#more())) return changeMoment({ problem: NOTHING_AFTER });
    const step = this.#buffer.forward();
    if (step) this.#stand(step.at_ms, step);
    if (this.#buffer.ahead < AHEAD_MIN && !this.#buffer.isLast) void this.#more();
  }

  /** Back to the event before this moment: the last one taken, or the one before it where it stands at that. */
  async back(): Promise<void> {
    this.#halt();
    const at_ms = this.#at();
    const stands = this.#buffer.last;
    if (stands && at_ms <= stands.at_ms) this.#buffer.back();
    if (!this.#buffer.last) {
      const before_ms = stands && at_ms <= stands.at_ms ? stands.at_ms - 1 : at_ms;
      if (!(await this.#look(before_ms, true))) return;
      if (!this.#buffer.last) return changeMoment({ problem: NOTHING_BEFORE });
    }
    const last = this.#buffer.last;
    if (last) this.#stand(last.at_ms, last);
  }

  #halt(): void {
    if (this.#playing.isRunning) this.play(false);
  }

  #stand(at_ms: number, step: HeldStep): void {
    this.#put(at_ms);
    flush();
    changeMoment({ at_ms, event: eventOf(step), problem: null });
    this.#restThenFollow();
  }

  /** More steps behind those that are held. False where there are none. */
  async #more(): Promise<boolean> {
    const now = moment();
    if (!now || this.#isAskingMore || this.#buffer.until === '') return this.#buffer.next !== null;
    this.#isAskingMore = true;
    const asking = this.#asking;
    try {
      do this.#buffer.add(await askMore(this.#buffer.until, now.clock, asking.signal));
      while (!asking.signal.aborted && this.#buffer.ahead === 0 && !this.#buffer.isLast);
    } catch (problem) {
      if (!asking.signal.aborted) changeMoment({ problem: saidOf(problem), isPlaying: false });
      return false;
    } finally {
      if (asking === this.#asking) this.#isAskingMore = false;
    }
    return this.#buffer.ahead > 0;
  }

  #beat(): void {
    const now = moment();
    if (!now || !this.#playing.isRunning || now.isBusy) return;
    let at_ms = this.#at();
    let isAtTheEnd = false;
    // Beyond what is held nothing is known: the clock waits there.
    if (at_ms > this.#buffer.untilMs) {
      at_ms = this.#buffer.untilMs;
      this.#put(at_ms);
      isAtTheEnd = this.#buffer.isLast && present() - at_ms < Math.max(AT_NOW_MS, now.speed * BEAT_MS);
    }
    if (this.#buffer.ahead < AHEAD_MIN && (!this.#buffer.isLast || at_ms >= this.#buffer.untilMs - now.speed * 1000)) void this.#more();
    const taken = this.#buffer.playTo(at_ms);
    const last = taken.at(-1);
    changeMoment({ at_ms, ...(last ? { event: eventOf(last) } : {}) });
    if (last && touches(taken, wantedIncidents())) this.#follow([]);
    this.#moveUnits(at_ms, now);
    // Only once the last steps are taken: at a hundred times the speed one beat may lead over all of them.
    if (!isAtTheEnd) return;
    this.play(false);
    changeMoment({ problem: AT_THE_END });
  }

  #moveUnits(at_ms: number, { clock, speed }: Moment): void {
    if (!wantedFolded().includes('unit_position')) return;
    const frames = this.#tracks?.frames ?? [];
    while (frames[0] && Date.parse(frames[0].at) <= at_ms) {
      for (const [unit, position] of frames.shift()?.set ?? []) putThen('unit_position', unit, position);
    }
    const isOut = this.#tracks === null || Date.parse(this.#tracks.until) <= at_ms;
    if (!isOut || this.#isAskingTracks || present() - at_ms < speed * 1000) return;
    this.#isAskingTracks = true;
    const asking = this.#asking;
    askTracks(at_ms, speed, present(), clock, asking.signal)
      .then((tracks) => {
        if (asking === this.#asking) this.#tracks = tracks;
      })
      .catch(() => {})
      .finally(() => {
        this.#isAskingTracks = false;
      });
  }

  #restThenFollow(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#follow(wantedFolded().includes('unit_position') ? ['unit_position'] : []), REST_MS);
  }

  /** Records of the incidents that are shown, and these views, as of now: what no step carries. One question at a time; the newest counts. */
  #follow(views: readonly ViewName[]): void {
    const now = moment();
    if (!now || (views.length === 0 && wantedIncidents().length === 0)) return;
    if (this.#playing.isRunning && this.#then) return;
    this.#then?.abort();
    const asking = new AbortController();
    this.#then = asking;
    askThen(this.#at(), now.clock, views, asking.signal)
      .then((window) => {
        if (asking.signal.aborted) return;
        for (const [view, rows] of Object.entries(window.views)) showThen(view as ViewName, rows);
      })
      .catch(() => {})
      .finally(() => {
        if (this.#then === asking) this.#then = null;
      });
  }

  /** Another screen, or another incident: what it shows is fetched as of this moment. */
  #wanted(): void {
    if (wantedFolded().some((view) => !this.#asked.has(view))) void this.goTo(this.#at());
    else this.#follow([]);
  }
}

const touches = (steps: readonly HeldStep[], numbers: readonly string[]): boolean =>
  steps.some(({ changes }) => changes.some(([view, key]) => view === 'incident_board' && numbers.includes(key)));

// What a person did to an incident says more than what follows from it for a unit or a call.
const GRAVEST = ['incident.', 'assignment.', 'alarm.', 'call.'];

function eventOf({ at_ms, facts }: HeldStep): Moment['event'] {
  const [first] = [...facts].sort((a, b) => graveness(a.topic) - graveness(b.topic) || a.position - b.position);
  return first ? { at_ms, zh: first.zh, en: first.en, by: first.by, more: facts.length - 1 } : null;
}

function graveness(topic: string): number {
  const index = GRAVEST.findIndex((start) => topic.startsWith(start));
  return index < 0 ? GRAVEST.length : index;
}

let machine: Machine | null = null;

/** Enters the time machine, or goes to the moment where it is entered already. */
export function begin(at_ms: number | null): void {
  const now_ms = present();
  const first_ms = Math.min(at_ms ?? now_ms, now_ms);
  if (!machine) {
    const start = {
      clock: 'recorded',
      speed: 1,
      isPlaying: false,
      isBusy: true,
      isComparing: false,
      entered_ms: now_ms,
      ...NO_EVENT,
    } as const;
    setMoment({ at_ms: first_ms, ...start });
    machine = new Machine(first_ms);
  }
  void machine.goTo(first_ms);
}

/** Back to now: the live picture, with what came meanwhile. */
export function leave(): void {
  machine?.leave();
  machine = null;
  setMoment(null);
}

export const goTo = (at_ms: number): void => void machine?.goTo(at_ms);
export const forward = (): void => void machine?.forward();
export const back = (): void => void machine?.back();
export const play = (isPlaying: boolean): void => machine?.play(isPlaying);
export const setClock = (clock: TimeClock): void => machine?.setClock(clock);
export const setSpeed = (speed: Speed): void => machine?.setSpeed(speed);

/** The next greater or smaller speed. */
export function speedBy(by: 1 | -1): void {
  const now = moment();
  const speed = now ? SPEEDS[SPEEDS.indexOf(now.speed) + by] : undefined;
  if (speed) setSpeed(speed);
}
