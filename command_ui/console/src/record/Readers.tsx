/** Who has opened this record, for those who answer for it. Reading a caller's name is a fact of its own, on the timeline. */

import { useEffect, useState } from 'react';
import { get } from '../api';
import type { Access, IncidentRecord, Role } from '../documents';
import { useL } from '../i18n';
import { timeOn } from '../incident/timeline';
import { ms } from '../live/clock';
import { hasRole, useSession } from '../session';
import { Section } from './Sections';

const MAY_SEE: readonly Role[] = ['commander', 'analyst', 'administrator'];

interface Answer {
  readers: Access[];
  people: Record<string, { zh: string; en: string }>;
}

export function Readers({ record }: { record: IncidentRecord }) {
  const L = useL();
  const mayAsk = hasRole(useSession(), ...MAY_SEE);
  const [answer, setAnswer] = useState<Answer | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a record that was read anew has a reader more
  useEffect(() => {
    if (!mayAsk) return;
    const asking = new AbortController();
    get<Answer>(`/api/incidents/${encodeURIComponent(record.number)}/readers`, asking.signal)
      .then(setAnswer)
      .catch(() => {});
    return () => asking.abort();
  }, [mayAsk, record.number, record.position]);
  if (!mayAsk || !answer) return null;
  const on = ms(record.head.opened_at);
  return (
    <Section part="readers" title={L('谁看过', 'Who has read it')} count={answer.readers.length}>
      <ul className="rd-list">
        {answer.readers.map((access) => (
          <li key={`${access.account} ${access.at}`}>
            <time className="num">{timeOn(access.at, on)}</time>
            <span>
              {L.of(answer.people[access.account], access.account)} {access.seat && `${L('席', 'seat ')}${access.seat}`}
            </span>
            <span className="dim num">
              {access.times > 1 && L(`至 ${timeOn(access.last_at, on)}`, `until ${timeOn(access.last_at, on)}`)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
