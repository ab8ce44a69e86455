/** One clock for the whole screen: the server's time, told in the agency's zone, one tick a second. */

// Answers that took longer say little about the server's clock: half the journey is the error.
const JOURNEY_MS_MAX = 2_000;

let offset_ms = 0;
let zone = 'Asia/Shanghai';
let formats = formatsOf(zone);

/** The server's time, in ms since 1970, whatever time is shown. */
export const present = (): number => Date.now() + offset_ms;

let shown: (() => number) | null = null;

/** The time that the screen shows: the server's, or that of the time machine. */
export const now = (): number => (shown ? shown() : present());

/** Shows another time from here on; null: the present. Whoever counts seconds hears of it at once. */
export function showTime(moment: (() => number) | null): void {
  shown = moment;
  clearTimeout(timer);
  tick();
}

/** Corrects the clock by what the server said, and when we heard it. Small corrections are left alone, so that no second is shown twice. */
export function correct(server_time: string, heard_ms: number = Date.now(), journey_ms = 0): void {
  const said_ms = Date.parse(server_time);
  if (Number.isNaN(said_ms) || journey_ms > JOURNEY_MS_MAX) return;
  const measured_ms = said_ms + journey_ms / 2 - heard_ms;
  if (Math.abs(measured_ms - offset_ms) > 250) offset_ms = measured_ms;
}

type Listener = (now_ms: number) => void;
const listeners = new Set<Listener>();
let timer: ReturnType<typeof setTimeout> | undefined;

// Another time may run a hundred times as fast: its seconds are drawn five times a second, no oftener.
const SHOWN_TICK_MS = 200;

const untilNext_ms = (): number => (shown ? SHOWN_TICK_MS : 1000 - (present() % 1000));

function tick(): void {
  const now_ms = now();
  for (const listener of [...listeners]) listener(now_ms);
  timer = listeners.size > 0 ? setTimeout(tick, untilNext_ms()) : undefined;
}

/** Calls at every full second of the clock. Returns how to stop. */
export function onSecond(listener: Listener): () => void {
  listeners.add(listener);
  timer ??= setTimeout(tick, untilNext_ms());
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  };
}

function formatsOf(time_zone: string) {
  const time = { hourCycle: 'h23', timeZone: time_zone, hour: '2-digit', minute: '2-digit' } as const;
  return {
    hms: new Intl.DateTimeFormat('en-GB', { ...time, second: '2-digit' }),
    hm: new Intl.DateTimeFormat('en-GB', time),
    day: new Intl.DateTimeFormat('en-CA', { timeZone: time_zone, year: 'numeric', month: '2-digit', day: '2-digit' }),
  };
}

/** A zone that this browser does not know leaves the old one. */
export function setZone(time_zone: string): void {
  try {
    formats = formatsOf(time_zone);
    zone = time_zone;
  } catch {
    console.warn(`The time zone ${time_zone} is unknown here; times are told in ${zone}.`);
  }
}

export const zoneName = (): string => zone;

export type Time = number | string;

/** A time of a document (ISO 8601) or of the clock, in ms since 1970. */
export const ms = (at: Time): number => (typeof at === 'number' ? at : Date.parse(at));

function format(kind: keyof typeof formats, at: Time | null | undefined): string {
  if (at === null || at === undefined) return '';
  const at_ms = ms(at);
  return Number.isNaN(at_ms) ? '' : formats[kind].format(at_ms);
}

/** 14:32:07 in the agency's zone. Nothing for no time. */
export const hms = (at: Time | null | undefined): string => format('hms', at);

/** 14:32 */
export const hm = (at: Time | null | undefined): string => format('hm', at);

/** 2026-11-23 */
export const day = (at: Time | null | undefined): string => format('day', at);

const two = (n: number): string => String(n).padStart(2, '0');

/** Seconds as mm:ss up to 99:59, then 1h40. Never negative. */
export function mmss(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  return minutes < 100 ? `${two(minutes)}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}h${two(minutes % 60)}`;
}
