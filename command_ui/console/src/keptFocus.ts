/**
 * A reload in the middle of a sentence: the line comes back with its words, and the person who was typing comes back into it. Until the line
 * is there again, letters are letters of the sentence and no keys: «c» would open a menu.
 */

import { isTyping } from './focus';
import { here } from './kept';

const KEPT_KEY = 'drumtower.focus';
// The line is there once its incident is: a server that folds a month first takes longer, and then nobody types blindly any more.
const RETURN_MS_MAX = 10_000;

/** How a text field is found again: the intake's fields by their names, the others as panes. */
function nameOf(element: EventTarget | null): string | null {
  if (!(element instanceof HTMLElement) || !isTyping(element)) return null;
  const { pane, field } = element.dataset;
  if (pane) return `[data-pane='${pane}']`;
  return field && element.closest("[data-area='intake']") ? `[data-area='intake'] [data-field='${field}']` : null;
}

let awaited: string | null = null;

/** True while a text field that had the focus before the reload is on its way back. */
export const isReturning = (): boolean => awaited !== null;

/** Whether this page was loaded again: another window of the same browser begins where nobody typed. */
export const isReloaded = (): boolean =>
  (performance.getEntriesByType?.('navigation') ?? []).some((entry) => 'type' in entry && entry.type === 'reload');

/** Remembers where text is typed when the page goes, and goes back there after a reload. Returns how to stop. */
export function keepFocus(isBack = isReloaded()): () => void {
  // Until the page goes: a window that only loses the focus for a moment keeps its field.
  const remember = () => here.write(KEPT_KEY, nameOf(document.activeElement));
  window.addEventListener('pagehide', remember);
  const before = here.read(KEPT_KEY);
  here.write(KEPT_KEY, null);
  const stop = isBack && before ? comeBack(before) : () => {};
  return () => {
    stop();
    window.removeEventListener('pagehide', remember);
  };
}

function comeBack(selector: string): () => void {
  awaited = selector;
  const observer = new MutationObserver(look);
  const timer = setTimeout(stop, RETURN_MS_MAX);
  function stop(): void {
    awaited = null;
    clearTimeout(timer);
    observer.disconnect();
    document.removeEventListener('pointerdown', stop, true);
    document.removeEventListener('keydown', givenUp, true);
  }
  function givenUp({ key }: KeyboardEvent): void {
    if (key === 'Escape') stop();
  }
  function look(): void {
    const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(selector);
    if (!field) return;
    stop();
    // Whoever has gone elsewhere meanwhile stays there; a form that opened with its first field did not go anywhere.
    const active = document.activeElement;
    if (active && active !== document.body && !field.closest('[data-area]')?.contains(active)) return;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }
  document.addEventListener('pointerdown', stop, true);
  document.addEventListener('keydown', givenUp, true);
  observer.observe(document.body, { childList: true, subtree: true });
  look();
  return stop;
}
