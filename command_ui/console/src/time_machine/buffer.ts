/**
 * Steps that are held around the cursor, without I/O: taken forward one by one, and taken back by what each replaced. The pictures
 * themselves are the caller's; the buffer says what to put.
 */

export type Change = readonly [view: string, key: string, position: number, document: unknown];

export interface Fact {
  position: number;
  topic: string;
  recorded_at: string;
  occurred_at: string;
  by: string;
  zh: string;
  en: string;
}

export interface Step {
  at: string;
  facts: readonly Fact[];
  changes: readonly Change[];
}

/** The answer of `GET /api/history/window`. */
export interface Window {
  as_of: string;
  clock: 'recorded' | 'occurred';
  position: number;
  views: Record<string, [string, unknown][]>;
  steps: Step[];
  until: string;
  is_last: boolean;
  is_first: boolean;
}

export interface HeldStep {
  at_ms: number;
  facts: readonly Fact[];
  changes: readonly Change[];
  /** What each change replaced, once it is taken. */
  before: readonly unknown[];
}

export type Put = (view: string, key: string, document: unknown) => void;
export type Read = (view: string, key: string) => unknown;

// Stepping back through half an hour of a busy city needs no question to the server; older steps are asked for again.
export const HELD_BEHIND_MAX = 2_000;

/** A moment of the server in whole milliseconds, rounded up: the picture as of it holds what happened at it. */
export function stepTime(at: string): number {
  const whole = Date.parse(at);
  const fraction = /\.\d{3}(\d+)/.exec(at)?.[1] ?? '';
  return /[1-9]/.test(fraction) ? whole + 1 : whole;
}

export class Buffer {
  readonly #put: Put;
  readonly #read: Read;
  #steps: HeldStep[] = [];
  /** So many of the steps are in the picture. */
  #taken = 0;
  /** Every step up to here is held. */
  until = '';
  isLast = false;
  /** Whether nothing lies before the first step. */
  isFirst = false;

  constructor(put: Put, read: Read) {
    this.#put = put;
    this.#read = read;
  }

  /** Begins anew after a picture. */
  begin(window: Window): void {
    this.#steps = [];
    this.#taken = 0;
    this.isFirst = window.is_first;
    this.add(window);
  }

  /** More steps, behind those that are held. */
  add(window: Window): void {
    for (const { at, facts, changes } of window.steps) this.#steps.push({ at_ms: stepTime(at), facts, changes, before: [] });
    this.until = window.until;
    this.isLast = window.is_last;
  }

  get untilMs(): number {
    return this.until === '' ? 0 : Date.parse(this.until);
  }

  /** Steps that are held and not taken. */
  get ahead(): number {
    return this.#steps.length - this.#taken;
  }

  /** The next step, and the one that was taken last. */
  get next(): HeldStep | null {
    return this.#steps[this.#taken] ?? null;
  }

  get last(): HeldStep | null {
    return this.#steps[this.#taken - 1] ?? null;
  }

  /** Takes the next step. */
  forward(): HeldStep | null {
    const step = this.next;
    if (!step) return null;
    step.before = step.changes.map(([view, key]) => this.#read(view, key));
    for (const [view, key, , document] of step.changes) this.#put(view, key, document);
    this.#taken += 1;
    const surplus = this.#taken - HELD_BEHIND_MAX;
    if (surplus > 0) {
      this.#steps.splice(0, surplus);
      this.#taken -= surplus;
      this.isFirst = false;
    }
    return step;
  }

  /** Takes the last step back. */
  back(): HeldStep | null {
    const step = this.last;
    if (!step) return null;
    for (let index = step.changes.length - 1; index >= 0; index -= 1) {
      const change = step.changes[index];
      if (change) this.#put(change[0], change[1], step.before[index] ?? null);
    }
    this.#taken -= 1;
    return step;
  }

  /** Takes every step up to a moment; the ones that it took. */
  playTo(at_ms: number): HeldStep[] {
    const taken: HeldStep[] = [];
    for (let step = this.next; step && step.at_ms <= at_ms; step = this.next) {
      this.forward();
      taken.push(step);
    }
    return taken;
  }
}
