/** When alarms were raised in the last hour, those that have left the board included: the rate must not fall because somebody was quick. */

import { ms, now, onSecond } from '../live/clock';
import { documents, onChange } from '../live/store';
import { type Rate, rateOf } from './order';

const HOUR_MS = 3_600_000;
const raised = new Map<string, number>();

/** Calls with the rate when alarms come, and as the time passes. */
export function onRate(listener: (rate: Rate) => void): () => void {
  const look = () =>
    listener(
      rateOf(
        [...raised.values()].filter((at_ms) => at_ms <= now()),
        now(),
      ),
    );
  const take = (keys: Iterable<string>) => {
    for (const key of keys) {
      const alarm = documents('alarm_board').get(key);
      if (alarm) raised.set(key, ms(alarm.raised_at));
    }
  };
  take(documents('alarm_board').keys());
  look();
  const stopChanges = onChange('alarm_board', (keys) => {
    take(keys);
    look();
  });
  const stopSeconds = onSecond((now_ms) => {
    if (Math.floor(now_ms / 1000) % 30 !== 0) return;
    for (const [key, at_ms] of raised) if (now_ms - at_ms > HOUR_MS) raised.delete(key);
    look();
  });
  return () => {
    stopChanges();
    stopSeconds();
  };
}
