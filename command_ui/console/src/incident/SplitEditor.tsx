/** Some calls turn out to be about something else: they are chosen, the reason is given, and an incident is opened for them. */
import { useState } from 'react';
import { command } from '../api';
import type { IncidentBoard } from '../documents';
import { useL } from '../i18n';
import { hms } from '../live/clock';
import { useDocument } from '../live/store';
import { say, sayProblem, select } from '../ui';
import { ReasonLine } from './ReasonLine';
import { useRoving } from './roving';

export function SplitEditor({ incident, onLeave }: { incident: IncidentBoard; onLeave: () => void }) {
  const L = useL();
  const { number, calls } = incident;
  // The first call is what the incident was opened for; it is the later ones that were put to it by mistake.
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(calls.slice(-1)));
  const roving = useRoving(calls.length);
  const toggle = (call: string) => {
    const next = new Set(chosen);
    if (!next.delete(call)) next.add(call);
    setChosen(next);
  };
  const split = async (reason: string) => {
    const going = calls.filter((call) => chosen.has(call));
    if (going.length === 0) throw { zh: '先用空格选择要拆出的电话。', en: 'Choose the calls to split off with Space first.' };
    const { result } = await command<{ incident: string }>('split_incident', { incident: number, calls: going, reason });
    const undo = () =>
      void command('merge_incidents', { incident: number, merged: result.incident })
        .then(() => select(number))
        .catch(sayProblem);
    select(result.incident);
    say(`已从 ${number} 拆出 ${result.incident}`, `${result.incident} was split off from ${number}`, 'ok', undo);
  };
  return (
    <>
      <div
        className="split-l"
        role="listbox"
        aria-multiselectable="true"
        aria-label={L('拆出的电话', 'Calls to split off')}
        ref={roving.ref as React.RefObject<HTMLDivElement>}
        onKeyDown={(event) => {
          roving.onKeyDown(event);
          if (event.key === 'Escape') {
            event.preventDefault();
            event.stopPropagation();
            onLeave();
          }
        }}
      >
        {calls.map((call, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the roving row gives it its tab stop
          <div
            key={call}
            role="option"
            aria-selected={chosen.has(call)}
            className="split-r"
            {...roving.row(index)}
            onClick={() => toggle(call)}
            onKeyDown={(event) => {
              if (event.key !== ' ') return;
              event.preventDefault();
              toggle(call);
            }}
          >
            <span aria-hidden="true">{chosen.has(call) ? '☑' : '☐'}</span>
            <SplitCall call={call} />
          </div>
        ))}
      </div>
      <ReasonLine label={L('拆分,理由', 'Split, why')} draft={`split.${number}`} onSave={split} onLeave={onLeave} />
    </>
  );
}

function SplitCall({ call }: { call: string }) {
  const document = useDocument('call_board', call);
  return (
    <>
      <span className="num">{call}</span>
      {document && (
        <span className="dim">
          {document.source} {hms(document.received_at)} {document.description}
        </span>
      )}
    </>
  );
}
