/** Response times against their targets: the percentile that the target is about, of the last hour and of the shift, with a plain bar. */

import type { Verdict } from '../documents';
import { useL } from '../i18n';
import { hms } from '../live/clock';
import { duration, percent } from '../statistics/format';
import { verdictName } from '../statistics/names';
import { barOf } from './figures';
import type { Performance } from './usePerformance';

// With fewer cases a 90th percentile is the second slowest of a handful: the count stands there instead.
const CASES_MIN = 10;

export function Times({ found, isOld }: { found: Performance | null; isOld: boolean }) {
  const L = useL();
  return (
    <section className="w-part w-times" data-old={isOld || undefined} aria-label={L('响应时间', 'Response times')}>
      <h2>
        {L('响应时间', 'Response times')}
        <small>
          {isOld && found
            ? L(`停在 ${hms(found.at)}`, `stopped at ${hms(found.at)}`)
            : L('近 1 小时,应达比例处', 'last hour, at the asked share')}
          <span>{found ? L(`${found.shift_h} 小时达标`, `within, ${found.shift_h} h`) : ''}</span>
        </small>
      </h2>
      {found && found.shift.length === 0 ? (
        <p className="w-none">{L(`${found.shift_h} 小时内没有派遣`, `Nothing was dispatched in ${found.shift_h} h`)}</p>
      ) : found ? (
        <ul>
          {found.hour.map((hour, at) => (
            <Line key={hour.target} hour={hour} shift={found.shift[at]} />
          ))}
        </ul>
      ) : (
        <p className="w-none">{L('正在计算…', 'Computing…')}</p>
      )}
    </section>
  );
}

function Line({ hour, shift }: { hour: Verdict; shift: Verdict | undefined }) {
  const L = useL();
  const isFew = hour.count < CASES_MIN;
  const { bar, target, isOver } = barOf(isFew ? null : hour.percentile, hour.seconds);
  return (
    <li data-over={isOver || undefined}>
      <span className="w-name">{L.of(verdictName(hour))}</span>
      <span className="w-track" aria-hidden="true">
        <i style={{ width: `${bar}%` }} />
        <em style={{ left: `${target}%` }} />
      </span>
      <b className="num">{isFew ? L(`${hour.count} 例`, `n ${hour.count}`) : duration(hour.percentile)}</b>
      <span className="w-target num">≤{duration(hour.seconds)}</span>
      <span className="w-shift num">{shift && shift.count >= CASES_MIN ? percent(shift.within / shift.count) : '–'}</span>
    </li>
  );
}
