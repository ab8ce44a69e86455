/** The band that no screen of another time is without: which time it shows, by which clock, and what calls for somebody now. */

import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { isUnacknowledged } from '../alarms/order';
import { useL } from '../i18n';
import { day, hms, ms, onSecond, present } from '../live/clock';
import { liveDocuments } from '../live/store';
import { Key } from '../parts/Marks';
import { leave } from './machine';
import { NOT_NOW, useMoment } from './moment';

interface Meanwhile {
  grave: number;
  unacknowledged: number;
}

/** What the live picture holds that calls for somebody: the gravest incidents opened since the present was left, and alarms that ring. */
function meanwhile(entered_ms: number): Meanwhile {
  let grave = 0;
  let unacknowledged = 0;
  for (const { priority, opened_at } of liveDocuments('incident_board').values()) {
    if (priority === 1 && ms(opened_at) >= entered_ms) grave += 1;
  }
  for (const alarm of liveDocuments('alarm_board').values()) if (isUnacknowledged(alarm)) unacknowledged += 1;
  return { grave, unacknowledged };
}

export function Band() {
  const L = useL();
  const moment = useMoment();
  const entered_ms = moment?.entered_ms ?? 0;
  const [news, setNews] = useState<Meanwhile>(() => meanwhile(entered_ms));
  useEffect(() => {
    const look = () => {
      const next = meanwhile(entered_ms);
      setNews((old) => (old.grave === next.grave && old.unacknowledged === next.unacknowledged ? old : next));
    };
    look();
    return onSecond(look);
  }, [entered_ms]);
  if (!moment) return null;
  const date = day(moment.at_ms);
  return (
    <section className="then-band" aria-label={L('回看', 'Looking back')}>
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <path d="M9 2.5A6.5 6.5 0 1 1 2.5 9M9 5V9L12 11M2.5 4V9H7" fill="none" stroke="currentColor" strokeWidth="1.8" />
      </svg>
      {L('回看', 'Looking back')}{' '}
      <time className="num then-at">
        {date.slice(0, 4) === day(present()).slice(0, 4) ? date.slice(5) : date} {hms(moment.at_ms)}
      </time>
      <b>{moment.clock === 'recorded' ? L('当时所知', 'what was known') : L('当时实情', 'what was true')}</b>
      {moment.isBusy ? <span className="then-dim">{L('正在取…', 'fetching…')}</span> : null}
      <span className="then-no">{L('不能下达命令', 'no commands')}</span>
      <span className="sp" />
      <span className="then-now" role="status" title={L(NOT_NOW.zh, NOT_NOW.en)}>
        {L('现在:新特急', 'Now: new critical')} <b className="num">{news.grave}</b> · {L('未确认告警', 'alarms')}{' '}
        <b className="num">{news.unacknowledged}</b>
      </span>
      <Button className="btn then-btn" onPress={leave}>
        {L('回到现在', 'Back to now')} <Key k="Esc" />
      </Button>
    </section>
  );
}
