/**
 * The time machine at a wall: which time is shown, in letters for five metres, and the span with its incidents. It is moved by the keys of the
 * desk's bar and has nothing to press. What happened at a step is not told in words here: a note may speak of persons.
 */

import { useEffect, useState } from 'react';
import { useL } from '../i18n';
import { day, hms, present } from '../live/clock';
import { Density } from './Density';
import { useMoment } from './moment';
import { around, following, lengthOf } from './range';
import { TimeField } from './TimeField';
import { useTimeKeys } from './timeKeys';
import './wall_time.css';

export function WallTime() {
  const L = useL();
  const now = useMoment();
  const at_ms = now?.at_ms ?? 0;
  const [range, setRange] = useState(() => around(at_ms, lengthOf('hour'), present()));
  useTimeKeys(false);
  useEffect(() => setRange((old) => following(old, at_ms, present())), [at_ms]);
  if (!now) return null;
  const date = day(at_ms);
  const said = now.problem ? L(now.problem.zh, now.problem.en) : now.isBusy ? L('正在取…', 'fetching…') : '';
  return (
    <section className="w-then" data-area="time" aria-label={L('时间机', 'Time machine')}>
      <p className="w-then-at">
        <b>{L('回看', 'Looking back')}</b>
        <time className="num">
          {date === day(present()) ? '' : `${date} `}
          {hms(at_ms)}
        </time>
        <b>{now.clock === 'recorded' ? L('当时所知', 'what was known') : L('当时实情', 'what was true')}</b>
        <span className="num">{now.isPlaying ? `▶ ×${now.speed}` : '❚❚'}</span>
      </p>
      <div className="w-then-beside">
        <p className="w-then-said" role="status">
          {said}
        </p>
        {said === '' && (
          <p className="w-then-keys">
            {L(
              'P 播放 · , . 单步 · ← → 一分钟 · + − 速度 · ⇧K 时钟 · F3 时刻 · Esc 回到现在',
              'P play · , . step · ← → a minute · + − speed · ⇧K clock · F3 a time · Esc now',
            )}
          </p>
        )}
      </div>
      <Density range={range} at_ms={at_ms} />
      <TimeField />
    </section>
  );
}
