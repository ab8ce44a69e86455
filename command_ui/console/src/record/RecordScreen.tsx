/** The record of one incident as a page of its own: sections on the left, the time axis on the right, and why each value is so. */

import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { typeName } from '../catalogue';
import type { IncidentRecord } from '../documents';
import { useL } from '../i18n';
import { RefusalLine } from '../incident/RefusalLine';
import { registerKeys } from '../keys';
import { day, hms } from '../live/clock';
import { Messages } from '../overlays/Messages';
import { Key, PrioMark } from '../parts/Marks';
import { go, useRoute } from '../screens/route';
import { select } from '../ui';
import { PrintHead } from './PrintHead';
import { Readers } from './Readers';
import { RecordTimeline } from './RecordTimeline';
import { Alarms, Assignments, Calls, Decisions, Fields, Links, Notes } from './Sections';
import { useRecord } from './useRecord';
import { type Asking, AskingContext } from './Value';
import { WhyPanel } from './WhyPanel';
import { type WhyOf, whyKey } from './why';
import { valueText } from './words';
import './record.css';

export function RecordScreen() {
  const L = useL();
  const { rest: number } = useRoute();
  const { record, said } = useRecord(number);
  return (
    <main className="main record">
      {record ? (
        <Record key={number} record={record} />
      ) : (
        <div className="empty">
          {said ? (
            <RefusalLine said={said} />
          ) : (
            <b>{number ? L(`正在读取 ${number}`, `Reading ${number}`) : L('未指明警情', 'No incident is named')}</b>
          )}
          <Button className="btn" onPress={() => go('dispatch')}>
            {L('回到调度', 'Back to dispatch')} <Key k="Esc" />
          </Button>
        </div>
      )}
      {record && said && <RefusalLine said={said} isWarning />}
      <Messages />
      <LeaveKey number={record ? number : ''} />
    </main>
  );
}

/** Escape goes back to the queue, with the incident selected there while it is open. */
function LeaveKey({ number }: { number: string }) {
  useEffect(
    () =>
      registerKeys([
        {
          key: 'Escape',
          zh: '回到调度',
          en: 'Back to dispatch',
          where: 'screen',
          run: () => {
            if (number) select(number);
            go('dispatch');
          },
        },
      ]),
    [number],
  );
  return null;
}

function Record({ record }: { record: IncidentRecord }) {
  const [asked, setAsked] = useState<WhyOf | null>(null);
  const [current, setCurrent] = useState('field:incident_type');
  const [target, setTarget] = useState<{ position: number; asked: number } | null>(null);
  const leave = () => {
    const key = asked && whyKey(asked);
    setAsked(null);
    if (key) requestAnimationFrame(() => focusValue(key));
  };
  const asking = useMemo<Asking>(() => ({ record, asked, current, ask: setAsked, setCurrent }), [record, asked, current]);
  // With the first picture: who sees the record presses its keys.
  useLayoutEffect(() =>
    registerKeys([
      {
        key: 'W',
        zh: '为什么(值的来历)',
        en: 'Why is this so',
        where: 'screen',
        run: () => {
          const value = document.activeElement?.closest<HTMLElement>('[data-why]');
          if (value) value.click();
          else focusValue(current);
        },
      },
      { key: 'T', zh: '档案时间线', en: "The record's timeline", where: 'screen', run: focusTimeline },
      { key: 'Ctrl+P', zh: '打印档案', en: 'Print the record', where: 'screen', run: () => window.print() },
      { key: 'Escape', zh: '收起「为什么」', en: 'Close «why»', where: 'screen', isHidden: true, run: () => (asked ? leave() : false) },
    ]),
  );
  return (
    <AskingContext value={asking}>
      <PrintHead record={record} />
      <Head record={record} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows of all values inside */}
      <div className="rd-left panel" onKeyDown={moveAmongValues}>
        <Fields record={record} />
        <Calls record={record} />
        <Assignments record={record} />
        <Decisions record={record} />
        <Alarms record={record} />
        <Links record={record} />
        <Notes record={record} />
        <Readers record={record} />
      </div>
      <div className="rd-right panel">
        {asked && (
          <WhyPanel
            key={whyKey(asked)}
            record={record}
            of={asked}
            onGo={(position) => setTarget({ position, asked: (target?.asked ?? 0) + 1 })}
            onLeave={leave}
          />
        )}
        <RecordTimeline record={record} target={target} />
      </div>
    </AskingContext>
  );
}

function Head({ record }: { record: IncidentRecord }) {
  const L = useL();
  const { head } = record;
  const state = record.fields.find(({ field }) => field === 'state')?.values.at(-1)?.value ?? '';
  return (
    <header className="rd-head">
      <PrioMark p={head.priority} size={34} isInHand={head.is_closed || head.phase !== 'pending'} />
      <h2>
        <span className="num">{record.number}</span> {typeName(head.incident_type, L)}
      </h2>
      <span className="tag">{valueText('state', state, record, L)}</span>
      <span className="rd-addr">{head.address}</span>
      <span className="num dim">
        {L('接警', 'Opened')} {day(head.opened_at)} {hms(head.opened_at)}
        {head.closed_at && ` · ${L('结案', 'Closed')} ${day(head.closed_at)} ${hms(head.closed_at)}`}
      </span>
      <span className="sp" />
      <span className="hint">
        <Key k="W" /> {L('为什么', 'why')}
      </span>
      <Button className="btn" onPress={() => window.print()}>
        {L('打印', 'Print')} <Key k="Ctrl P" />
      </Button>
      <Button
        className="btn bare"
        onPress={() => {
          select(record.number);
          go('dispatch');
        }}
      >
        {L('调度', 'Dispatch')} <Key k="Esc" />
      </Button>
    </header>
  );
}

function focusTimeline(): boolean {
  const list = document.querySelector<HTMLElement>("[data-pane='record-timeline']");
  const row = list?.querySelector<HTMLElement>("[data-roving][tabindex='0']") ?? list;
  row?.focus();
  return row !== null && row !== undefined;
}

function focusValue(key: string): void {
  document.querySelector<HTMLElement>(`[data-why='${CSS.escape(key)}']`)?.focus();
}

/** The arrows go from value to value, in the order in which they are read. */
function moveAmongValues(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!by || !(event.target instanceof HTMLElement) || event.target.dataset.why === undefined) return;
  const values = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-why]')];
  const next = values[values.indexOf(event.target) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
