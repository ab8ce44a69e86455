/** What is open, by priority and by district, and who waits. A place is a district and a street, never a house. */

import { useMemo } from 'react';
import { dispatchTarget } from '../catalogue';
import type { Priority } from '../documents';
import { useL } from '../i18n';
import { documents, useDocument, useViewVersion } from '../live/store';
import { Age, PrioMark } from '../parts/Marks';
import { countedIncidents, isIncident, type WallCounts, waiting } from './figures';
import { districtCodes, districtShort, typeName } from './names';

const PRIORITIES: readonly Priority[] = [1, 2, 3, 4, 5];

// What has room beside the map in letters for five metres; how many more wait is said.
const WAITING_SHOWN_MAX = 5;
// The same for districts: four columns of four rows, three of six where names are longer.
const DISTRICTS_SHOWN_MAX = 16;

function useCounts(): WallCounts {
  const version = useViewVersion('wall_board', 'content');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map stays the same while it changes; its version says when
  return useMemo(() => countedIncidents(documents('wall_board').values()), [version]);
}

export function Priorities() {
  const L = useL();
  const { all, byPriority } = useCounts();
  return (
    <ul className="w-prios" aria-label={L('在办警情,按级别', 'Open incidents by priority')}>
      {PRIORITIES.map((p) => (
        <li key={p} data-p={p}>
          <PrioMark p={p} />
          <b className="num">{byPriority[p].open}</b>
          <span data-waits={(p <= 2 && byPriority[p].pending > 0) || undefined}>
            {L('待派', 'waiting')} {byPriority[p].pending}
          </span>
        </li>
      ))}
      <li className="w-all">
        <b className="num">{all.open}</b>
        <span>{L('在办', 'open')}</span>
      </li>
    </ul>
  );
}

export function Waiting() {
  const L = useL();
  const version = useViewVersion('wall_board', 'content');
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const keys = useMemo(() => waiting(documents('wall_board')), [version]);
  const more = keys.length - WAITING_SHOWN_MAX;
  return (
    <section className="w-part w-waiting" aria-label={L('待派最久', 'Longest waiting')}>
      <h2>
        {L('待派最久', 'Longest waiting')}
        {more > 0 ? <small>{L(`另有 ${more} 起`, `${more} more`)}</small> : null}
      </h2>
      {keys.length === 0 ? <p className="w-none">{L('没有待派警情', 'Nobody is waiting for a unit')}</p> : null}
      <ul>
        {keys.slice(0, WAITING_SHOWN_MAX).map((key) => (
          <WaitingRow key={key} id={key} />
        ))}
      </ul>
    </section>
  );
}

function WaitingRow({ id }: { id: string }) {
  const L = useL();
  const row = useDocument('wall_board', id);
  if (!row || !isIncident(row)) return null;
  return (
    <li data-p={row.priority}>
      <PrioMark p={row.priority} />
      <span className="w-what">
        <b>{typeName(row.incident_type, L)}</b>
        <span>{[districtShort(row.district, L), row.street].filter(Boolean).join(' ')}</span>
      </span>
      <Age at={row.opened_at} target={dispatchTarget(row.priority, row.agency)} cls={row.priority <= 3 ? 'w-age grave' : 'w-age'} />
    </li>
  );
}

export function Districts() {
  const L = useL();
  const { byDistrict } = useCounts();
  const codes = districtCodes();
  const rows = [...codes, ...[...byDistrict.keys()].filter((code) => !codes.includes(code))]
    .map((code) => ({ code, ...(byDistrict.get(code) ?? { open: 0, pending: 0 }) }))
    .sort((a, b) => b.open - a.open || (a.code < b.code ? -1 : 1));
  const more = rows.slice(DISTRICTS_SHOWN_MAX).reduce((sum, { open }) => sum + open, 0);
  return (
    <section className="w-part w-districts" aria-label={L('各区在办', 'Open by district')}>
      <h2>
        {L('各区在办', 'Open by district')}
        <small>
          {more > 0 ? <span>{L(`其余各区 ${more} 起`, `${more} elsewhere`)}</span> : null}
          <em>{L('待派', 'waiting')}</em>
          <span>{L('在办', 'open')}</span>
        </small>
      </h2>
      <ul>
        {rows.slice(0, DISTRICTS_SHOWN_MAX).map(({ code, open, pending }) => (
          <li key={code} data-none={open === 0 || undefined}>
            <span>{code === '' ? L('未定', 'Unknown') : districtShort(code, L)}</span>
            <em className="num">{pending > 0 ? pending : ''}</em>
            <b className="num">{open}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
