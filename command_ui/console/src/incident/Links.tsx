/** What else belongs to the incident: further calls, alarms, incidents merged into it; each can be taken off with a reason. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import type { IncidentBoard } from '../documents';
import { useL } from '../i18n';
import { hms } from '../live/clock';
import { useDocument } from '../live/store';
import { AlarmMark } from '../parts/Marks';
import { say, select } from '../ui';
import { Caller } from './PlaceAndCaller';
import { ReasonLine } from './ReasonLine';

type Taken = { what: 'call' | 'alarm' | 'merged'; id: string };

export function Links({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  const [taking, setTaking] = useState<Taken | null>(null);
  const { calls, alarms, merged } = incident;
  // One call and nothing else already stands above, with the place.
  if (calls.length < 2 && alarms.length + merged.length === 0) return null;
  const off = (what: Taken['what'], id: string) => (
    <Button className="btn ghost" onPress={() => setTaking({ what, id })}>
      {L('解除', 'Unlink')}
    </Button>
  );
  return (
    <section className="sub links" aria-label={L('关联', 'Links')}>
      <header className="s-head">
        <h3>{L('关联', 'Links')}</h3>
        <span className="dim num">{calls.length + alarms.length + merged.length}</span>
      </header>
      <ul className="link-l">
        {calls.map((call, index) => (
          <li key={call}>
            {/* The first caller stands above, with the place. */}
            {index === 0 ? <span className="num dim">{call}</span> : <Caller call={call} />}
            {off('call', call)}
          </li>
        ))}
        {alarms.map((alarm) => (
          <li key={alarm}>
            <Alarm alarm={alarm} />
            {off('alarm', alarm)}
          </li>
        ))}
        {merged.map((number) => (
          <li key={number}>
            <Button className="btn ghost num" onPress={() => select(number)}>
              {number}
            </Button>
            <span className="dim">{L('已并入', 'merged in')}</span>
            {off('merged', number)}
          </li>
        ))}
      </ul>
      {taking && (
        <ReasonLine
          key={taking.id}
          label={L(`解除 ${taking.id},理由`, `Unlink ${taking.id}, why`)}
          draft={`unlink.${taking.id}`}
          onLeave={() => setTaking(null)}
          onSave={async (reason) => {
            await unlink(taking, incident.number, reason);
            say(`已解除 ${taking.id}`, `${taking.id} was unlinked`);
          }}
        />
      )}
    </section>
  );
}

async function unlink({ what, id }: Taken, incident: string, reason: string): Promise<void> {
  if (what === 'call') await command('unlink_call', { call: id, reason });
  else if (what === 'alarm') await command('unlink_alarm', { alarm: id, incident, reason });
  else await command('unmerge_incident', { incident: id, reason });
}

function Alarm({ alarm }: { alarm: string }) {
  const L = useL();
  const document = useDocument('alarm_board', alarm);
  if (!document) return <span className="num dim">{alarm}</span>;
  return (
    <span className="caller">
      <AlarmMark p={document.priority} raised={document.state === 'raised'} />
      <span>{L.of(document, document.sensor)}</span>
      <span className="num dim">
        {document.value ?? ''} {document.unit_of_measure} · {hms(document.raised_at)}
      </span>
    </span>
  );
}
