/** Where the focus goes. A pane is an element with `data-pane`; a list takes the focus on its current item. */

export type Pane =
  | 'queue'
  | 'filter'
  | 'calls'
  | 'alarms'
  | 'board'
  | 'map'
  | 'reco'
  | 'assigned'
  | 'note'
  | 'intake'
  | 'command'
  | 'sources'
  | 'admin-table';

/** Puts the focus into a pane. False when that pane is not on the screen. */
export function focusPane(pane: Pane): boolean {
  const element = document.querySelector<HTMLElement>(`[data-pane='${pane}']`);
  if (!element) return false;
  element.focus();
  return element === document.activeElement || element.contains(document.activeElement);
}

/** Puts the focus there when what had it is gone, or is off and hears no keys. */
export function focusIfLost(to: HTMLElement | null): void {
  const active = document.activeElement;
  if (!active || active === document.body || active.matches(':disabled')) to?.focus();
}

/** True while the person types text: single keys are letters then. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type);
}

/** True while a dialog lies over the screen: the keys of the screen rest. */
export const isDialogOpen = (): boolean => document.querySelector('.modal, [aria-modal="true"]') !== null;
