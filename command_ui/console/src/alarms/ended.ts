/** What became of an alarm that left the board under a form, and by whom: the board knows no more of it, its history does. */

import { useEffect, useState } from 'react';
import { get } from '../api';
import { nameOf, useColleagues } from '../colleagues';
import type { AlarmHistory } from '../documents';
import { useL } from '../i18n';
import { hms } from '../live/clock';
import type { Act } from './ActForm';

export interface Said {
  zh: string;
  en: string;
}

type Ended = Pick<AlarmHistory, 'outcome' | 'ended_by' | 'ended_at'>;

/** The sentence for the form; null while the alarm stands. */
export function useEnded(act: Act, alarm: string, isGone: boolean): Said | null {
  const L = useL();
  const colleagues = useColleagues(isGone);
  const [ended, setEnded] = useState<Ended | null>(null);
  useEffect(() => {
    if (!isGone) return;
    const asking = new AbortController();
    get<{ document: Ended }>(`/api/views/alarm_history/${encodeURIComponent(alarm)}`, asking.signal)
      .then(({ document }) => setEnded(document))
      // That it is gone is said all the same.
      .catch(() => {});
    return () => asking.abort();
  }, [alarm, isGone]);
  return isGone ? endedSaid(act, ended, (account) => nameOf(account, colleagues, L)) : null;
}

/** Pure. Without its history, or before it is here, nobody is named. */
export function endedSaid(act: Act, ended: Ended | null, name: (account: string) => string): Said {
  const undone =
    act === 'shelve' ? { zh: '没有搁置', en: 'it was not shelved' } : { zh: '不必再撤销', en: 'there is nothing left to dismiss' };
  const kept = { zh: '写下的原因留在这里。', en: 'The reason is kept here.' };
  if (!ended?.ended_at || !ended.ended_by) {
    return {
      zh: `这条告警已被撤销或清除,${undone.zh}。${kept.zh}`,
      en: `This alarm was dismissed or cleared: ${undone.en}. ${kept.en}`,
    };
  }
  const [did, was] = ended.outcome === 'dismissed' ? ['撤销', 'dismissed'] : ['清除', 'cleared'];
  const [who, at] = [name(ended.ended_by), hms(ended.ended_at)];
  return {
    zh: `这条告警已由 ${who} 于 ${at} ${did},${undone.zh}。${kept.zh}`,
    en: `This alarm was ${was} by ${who} at ${at}: ${undone.en}. ${kept.en}`,
  };
}
