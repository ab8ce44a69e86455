/**
 * Which panels stand in other windows. Pure: what the windows say to one another goes in, the panels that are out come out. A window says
 * that it is there again and again, since one that crashed cannot say that it is gone.
 */

import type { PanelName } from './panels';

export type Said =
  /** «I am here»: said at the start, each time somebody asks, and each HERE_MS. */
  | { kind: 'here'; panel: PanelName }
  | { kind: 'gone'; panel: PanelName }
  | { kind: 'who' }
  /** To the window of that panel: close, the panel is taken back. */
  | { kind: 'back'; panel: PanelName }
  /** To the dispatch screen: put the focus there, or open the intake. */
  | { kind: 'do'; act: 'intake' | 'open' };

export const HERE_MS = 2_000;
// Two signs of life missed, and some patience: a window in the background is slowed down to one timer a second by its browser.
export const SILENT_MS_MAX = 6_000;

export type Heard = ReadonlyMap<PanelName, number>;

export function hear(heard: Heard, said: Said, now_ms: number): Heard {
  if (said.kind !== 'here' && said.kind !== 'gone') return heard;
  const next = new Map(heard);
  if (said.kind === 'here') next.set(said.panel, now_ms);
  else next.delete(said.panel);
  return next;
}

/** Without those that have been silent for too long. The same value while none has. */
export function stillHeard(heard: Heard, now_ms: number): Heard {
  const kept = [...heard].filter(([, at_ms]) => now_ms - at_ms <= SILENT_MS_MAX);
  return kept.length === heard.size ? heard : new Map(kept);
}
