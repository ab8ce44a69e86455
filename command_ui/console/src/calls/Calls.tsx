/**
 * Calls that nobody has worked off: taken by another program or another seat, neither linked to an incident nor ended. The list is there
 * only while somebody waits; Enter goes on with the call where it stopped.
 */

import { useEffect, useMemo, useRef, useState } from 'react';
import { command } from '../api';
import type { CallBoard } from '../documents';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { ReasonLine } from '../incident/ReasonLine';
import { sourceName } from '../intake/IntakeField';
import { openIntake } from '../intake/intakeKeys';
import { registerKeys } from '../keys';
import { hms } from '../live/clock';
import { documents, useDocument, useViewVersion } from '../live/store';
import { Age, Key } from '../parts/Marks';
import { RowList } from '../parts/RowList';
import { say, useUiPart } from '../ui';
import { PROCESSING_S_TARGET, waitingCalls } from './order';
import './calls.css';

const ROW_PX = 24;
// More than these scroll: the queue keeps its room.
const ROWS_SHOWN_MAX = 4;

export function Calls() {
  const L = useL();
  const scope = useUiPart('scope');
  const [active, setActive] = useState<string | null>(null);
  const [ending, setEnding] = useState<string | null>(null);
  const version = useViewVersion('call_board', 'content');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map stays the same while it changes; its version says when
  const ids = useMemo(() => waitingCalls(documents('call_board').values(), scope).map(({ call }) => call), [version, scope]);
  const rows = useMemo(() => ids.map((id) => ({ id, height_px: ROW_PX })), [ids]);
  const current = active !== null && ids.includes(active) ? active : (ids[0] ?? null);
  const latest = useRef(current);
  latest.current = current;
  useEffect(
    () =>
      registerKeys([
        { key: 'T', zh: '待处理来电', en: 'Calls that wait', where: 'screen', run: () => focusPane('calls') },
        {
          key: 'E',
          zh: '结束来电(写明去向)',
          en: 'End the call (say what became of it)',
          where: 'calls',
          run: () => (latest.current ? setEnding(latest.current) : false),
        },
        { key: 'Escape', zh: '退回队列', en: 'Back to the queue', where: 'calls', run: () => focusPane('queue'), isHidden: true },
      ]),
    [],
  );
  if (ids.length === 0) return null;
  const back = () => {
    setEnding(null);
    requestAnimationFrame(() => focusPane('calls') || focusPane('queue'));
  };
  return (
    <section className="panel calls" data-area="calls" aria-label={L('待处理来电', 'Calls that wait')}>
      <header className="p-head">
        <h2>{L('来电', 'Calls')}</h2>
        <Key k="T" />
        <span role="status">
          {L('待处理', 'waiting')} <b className="num warm">{ids.length}</b>
        </span>
        <span className="hint">
          <Key k="↵" />
          {L('接着处理', 'go on')} <Key k="E" />
          {L('结束', 'end')}
        </span>
      </header>
      <div className="c-body" style={{ height: Math.min(ids.length, ROWS_SHOWN_MAX) * ROW_PX }}>
        <RowList
          label={L('待处理来电', 'Calls that wait')}
          pane="calls"
          rows={rows}
          active={current}
          onActive={setActive}
          onAct={(call) => openIntake({ intakeAlarm: null, intakeCall: call })}
          render={(id) => <CallRow id={id} />}
          rowLabel={(id) => textOf(documents('call_board').get(id), id)}
          empty={null}
        />
      </div>
      {ending && (
        <ReasonLine
          key={ending}
          label={L(`结束 ${ending},去向`, `End ${ending}: what became of it`)}
          draft={`end_call.${ending}`}
          onLeave={back}
          onSave={async (outcome) => {
            await command('end_call', { call: ending, outcome });
            say(`${ending} 已结束:${outcome}`, `${ending} has ended: ${outcome}`);
          }}
        />
      )}
    </section>
  );
}

const textOf = (call: CallBoard | undefined, otherwise: string): string =>
  call ? [call.source, hms(call.received_at), call.caller_masked, call.address, call.description].filter(Boolean).join(' ') : otherwise;

function CallRow({ id }: { id: string }) {
  const L = useL();
  const call = useDocument('call_board', id);
  if (!call) return null;
  const words = [call.address, call.description].filter(Boolean).join(' · ');
  return (
    <div className="c-row">
      <span className="c-src">{sourceName(call.source, L)}</span>
      <span className="num">{hms(call.received_at)}</span>
      <span className="c-txt" title={words}>
        {words || L('尚无内容', 'nothing noted yet')}
      </span>
      <span className="num dim">{call.caller_masked}</span>
      <Age at={call.received_at} target={PROCESSING_S_TARGET} cls="num" />
    </div>
  );
}
