/** One incident in the queue. It renders only when its own document or one of its units changes. */

import { memo } from 'react';
import { agencyLetter, agencyName, districtOf, districtShort, typeName } from '../catalogue';
import type { IncidentBoard, Status } from '../documents';
import { type Speak, useL } from '../i18n';
import { useDocument } from '../live/store';
import { PHASE_NAMES } from '../names';
import { Age, PrioMark, StatusMark } from '../parts/Marks';
import { useTargets } from '../parts/useTargets';
import { useSession } from '../session';
import { ageOf } from './order';

// More marks than these do not fit; the number says the rest.
const MARKS_MAX = 4;

const STATUSES_OF_A_UNIT: readonly string[] = ['dispatched', 'acknowledged', 'en_route', 'on_scene', 'transporting'];

/** A unit at its destination still transports, as far as a mark can say it. */
export const markOf = (status: string): Status =>
  status === 'at_destination' ? 'transporting' : STATUSES_OF_A_UNIT.includes(status) ? (status as Status) : 'available';

export const QueueRow = memo(function QueueRow({ number }: { number: string }) {
  const L = useL();
  const incident = useDocument('incident_board', number);
  const account = useSession()?.account;
  // The type's name arrives with the catalogue, which may come later than the incident.
  useDocument('catalogue', `incident_type:${incident?.incident_type}`);
  const targets = useTargets(incident?.priority ?? 5, incident?.agency ?? '');
  if (!incident || incident.is_closed) {
    return (
      <div className="q-row q-gone">
        <span />
        <span className="num">{incident?.short ?? number.split('-').at(-1)}</span>
        <span>{incident?.merged_into ? L('已并入', 'Merged') : L('已结案', 'Closed')}</span>
      </div>
    );
  }
  const open = incident.assignments.filter((assignment) => assignment.is_open);
  const { target_s, isGrave } = ageOf(incident, targets);
  const isPending = incident.phase === 'pending';
  return (
    <div className="q-row" data-phase={incident.phase} data-grave={isGrave || undefined}>
      <PrioMark p={incident.priority} isInHand={!isPending} />
      <span className="q-no num">{incident.short}</span>
      <span className="q-type">{typeName(incident.incident_type, L)}</span>
      <span className="q-addr" title={incident.address}>
        <i>{districtShort(incident.district, L)}</i> {withoutDistrict(incident.address, incident.district)}
      </span>
      <span className="q-units">
        {incident.handed_by !== '' && incident.responsible === account ? <em className="q-hand">{L('接手', 'take')}</em> : null}
        {isPending && open.length === 0 ? <em>{L('待派', 'new')}</em> : null}
        {incident.phase === 'closing' && open.length === 0 ? <small className="dim">{L('待结', 'to close')}</small> : null}
        {open.slice(0, MARKS_MAX).map(({ assignment, status }) => (
          <StatusMark key={assignment} s={markOf(status)} size={11} />
        ))}
        {open.length > MARKS_MAX ? <small className="num">+{open.length - MARKS_MAX}</small> : null}
      </span>
      <span className="q-ag" title={agencyName(incident.agency, L)}>
        {/* The column has room for one character; a short name may have more. */}
        {[...agencyLetter(incident.agency, L)][0]}
      </span>
      <Age at={incident.opened_at} target={target_s} cls="num q-age" />
    </div>
  );
});

/** The address as it stands beside its district: callers often name the district first, and a row has no room to say it twice. */
export function withoutDistrict(address: string, code: string): string {
  const zh = districtOf(code)?.zh;
  return zh && address.startsWith(zh) && address.length > zh.length ? address.slice(zh.length).trimStart() : address;
}

/** What a screen reader says of a row. */
export function rowLabel(incident: IncidentBoard | undefined, number: string, L: Speak): string {
  if (!incident) return `${number} ${L('已结案', 'closed')}`;
  const units = incident.assignments.filter(({ is_open }) => is_open).map(({ unit }) => unit);
  return [
    incident.short,
    `P${incident.priority}`,
    typeName(incident.incident_type, L),
    L.of(PHASE_NAMES[incident.phase]),
    districtShort(incident.district, L),
    incident.address,
    ...units,
  ].join(' ');
}
