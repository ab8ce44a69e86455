/**
 * The keys of the console: one registry, which also is the list that `?` shows. Keys are matched by their place (`event.code`), since an input
 * method may own the letter; while it composes, every key is its own.
 */

import { isDialogOpen, isTyping } from './focus';
import { isReturning } from './keptFocus';

export type Area =
  | 'screen'
  | 'queue'
  | 'calls'
  | 'alarms'
  | 'board'
  | 'map'
  | 'incident'
  | 'intake'
  | 'command'
  | 'record'
  | 'hand_over'
  | 'time'
  | 'dialog';

export interface KeyAct {
  /** As it is shown: `F2`, `Q`, `Ctrl+Enter`, `Alt+C`, `/`, `?`, `Escape`, `1`. */
  key: string;
  zh: string;
  en: string;
  /** `screen` acts everywhere; another area only while the focus is inside its `data-area`. `dialog` acts while a dialog is open. */
  where: Area;
  /** Returns false when the key is not for it after all: the next one is asked. */
  run: (event: KeyboardEvent) => unknown;
  /** Acts while text is typed, too. Chords with Ctrl or Alt and F-keys always do. */
  whileTyping?: boolean;
  /** Left out of the list of keys (a second key for the same act). */
  isHidden?: boolean;
  /** Acts again and again while the key is held: what moves a picture may. Any other act is done once a press. */
  mayRepeat?: boolean;
}

const CODES: Record<string, readonly string[]> = {
  '/': ['Slash', 'NumpadDivide'],
  '?': ['Slash'],
  '.': ['Period', 'NumpadDecimal'],
  ',': ['Comma'],
  '+': ['Equal', 'NumpadAdd'],
  '-': ['Minus', 'NumpadSubtract'],
  '[': ['BracketLeft'],
  ']': ['BracketRight'],
  Enter: ['Enter', 'NumpadEnter'],
  Space: ['Space'],
};

interface Stroke {
  codes: readonly string[];
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
}

/** Reads a key as it is written in the registry. */
export function strokeOf(key: string): Stroke {
  const parts = key === '+' ? ['+'] : key.split('+');
  const last = parts.at(-1) ?? '';
  const codes = CODES[last] ?? (/^[A-Z]$/.test(last) ? [`Key${last}`] : /^\d$/.test(last) ? [`Digit${last}`, `Numpad${last}`] : [last]);
  return { codes, ctrl: parts.includes('Ctrl'), alt: parts.includes('Alt'), shift: parts.includes('Shift') || last === '?' };
}

/** `+` needs Shift on most keyboards and not on the number pad: there Shift says nothing. */
const ignoresShift = (key: string): boolean => key === '+';

// Slash and question mark lie elsewhere on many keyboards: where the character itself arrives, it decides.
const CHARACTERS: Readonly<Record<string, string>> = { '/': '/', '?': '?', '？': '?' };

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey'>;

export function isStroke(key: string, event: Pressed): boolean {
  const { codes, ctrl, alt, shift } = strokeOf(key);
  // On a Mac the Command key is the chord key.
  const isCtrl = event.ctrlKey || event.metaKey;
  if (ctrl !== isCtrl || alt !== event.altKey) return false;
  const character = CHARACTERS[event.key];
  if (character !== undefined && (key === '/' || key === '?')) return character === key;
  return codes.includes(event.code) && (shift === event.shiftKey || ignoresShift(key));
}

const registered: KeyAct[] = [];
const listeners = new Set<() => void>();
let list: readonly KeyAct[] = [];

/** Adds acts to the keys; an area's act is asked before one of the whole screen, and what is registered later before what was earlier. Returns how to take them away (give it to `useEffect`). */
export function registerKeys(acts: readonly KeyAct[]): () => void {
  registered.push(...acts);
  tell();
  return () => {
    for (const act of acts) {
      const index = registered.lastIndexOf(act);
      if (index >= 0) registered.splice(index, 1);
    }
    tell();
  };
}

function tell(): void {
  list = registered.filter((act) => !act.isHidden);
  for (const listener of [...listeners]) listener();
}

export const keyList = (): readonly KeyAct[] => list;

export function onKeyList(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

const isEverywhere = ({ where }: KeyAct): boolean => where === 'screen' || where === 'dialog';

/** The acts of this stroke: those of an area before those of the whole screen, and the newest first. */
function candidates(event: KeyboardEvent): KeyAct[] {
  const acts = registered.filter((act) => isStroke(act.key, event)).reverse();
  return [...acts.filter((act) => !isEverywhere(act)), ...acts.filter(isEverywhere)];
}

// The key that an act took: while it is held it writes nothing into the field that the act has opened.
let taken = '';

/** Offers a stroke to the registered acts. True when one of them took it. */
export function press(event: KeyboardEvent): boolean {
  if (event.isComposing || event.key === 'Process' || event.keyCode === 229) return false;
  const isTaken = take(event);
  if (!event.repeat) taken = isTaken ? event.code : '';
  if (!isTaken && !(event.repeat && event.code === taken)) return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function take(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  // An open menu has the focus and all the keys; a dialog that rests under the sign-in has none.
  if (target?.closest('.pop') || document.querySelector('.sign-in')) return false;
  const isText = isTyping(event.target) || isReturning();
  const isDialog = isDialogOpen();
  for (const act of candidates(event)) {
    if (event.repeat && !act.mayRepeat) continue;
    if (isDialog !== (act.where === 'dialog')) continue;
    if (!isEverywhere(act) && !target?.closest(`[data-area='${act.where}']`)) continue;
    const { ctrl, alt } = strokeOf(act.key);
    if (isText && !act.whileTyping && !ctrl && !alt && !/^F\d+$/.test(act.key)) continue;
    if (act.run(event) === false) continue;
    return true;
  }
  return false;
}

/** Listens to the keyboard, before any widget does. Returns how to stop. */
export function listenToKeys(): () => void {
  const listener = (event: KeyboardEvent) => void press(event);
  window.addEventListener('keydown', listener, true);
  return () => window.removeEventListener('keydown', listener, true);
}
