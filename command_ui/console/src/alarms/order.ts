/** The order of the alarms, their counts, and how fast they come (ISA-18.2). Pure. */

import type { AlarmBoard, AlarmState } from '../documents';

export type Tab = 'active' | 'shelved';

// What nobody has acknowledged stands first; what has gone back to normal by itself is told apart, and comes after what still is.
const RANK: Readonly<Record<AlarmState, number>> = { raised: 0, returned: 1, acknowledged: 2, shelved: 3 };

/** ISA-18.2: more than 10 in 10 minutes is a flood. */
export const FLOOD_ALARMS = 10;
export const FLOOD_MS = 10 * 60_000;

/** ISA-18.2: one operator can take about 6 an hour, and at most 12. */
export const HOURLY_ALARMS_MAX = 12;

export const isUnacknowledged = (alarm: AlarmBoard): boolean => alarm.state === 'raised' || alarm.state === 'returned';

export function listed(alarms: Iterable<AlarmBoard>, tab: Tab, scope: string): AlarmBoard[] {
  return [...alarms]
    .filter(
      (alarm) => (tab === 'shelved') === (alarm.state === 'shelved') && (scope === '' || alarm.district === scope || alarm.district === ''),
    )
    .sort(
      (a, b) =>
        RANK[a.state] - RANK[b.state] ||
        a.priority - b.priority ||
        (a.raised_at === b.raised_at ? (a.alarm < b.alarm ? -1 : 1) : a.raised_at < b.raised_at ? 1 : -1),
    );
}

export type AlarmCounts = Record<AlarmState, number> & { unacknowledged: number; gravest: 1 | 2 | 3 };

export function countedAlarms(alarms: Iterable<AlarmBoard>): AlarmCounts {
  const counts: AlarmCounts = { raised: 0, returned: 0, acknowledged: 0, shelved: 0, unacknowledged: 0, gravest: 3 };
  for (const alarm of alarms) {
    counts[alarm.state] += 1;
    if (!isUnacknowledged(alarm)) continue;
    counts.unacknowledged += 1;
    if (alarm.priority < counts.gravest) counts.gravest = alarm.priority;
  }
  return counts;
}

export interface Rate {
  last_hour: number;
  last_ten_minutes: number;
  isFlood: boolean;
}

/** How many alarms came, from when each was raised. */
export function rateOf(raised_ms: Iterable<number>, now_ms: number): Rate {
  let last_hour = 0;
  let last_ten_minutes = 0;
  for (const at_ms of raised_ms) {
    if (now_ms - at_ms < 3_600_000) last_hour += 1;
    if (now_ms - at_ms < FLOOD_MS) last_ten_minutes += 1;
  }
  return { last_hour, last_ten_minutes, isFlood: last_ten_minutes > FLOOD_ALARMS };
}
