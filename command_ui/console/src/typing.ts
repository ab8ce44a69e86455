/** Nothing takes the focus from under a hand that types: what has to lie over the screen waits for the next pause. */

import { isTyping } from './focus';

// Between two letters of a word a practised hand takes less; who thinks longer sees what has come.
const PAUSE_MS = 900;
// Nobody types without a pause for longer; a key that lies on the keyboard does.
const WAIT_MS_MAX = 15_000;

let typed_ms = Number.NEGATIVE_INFINITY;
let isComposing = false;

function typed({ target }: Event): void {
  if (isTyping(target)) typed_ms = performance.now();
}

function compose({ type }: Event): void {
  isComposing = type === 'compositionstart';
  typed_ms = performance.now();
}

if (typeof window !== 'undefined') {
  window.addEventListener('keydown', typed, true);
  window.addEventListener('compositionstart', compose, true);
  window.addEventListener('compositionend', compose, true);
}

const isUnderHand = (): boolean => isTyping(document.activeElement) && (isComposing || performance.now() - typed_ms < PAUSE_MS);

/** Calls at once, or, where somebody is typing, at their next pause. Returns how to call it off. */
export function atPause(run: () => void): () => void {
  if (!isUnderHand()) {
    run();
    return () => {};
  }
  const since_ms = performance.now();
  const timer = setInterval(() => {
    if (isUnderHand() && performance.now() - since_ms < WAIT_MS_MAX) return;
    clearInterval(timer);
    run();
  }, PAUSE_MS / 3);
  return () => clearInterval(timer);
}
