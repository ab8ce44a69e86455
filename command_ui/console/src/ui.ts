/** The state of the screen, outside React: what is selected, what is open, the last message, and what is being typed. */

import { useSyncExternalStore } from 'react';
import { here } from './kept';
import { isReloaded } from './keptFocus';

export interface Message {
  zh: string;
  en: string;
  kind: 'ok' | 'no' | 'wait';
  /** Takes the act back; offered for as long as the message stands. */
  undo?: () => void;
  at_ms: number;
}

export interface Ui {
  /** The number of the selected incident. */
  selected: string | null;
  selectedUnit: string | null;
  /** A district's code, or '' for everything that the operator may see. */
  scope: string;
  intakeOpen: boolean;
  /** The alarm that the intake starts from: its place and its text, and the incident is linked to it. */
  intakeAlarm: string | null;
  /** The call that waited, and is worked off now: it is not taken again. */
  intakeCall: string | null;
  helpOpen: boolean;
  sourcesOpen: boolean;
  /** The number of the incident that is being closed. */
  closing: string | null;
  message: Message | null;
}

// An act can be taken back for 8 s; a refusal stays a little longer, since it has to be read.
const MESSAGE_MS = 8_000;
const REFUSAL_MS = 12_000;

const KEPT_KEY = 'drumtower.ui';
const KEPT = ['selected', 'scope', 'intakeOpen', 'intakeAlarm', 'intakeCall'] as const satisfies readonly (keyof Ui)[];

function kept(): Partial<Ui> {
  try {
    const { selected, scope, intakeOpen, intakeAlarm, intakeCall } = JSON.parse(here.read(KEPT_KEY) ?? '{}') as Partial<Ui>;
    const screen = { selected: selected ?? null, scope: scope ?? '' };
    // A caller is still on the line after a reload; a second window, which starts with a copy of this, takes no call.
    if (!isReloaded()) return screen;
    return { ...screen, intakeOpen: intakeOpen ?? false, intakeAlarm: intakeAlarm ?? null, intakeCall: intakeCall ?? null };
  } catch {
    return {};
  }
}

let current: Ui = {
  selected: null,
  selectedUnit: null,
  scope: '',
  intakeOpen: false,
  intakeAlarm: null,
  intakeCall: null,
  helpOpen: false,
  sourcesOpen: false,
  closing: null,
  message: null,
  ...kept(),
};
const listeners = new Set<() => void>();

export const ui = (): Ui => current;

export function setUi(changed: Partial<Ui>): void {
  current = { ...current, ...changed };
  if (KEPT.some((name) => name in changed)) remember();
  for (const listener of [...listeners]) listener();
}

function remember(): void {
  here.write(KEPT_KEY, JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, current[name]]))));
}

export function onUi(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useUi = (): Ui => useSyncExternalStore(onUi, ui);

/** One part of the state: rendered anew only when that part changes. */
export const useUiPart = <K extends keyof Ui>(name: K): Ui[K] => useSyncExternalStore(onUi, () => current[name]);

/** Selects an incident; the chosen unit goes with the former one. */
export function select(number: string | null, unit: string | null = null): void {
  if (current.selected === number && current.selectedUnit === unit) return;
  setUi({ selected: number, selectedUnit: unit });
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells the operator something, in a sentence. With `undo`, the act can be taken back while the sentence stands. */
export function say(zh: string, en: string, kind: Message['kind'] = 'ok', undo?: () => void): void {
  clearTimeout(timer);
  setUi({ message: { zh, en, kind, undo, at_ms: Date.now() } });
  if (kind !== 'wait') timer = setTimeout(() => setUi({ message: null }), kind === 'no' ? REFUSAL_MS : MESSAGE_MS);
}

/** Tells a refusal, or whatever else was thrown at an act. */
export function sayProblem(problem: unknown): void {
  const said = problem as { zh?: unknown; en?: unknown };
  if (typeof said?.zh === 'string' && typeof said.en === 'string') say(said.zh, said.en, 'no');
  else {
    console.error(problem);
    say('没有做成:控制台出错,请重试。', 'Not done: an error of the console. Try again.', 'no');
  }
}

export function takeBack(): boolean {
  const undo = current.message?.undo;
  if (!undo) return false;
  clearTimeout(timer);
  setUi({ message: null });
  undo();
  return true;
}

const DRAFT_PREFIX = 'drumtower.draft.';
const held = new Map<string, unknown>();
let owner = '';

const draftKey = (key: string): string => DRAFT_PREFIX + (owner ? `${owner}.` : '') + key;

/** Whose words the drafts are from now on: the next person at this console finds their own, and not somebody else's half sentence. */
export function draftsBelongTo(account: string): void {
  owner = account;
}

const draftListeners = new Map<string, Set<() => void>>();

/** What is being typed, by the field it is typed in: it outlives a refusal, a reconnection, the end of a session and a reload. */
export const drafts = {
  get<T>(key: string): T | undefined {
    const whole = draftKey(key);
    if (held.has(whole)) return held.get(whole) as T;
    try {
      const text = here.read(whole);
      return text === null ? undefined : (JSON.parse(text) as T);
    } catch {
      return undefined;
    }
  },
  /** `undefined` forgets the draft: what it became is saved. */
  set(key: string, value: unknown): void {
    const whole = draftKey(key);
    if (value === undefined) held.delete(whole);
    else held.set(whole, value);
    here.write(whole, value === undefined ? null : JSON.stringify(value));
    for (const listener of [...(draftListeners.get(key) ?? [])]) listener();
  },
  /** Calls when that draft changes. Returns how to stop. */
  watch(key: string, listener: () => void): () => void {
    const listeners = draftListeners.get(key) ?? new Set();
    draftListeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) draftListeners.delete(key);
    };
  },
};
