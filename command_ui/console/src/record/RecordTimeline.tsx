/** Everything that touched the incident, in the order in which it happened; late entries with both times; the command behind each fact. */

import { useEffect, useMemo, useRef, useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import type { IncidentRecord, RecordFact } from '../documents';
import { useL } from '../i18n';
import { useRoving } from '../incident/roving';
import { timeOn } from '../incident/timeline';
import { ms } from '../live/clock';
import { Key } from '../parts/Marks';
import { inOrder, passes, type TimelineFilter } from './why';
import { commandName, factText, personName } from './words';

const FILTERS: readonly { filter: TimelineFilter; zh: string; en: string }[] = [
  { filter: 'all', zh: '全部', en: 'All' },
  { filter: 'people', zh: '记录', en: 'Notes' },
  { filter: 'system', zh: '系统', en: 'System' },
  { filter: 'late', zh: '补录', en: 'Late' },
];

interface Props {
  record: IncidentRecord;
  /** The fact to go to, and how often that was asked for: the same one can be asked for twice. */
  target: { position: number; asked: number } | null;
}

export function RecordTimeline({ record, target }: Props) {
  const L = useL();
  const [filter, setFilter] = useState<TimelineFilter>('all');
  const facts = useMemo(() => inOrder(record.facts), [record]);
  const shown = facts.filter((fact) => passes(fact, filter));
  const roving = useRoving(shown.length);
  const list = useRef<HTMLOListElement | null>(null);
  const { setIndex } = roving;
  useEffect(() => {
    if (!target) return;
    // What is jumped to is shown, whatever was filtered.
    setFilter('all');
    setIndex(facts.findIndex(({ position }) => position === target.position));
    const frame = requestAnimationFrame(() => {
      const row = list.current?.querySelector<HTMLElement>(`[data-fact='${target.position}'] .rd-row`);
      row?.scrollIntoView({ block: 'center' });
      row?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [target, facts, setIndex]);
  return (
    <section className="rd-tl" data-part="timeline" aria-label={L('时间线', 'Timeline')}>
      <header className="p-head">
        <h2>{L('时间线', 'Timeline')}</h2>
        <Key k="T" />
        <span className="sp" />
        <fieldset className="cnts" aria-label={L('筛选时间线', 'Filter the timeline')}>
          {FILTERS.map(({ filter: one, zh, en }) => (
            <ToggleButton key={one} className="cnt" isSelected={filter === one} onChange={() => setFilter(one)}>
              {L(zh, en)} <b className="num">{facts.filter((fact) => passes(fact, one)).length}</b>
            </ToggleButton>
          ))}
        </fieldset>
      </header>
      <ol
        className="rd-facts"
        data-pane="record-timeline"
        aria-label={L('时间线', 'Timeline')}
        tabIndex={shown.length === 0 ? 0 : -1}
        ref={(element) => {
          list.current = element;
          roving.ref.current = element;
        }}
        onKeyDown={roving.onKeyDown}
      >
        {facts.map((fact) => {
          const index = shown.indexOf(fact);
          return (
            <li
              key={fact.position}
              data-fact={fact.position}
              data-k={fact.kind}
              data-struck={fact.is_struck || undefined}
              data-hidden={index < 0 || undefined}
            >
              <Row fact={fact} record={record} rove={index >= 0 ? roving.row(index) : null} isOpen={index >= 0 && index === roving.index} />
            </li>
          );
        })}
        {shown.length === 0 && <li className="empty">{L('没有符合筛选的条目', 'Nothing matches the filter')}</li>}
      </ol>
    </section>
  );
}

interface RowProps {
  fact: RecordFact;
  record: IncidentRecord;
  rove: ReturnType<ReturnType<typeof useRoving>['row']> | null;
  isOpen: boolean;
}

function Row({ fact, record, rove, isOpen }: RowProps) {
  const L = useL();
  const on = ms(record.head.opened_at);
  const who = personName(record, fact.by, L, fact.seat);
  const [happened, recorded] = [timeOn(fact.occurred_at, on), timeOn(fact.recorded_at, on)];
  return (
    <div className="rd-row" tabIndex={-1} {...rove}>
      <time className="num">{happened}</time>
      <span className="rd-text">
        {fact.is_struck ? <s>{factText(record, fact, L)}</s> : factText(record, fact, L)}
        {fact.is_struck && (
          <em>
            {L('已划去', 'struck')}:{fact.struck_reason}
          </em>
        )}
        {fact.is_late && (
          <em className="num rd-both">
            {L(`${happened} 发生 · ${recorded} 补录 · ${who}`, `happened ${happened} · entered ${recorded} · ${who}`)}
          </em>
        )}
        <Cause fact={fact} isOpen={isOpen} />
      </span>
      <span className="rd-who">{who}</span>
    </div>
  );
}

/** Shown of the row that is looked at, and of every row on paper. */
function Cause({ fact, isOpen }: { fact: RecordFact; isOpen: boolean }) {
  const L = useL();
  const parts = [
    fact.command && L(`命令「${commandName(fact.command, L)}」`, `command «${commandName(fact.command, L)}»`),
    fact.seen !== null && L(`所见版本 ${fact.seen}`, `version seen ${fact.seen}`),
    L(`第 ${fact.position} 条事实`, `fact ${fact.position}`),
  ].filter(Boolean);
  return (
    <small className="rd-cause num" data-open={isOpen || undefined} title={fact.cause}>
      {parts.join(' · ')}
    </small>
  );
}
