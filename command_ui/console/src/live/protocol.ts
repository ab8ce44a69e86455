/**
 * The live protocol without I/O: frames in, effects out. The socket, the timers and the store are around it (`link.ts`).
 *
 * Promises: a delta is applied only where it fits (`from` equals what is held); a gap is noticed and asked for; a view is never shown
 * half-replaced; after a reconnection every view resumes from its position; at most one question is open for each view, so that an answer
 * never meets another's question.
 */

export interface Filter {
  districts?: readonly string[];
  agencies?: readonly string[];
  keys?: readonly string[];
  viewport?: readonly [w: number, s: number, e: number, n: number];
}

export type Row = readonly [key: string, position: number, document: unknown];

export type Effect =
  | { do: 'send'; frame: Record<string, unknown> }
  | { do: 'replace'; view: string; documents: Row[] }
  | { do: 'apply'; view: string; set: readonly Row[]; gone: readonly (readonly [string, number])[] }
  | { do: 'drop'; view: string }
  | { do: 'clock'; server_time: string; journey_ms: number }
  | { do: 'tick'; positions: Record<string, number>; lag: Record<string, number> }
  | { do: 'hello'; account: string; version: string }
  | { do: 'refused'; code: string; zh: string; en: string; view: string | null }
  | { do: 'session_ends'; zh: string; en: string }
  /** The link said something that breaks the protocol: close it and start anew. */
  | { do: 'reopen'; why: string };

interface Subscription {
  filter: Filter;
  epoch: string | null;
  position: number | null;
  /** What was asked for and not yet answered: everything, or what came since the position. */
  asked: 'all' | 'since' | null;
  asked_ms: number;
  /** A filter that came while a question was open; it is asked when that is answered. */
  next: Filter | null;
  /** A snapshot of several frames, until its last one. */
  parts: Row[];
}

// A server that leaves a question open for longer has lost it; three times the slowest snapshot measured.
export const ANSWER_MS_MAX = 15_000;

// The server ticks every second: three missing ticks and the picture may no longer be called live.
export const SILENCE_MS_MAX = 3_500;

const RETRY_MS_FIRST = 400;
// A server that comes back is seen within 5 s: the operators are blind until then, and a thousand consoles make only some 270 tries a second.
const RETRY_MS_MAX = 5_000;

/** How long to wait before the n-th try (from 0). Half of it is chance, so that a thousand consoles do not come back in one instant. */
export function retryAfterMs(tries: number, chance: number): number {
  const full = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** Math.min(tries, 10));
  return Math.round(full / 2 + (full / 2) * chance);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const numbersOf = (value: unknown): Record<string, number> => (isRecord(value) ? (value as Record<string, number>) : {});
/** A subscription's epoch is the view's, then what it was filtered by: `4f1c90aa.0b21…`. */
const isOf = (epoch: string, ofView: string): boolean => epoch === ofView || epoch.startsWith(`${ofView}.`);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export class Protocol {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #pings = new Map<number, number>();
  #isOpen = false;
  #nextPing = 1;

  /** Wants a view. The same filter again asks for nothing; another one asks for a snapshot under it. */
  subscribe(view: string, filter: Filter, now_ms: number): Effect[] {
    const held = this.#subscriptions.get(view);
    if (!held) {
      const made: Subscription = { filter, epoch: null, position: null, asked: null, asked_ms: 0, next: null, parts: [] };
      this.#subscriptions.set(view, made);
      return this.#isOpen ? [this.#ask(view, made, now_ms)] : [];
    }
    if (JSON.stringify(held.next ?? held.filter) === JSON.stringify(filter)) return [];
    if (this.#isOpen && held.asked) {
      held.next = filter;
      return [];
    }
    Object.assign(held, { filter, epoch: null, position: null, next: null });
    return this.#isOpen ? [this.#ask(view, held, now_ms)] : [];
  }

  /** Wants a view no longer: its documents are gone from the console. */
  unsubscribe(view: string): Effect[] {
    if (!this.#subscriptions.delete(view)) return [];
    const drop: Effect = { do: 'drop', view };
    return this.#isOpen ? [{ do: 'send', frame: { type: 'unsubscribe', view } }, drop] : [drop];
  }

  /** The link stands: everything wanted is asked for, from where it was left. */
  opened(now_ms: number): Effect[] {
    this.#isOpen = true;
    const asks: Effect[] = [];
    for (const [view, held] of this.#subscriptions) {
      if (held.next) Object.assign(held, { filter: held.next, epoch: null, position: null, next: null });
      asks.push(this.#ask(view, held, now_ms));
    }
    return [...asks, this.ping(now_ms)];
  }

  /** The link is gone. What is held stays, with its positions. */
  closed(): void {
    this.#isOpen = false;
    this.#pings.clear();
    for (const held of this.#subscriptions.values()) Object.assign(held, { asked: null, parts: [] });
  }

  /** Nothing that is held counts any longer: the next link starts with snapshots. */
  forget(): void {
    for (const held of this.#subscriptions.values()) Object.assign(held, { epoch: null, position: null, parts: [] });
  }

  /** Asks the server for its time; the answer says how long the journey took. */
  ping(now_ms: number): Effect {
    const id = this.#nextPing++;
    this.#pings.set(id, now_ms);
    return { do: 'send', frame: { type: 'ping', id } };
  }

  /** A question that was never answered: the link is not to be trusted. */
  overdue(now_ms: number): Effect[] {
    for (const [view, held] of this.#subscriptions) {
      if (held.asked && now_ms - held.asked_ms > ANSWER_MS_MAX) return [{ do: 'reopen', why: `no answer for ${view}` }];
    }
    return [];
  }

  /** Every view that is wanted, and under which filter. */
  wanted(): { view: string; filter: Filter }[] {
    return [...this.#subscriptions].map(([view, { filter, next }]) => ({ view, filter: next ?? filter }));
  }

  /** The position that is held for each view. */
  positions(): Record<string, number> {
    const held = [...this.#subscriptions].filter(([, { position }]) => position !== null);
    return Object.fromEntries(held.map(([view, { position }]) => [view, position as number]));
  }

  /** One frame of the server. */
  received(text: string, now_ms: number): Effect[] {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return [{ do: 'reopen', why: 'a frame that is not JSON' }];
    }
    if (!isRecord(frame)) return [{ do: 'reopen', why: 'a frame that is not an object' }];
    switch (frame.type) {
      case 'hello':
        return this.#hello(frame, now_ms);
      case 'snapshot':
        return this.#snapshot(frame, now_ms);
      case 'delta':
        return this.#delta(frame, now_ms);
      case 'tick':
        return [
          { do: 'clock', server_time: textOf(frame.server_time), journey_ms: 0 },
          { do: 'tick', positions: numbersOf(frame.positions), lag: numbersOf(frame.lag) },
        ];
      case 'pong':
        return this.#pong(frame, now_ms);
      case 'refused':
        return this.#refused(frame);
      case 'session_ends':
        return [{ do: 'session_ends', zh: textOf(frame.zh), en: textOf(frame.en) }];
      default:
        // A newer server may say more than we know; what we do not know we leave alone.
        return [];
    }
  }

  #ask(view: string, held: Subscription, now_ms: number): Effect {
    held.asked = held.position === null ? 'all' : 'since';
    held.asked_ms = now_ms;
    held.parts = [];
    const { position: since, epoch, filter } = held;
    return { do: 'send', frame: { type: 'subscribe', view, since, epoch: since === null ? null : epoch, filter } };
  }

  /** The question is answered; one that waited behind it goes out. */
  #answered(view: string, held: Subscription, now_ms: number): Effect[] {
    held.asked = null;
    if (!held.next) return [];
    Object.assign(held, { filter: held.next, epoch: null, position: null, next: null });
    return [this.#ask(view, held, now_ms)];
  }

  #hello(frame: Record<string, unknown>, now_ms: number): Effect[] {
    const epochs = isRecord(frame.epochs) ? frame.epochs : {};
    const effects: Effect[] = [{ do: 'hello', account: textOf(frame.account), version: textOf(frame.version) }];
    for (const [view, held] of this.#subscriptions) {
      const epoch = epochs[view];
      // The view was rebuilt while we were away. What we asked `since` is answered by a snapshot; a view at rest is asked for.
      if (epoch === undefined || held.epoch === null || isOf(held.epoch, String(epoch)) || held.asked) continue;
      Object.assign(held, { epoch: null, position: null });
      effects.push(this.#ask(view, held, now_ms));
    }
    return effects;
  }

  #snapshot(frame: Record<string, unknown>, now_ms: number): Effect[] {
    const view = textOf(frame.view);
    const held = this.#subscriptions.get(view);
    if (!held) return [];
    const documents = Array.isArray(frame.documents) ? (frame.documents as Row[]) : [];
    const epoch = String(frame.epoch);
    const position = Number(frame.position);
    // Parts of another epoch or position belong to a snapshot that was given up.
    if (held.parts.length > 0 && (held.epoch !== epoch || held.position !== position)) held.parts = [];
    held.epoch = epoch;
    held.position = position;
    for (const row of documents) held.parts.push(row);
    if (frame.is_last === false) {
      held.asked = 'all';
      held.asked_ms = now_ms;
      return [];
    }
    const whole = held.parts;
    held.parts = [];
    return [{ do: 'replace', view, documents: whole }, ...this.#answered(view, held, now_ms)];
  }

  #delta(frame: Record<string, unknown>, now_ms: number): Effect[] {
    const view = textOf(frame.view);
    const held = this.#subscriptions.get(view);
    // While a snapshot is on its way, deltas of the earlier subscription mean nothing.
    if (!held || held.asked === 'all') return [];
    const from = Number(frame.from);
    const to = Number(frame.to);
    const fits = String(frame.epoch) === held.epoch && from === held.position;
    if (!fits) {
      if (held.asked === 'since') return [];
      if (String(frame.epoch) !== held.epoch) Object.assign(held, { epoch: null, position: null });
      else if (held.position !== null && to <= held.position) return [];
      return [this.#ask(view, held, now_ms)];
    }
    held.position = to;
    const set = Array.isArray(frame.set) ? (frame.set as Row[]) : [];
    const gone = Array.isArray(frame.gone) ? (frame.gone as [string, number][]) : [];
    const effects: Effect[] = [{ do: 'apply', view, set, gone }];
    return held.asked ? [...effects, ...this.#answered(view, held, now_ms)] : effects;
  }

  #pong(frame: Record<string, unknown>, now_ms: number): Effect[] {
    const sent_ms = this.#pings.get(Number(frame.id));
    this.#pings.delete(Number(frame.id));
    if (sent_ms === undefined) return [];
    return [{ do: 'clock', server_time: textOf(frame.server_time), journey_ms: now_ms - sent_ms }];
  }

  #refused(frame: Record<string, unknown>): Effect[] {
    const view = typeof frame.view === 'string' ? frame.view : null;
    const effects: Effect[] = [{ do: 'refused', code: textOf(frame.code), zh: textOf(frame.zh), en: textOf(frame.en), view }];
    const held = view === null ? undefined : this.#subscriptions.get(view);
    if (view !== null && held) {
      // What we may not see is not asked for again until somebody wants it anew.
      this.#subscriptions.delete(view);
      effects.push({ do: 'drop', view });
    }
    return effects;
  }
}
