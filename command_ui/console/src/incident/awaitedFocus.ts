/**
 * Where the focus goes once something is there that is not there yet: the recommendation of an incident that was just opened, the row of a
 * unit that was just sent. It is given up as soon as the person moves the focus elsewhere: nothing takes it away from them.
 */
import { focusPane, type Pane } from '../focus';

interface Awaited {
  pane: Pane;
  from: Element | null;
  untilMs: number;
}

// What was asked for and is not there after this is no longer what the person waits for.
const AWAITED_MS_MAX = 5_000;

let awaited: Awaited | null = null;

export function awaitFocus(pane: Pane): void {
  awaited = { pane, from: document.activeElement, untilMs: Date.now() + AWAITED_MS_MAX };
}

/** What was awaited will not come: a refusal, say. */
export function giveUpFocus(): void {
  awaited = null;
}

/** Whether something that is not there yet is about to take the focus: that one, or anything. */
export const isFocusAwaited = (pane?: Pane): boolean =>
  awaited !== null && (pane === undefined || awaited.pane === pane) && Date.now() < awaited.untilMs && isLeft(awaited.from);

/** Called by a pane when its content is there. True when it took the focus. */
export function claimFocus(pane: Pane): boolean {
  if (awaited?.pane !== pane) return false;
  const isDue = isFocusAwaited();
  awaited = null;
  return isDue && focusPane(pane);
}

/** The person has not moved the focus since. */
function isLeft(from: Element | null): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || active === from;
}
