/** Which units have an old position. Looked at once a second for all of them; a cell renders only when its own answer changes. */

import { useCallback, useSyncExternalStore } from 'react';
import { installation } from '../installation';
import { now, onSecond } from './clock';
import { positionsOf } from './store';

const listeners = new Map<string, Set<() => void>>();
let stale: ReadonlySet<string> = new Set();
let stop: (() => void) | undefined;

/** The units whose newest position is older than the limit. A unit that never sent one is not stale: it has no position. */
export function staleOf(positions: ReadonlyMap<string, readonly unknown[]>, now_ms: number, limit_s: number): Set<string> {
  const found = new Set<string>();
  for (const [unit, position] of positions) if (now_ms - Number(position[4]) > limit_s * 1000) found.add(unit);
  return found;
}

function look(): void {
  const before = stale;
  stale = staleOf(positionsOf(), now(), installation().position_stale_s);
  for (const unit of new Set([...before, ...stale])) {
    if (before.has(unit) !== stale.has(unit)) for (const listener of [...(listeners.get(unit) ?? [])]) listener();
  }
}

export const isStale = (unit: string): boolean => stale.has(unit);

/** Whether a unit's position is stale. */
export function useStale(unit: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const mine = listeners.get(unit) ?? new Set();
      listeners.set(unit, mine);
      mine.add(listener);
      stop ??= onSecond(look);
      return () => {
        mine.delete(listener);
        if (mine.size === 0) listeners.delete(unit);
        if (listeners.size === 0) {
          stop?.();
          stop = undefined;
        }
      };
    },
    [unit],
  );
  return useSyncExternalStore(subscribe, () => stale.has(unit));
}
