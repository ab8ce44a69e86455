/** Which of the configured targets hold: as the server's `domain/timers.py`. Pure. */

import type { Interval, Priority, Target } from './documents';

/** Agency and priority, agency, city and priority, city: the nearest that has any; the shortest first. */
export function targetsOf(interval: Interval, priority: Priority, agency: readonly Target[], city: readonly Target[]): readonly Target[] {
  for (const targets of [agency, city]) {
    for (const wanted of [priority, 0]) {
      const found = targets.filter((target) => target.interval === interval && target.priority === wanted);
      if (found.length > 0) return found.sort((a, b) => a.seconds - b.seconds);
    }
  }
  return [];
}
