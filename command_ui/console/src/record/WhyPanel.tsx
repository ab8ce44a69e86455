/** Why a value is so: the facts behind it, newest first; each leads to its place on the timeline. */

import { Button } from 'react-aria-components';
import type { IncidentRecord } from '../documents';
import { useL } from '../i18n';
import { STEP_NAMES } from '../incident/steps';
import { timeOn } from '../incident/timeline';
import { ms } from '../live/clock';
import { Key } from '../parts/Marks';
import { chainOf, type WhyItem, type WhyOf } from './why';
import { commandName, FIELD_NAMES, personName, valueText } from './words';

interface Props {
  record: IncidentRecord;
  of: WhyOf;
  onGo: (position: number) => void;
  onLeave: () => void;
}

export function WhyPanel({ record, of, onGo, onLeave }: Props) {
  const L = useL();
  const items = chainOf(record, of);
  const name = of.kind === 'field' ? L.of(FIELD_NAMES[of.field]) : `${of.unit} ${L.of(STEP_NAMES[of.step])}`;
  return (
    <section className="rd-why" data-part="why" aria-label={L(`为什么:${name}`, `Why: ${name}`)}>
      <header className="p-head">
        <h2>
          {L('为什么', 'Why')} · {name}
        </h2>
        <span className="sp" />
        <Button className="btn bare" onPress={onLeave}>
          {L('返回', 'Back')} <Key k="Esc" />
        </Button>
      </header>
      <ol>
        {items.map((item, index) => (
          <li key={item.position} data-holds={item.holds || undefined}>
            <Button className="rd-go" autoFocus={index === 0} onPress={() => onGo(item.position)}>
              <Because record={record} of={of} item={item} />
            </Button>
          </li>
        ))}
        {items.length === 0 && <li className="empty">{L('没有人给出过', 'Nobody has said it')}</li>}
      </ol>
    </section>
  );
}

function Because({ record, of, item }: { record: IncidentRecord; of: WhyOf; item: WhyItem }) {
  const L = useL();
  const on = ms(record.head.opened_at);
  const fact = record.facts.find(({ position }) => position === item.position);
  const value = of.kind === 'field' ? valueText(of.field, item.value, record, L) : timeOn(item.value, on);
  if (!fact) return <b>{value}</b>;
  const happened = timeOn(fact.occurred_at, on);
  const recorded = timeOn(fact.recorded_at, on);
  return (
    <>
      <b className="rd-value">{item.holds ? value : <s>{value}</s>}</b>
      <span className="num">
        {fact.is_late ? L(`${happened} 发生 · ${recorded} 补录`, `happened ${happened} · entered ${recorded}`) : recorded}
      </span>
      <span>{personName(record, fact.by, L, fact.seat)}</span>
      <span className="dim">
        {[
          fact.command ? commandName(fact.command, L) : '',
          fact.seen !== null ? L(`所见版本 ${fact.seen}`, `version seen ${fact.seen}`) : '',
          item.reason,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </>
  );
}
