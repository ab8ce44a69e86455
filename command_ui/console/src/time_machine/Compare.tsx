/** Then and now side by side: the numbers, and incident by incident what is otherwise. */

import { useEffect, useState } from 'react';
import { districtShort, typeName } from '../catalogue';
import type { IncidentBoard, Status } from '../documents';
import { type Speak, useL } from '../i18n';
import { STEP_NAMES } from '../incident/steps';
import { hms, onSecond, present } from '../live/clock';
import { documents, liveDocuments, useViewVersion } from '../live/store';
import { LEVEL_NAMES, PHASE_NAMES, PRIORITY_NAMES, STATUS_NAMES } from '../names';
import { PrioMark, StatusMark } from '../parts/Marks';
import { type Counts, countsOf, type Difference, differencesOf, type Field } from './differences';
import { useMoment } from './moment';

const PRIORITIES = [1, 2, 3, 4, 5] as const;
const STATUSES = Object.keys(STATUS_NAMES) as Status[];

// More than a screen's worth of differences is read by the numbers; the rest is counted.
const SHOWN_MAX = 200;

export function Compare() {
  const L = useL();
  const moment = useMoment();
  // The past changes as it is played, the present by itself: both are looked at once a second at most.
  useViewVersion('incident_board', 'content');
  useViewVersion('unit_status', 'content');
  useViewVersion('alarm_board', 'content');
  const [now_ms, setNow] = useState(present);
  useEffect(() => onSecond(() => setNow((old) => (present() - old >= 1_000 ? present() : old))), []);
  const then = countsOf(documents('incident_board'), documents('unit_status'), documents('alarm_board'));
  const now = countsOf(liveDocuments('incident_board'), liveDocuments('unit_status'), liveDocuments('alarm_board'));
  const all = differencesOf(documents('incident_board'), liveDocuments('incident_board'));
  const groups = [
    { kind: 'new', zh: '此后新立', en: 'Opened since' },
    { kind: 'gone', zh: '此后结案或并入', en: 'Closed or merged since' },
    { kind: 'changed', zh: '有变化', en: 'Changed' },
  ] as const;
  return (
    <main className="main cmp">
      <section className="panel cmp-n" aria-label={L('数目', 'Numbers')}>
        <Numbers then={then} now={now} at={hms(moment?.at_ms)} until={hms(now_ms)} L={L} />
      </section>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="panel cmp-l" tabIndex={0} aria-label={L('逐案对照', 'Incident by incident')}>
        {all.length === 0 ? (
          <div className="empty">
            <b>{L('警情与现在相同', 'The incidents are as they are now')}</b>
          </div>
        ) : null}
        {groups.map(({ kind, zh, en }) => {
          const found = all.filter((one) => one.kind === kind);
          if (found.length === 0) return null;
          return (
            <table key={kind} className="cmp-t">
              <caption>
                {L(zh, en)} <b className="num">{found.length}</b>
              </caption>
              <thead>
                <tr>
                  <th scope="col">{L('警情', 'Incident')}</th>
                  <th scope="col">{L(`当时 ${hms(moment?.at_ms)}`, `Then, ${hms(moment?.at_ms)}`)}</th>
                  <th scope="col">{L(`现在 ${hms(now_ms)}`, `Now, ${hms(now_ms)}`)}</th>
                </tr>
              </thead>
              <tbody>
                {found.slice(0, SHOWN_MAX).map((difference) => (
                  <Row key={difference.number} difference={difference} L={L} />
                ))}
              </tbody>
              {found.length > SHOWN_MAX ? (
                <tfoot>
                  <tr>
                    <td colSpan={3}>{L(`另有 ${found.length - SHOWN_MAX} 起未列出`, `${found.length - SHOWN_MAX} more are not listed`)}</td>
                  </tr>
                </tfoot>
              ) : null}
            </table>
          );
        })}
      </section>
    </main>
  );
}

function Numbers({ then, now, at, until, L }: { then: Counts; now: Counts; at: string; until: string; L: Speak }) {
  const line = (key: string, name: React.ReactNode, was: number, is: number) => (
    <tr key={key} data-same={was === is || undefined}>
      <th scope="row">{name}</th>
      <td className="num">{was}</td>
      <td className="num">{is}</td>
      <td className="num">{is === was ? '' : is > was ? `+${is - was}` : `−${was - is}`}</td>
    </tr>
  );
  return (
    <table className="cmp-c">
      <caption>{L('当时与现在', 'Then and now')}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="dim">{L('数目', 'Count')}</span>
          </th>
          <th scope="col" className="num">
            {L('当时', 'Then')} {at}
          </th>
          <th scope="col" className="num">
            {L('现在', 'Now')} {until}
          </th>
          <th scope="col">±</th>
        </tr>
      </thead>
      <tbody>
        {line('open', L('在办警情', 'Open incidents'), then.open, now.open)}
        {line('pending', L('待派', 'Waiting for units'), then.pending, now.pending)}
        {PRIORITIES.map((p) =>
          line(
            `p${p}`,
            <span className="cmp-m">
              <PrioMark p={p} size={15} isInHand /> {L.of(PRIORITY_NAMES[p])}
            </span>,
            then.priorities[p],
            now.priorities[p],
          ),
        )}
      </tbody>
      <tbody>
        {line('alarms', L('告警', 'Alarms'), then.alarms, now.alarms)}
        {line('unacknowledged', L('未确认', 'Unacknowledged'), then.unacknowledged, now.unacknowledged)}
      </tbody>
      <tbody>
        {STATUSES.map((status) =>
          line(
            status,
            <span className="cmp-m">
              <StatusMark s={status} /> {L.of(STATUS_NAMES[status])}
            </span>,
            then.statuses[status],
            now.statuses[status],
          ),
        )}
      </tbody>
    </table>
  );
}

function Row({ difference, L }: { difference: Difference; L: Speak }) {
  const { was, is, fields, units, kind } = difference;
  const known = is ?? was;
  if (!known) return null;
  return (
    <tr>
      <th scope="row">
        <span className="cmp-m">
          <PrioMark p={known.priority} size={15} isInHand={known.phase !== 'pending'} /> <b className="num">{known.short}</b>{' '}
          {typeName(known.incident_type, L)}{' '}
          <span className="dim">
            {districtShort(known.district, L)} {known.address}
          </span>
        </span>
      </th>
      <td>
        {kind === 'new' ? <span className="dim">–</span> : <Side incident={was} fields={fields} L={L} />}
        {units.map(({ unit, was: status }) => (
          <UnitAs key={unit} unit={unit} status={status} L={L} />
        ))}
      </td>
      <td>
        {kind === 'gone' ? <span>{L('已不在办', 'no longer open')}</span> : <Side incident={is} fields={fields} L={L} />}
        {units.map(({ unit, is: status }) => (
          <UnitAs key={unit} unit={unit} status={status} L={L} />
        ))}
      </td>
    </tr>
  );
}

/** The fields that differ; of an incident that is only on one side, how it stands. */
function Side({ incident, fields, L }: { incident: IncidentBoard | null; fields: readonly Field[]; L: Speak }) {
  if (!incident) return null;
  const said = (fields.length > 0 ? fields : (['phase'] as const)).map((field) => fieldText(incident, field, L));
  return <span>{said.join(' · ')}</span>;
}

function fieldText(incident: IncidentBoard, field: Field, L: Speak): string {
  switch (field) {
    case 'priority':
      return L.of(PRIORITY_NAMES[incident.priority]);
    case 'incident_type':
      return typeName(incident.incident_type, L);
    case 'level':
      return L.of(LEVEL_NAMES[incident.level]);
    case 'phase':
      return L.of(PHASE_NAMES[incident.phase]);
    case 'address':
      return incident.address;
    case 'notes':
      return L(`记录 ${incident.notes} 条`, `${incident.notes} notes`);
  }
}

function UnitAs({ unit, status, L }: { unit: string; status: string | null; L: Speak }) {
  if (status === null) return null;
  const name = STATUS_NAMES[status as Status] ?? STEP_NAMES[status as keyof typeof STEP_NAMES] ?? { zh: status, en: status };
  return (
    <span className="cmp-u">
      <b className="num">{unit}</b> {L(name.zh, name.en)}
    </span>
  );
}
