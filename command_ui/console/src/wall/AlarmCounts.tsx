/** Alarms by priority, how many nobody has acknowledged, and whether they come faster than a person can take them. */

import { useMemo } from 'react';
import type { AlarmRate } from '../documents';
import { useL } from '../i18n';
import { documents, useViewVersion } from '../live/store';
import { AlarmMark } from '../parts/Marks';
import { countedAlarms } from './figures';

const PRIORITIES = [1, 2, 3] as const;

export function AlarmCounts({ rate }: { rate: AlarmRate | null }) {
  const L = useL();
  const version = useViewVersion('wall_board', 'content');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map stays the same while it changes; its version says when
  const counts = useMemo(() => countedAlarms(documents('wall_board').values()), [version]);
  return (
    <section className="w-part w-alarms" aria-label={L('告警', 'Alarms')}>
      <h2>
        {L('告警', 'Alarms')}
        <small data-flood={rate?.is_flood || undefined}>
          {rate?.is_flood
            ? L(`告警泛滥 · 10 分钟 ${rate.last_ten_minutes} 条`, `Flood: ${rate.last_ten_minutes} in 10 min`)
            : rate
              ? L(`近 1 小时 ${rate.last_hour} 条`, `${rate.last_hour} in the last hour`)
              : ''}
        </small>
      </h2>
      <ul>
        {PRIORITIES.map((p) => (
          <li key={p}>
            <AlarmMark p={p} raised={counts[p].unacknowledged > 0} />
            <b className="num">{counts[p].unacknowledged}</b>
            <span>
              {L('未确认', 'unack.')} / {counts[p].open}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
