/** The sections of a record: what it is, who called, who went, what rang, what it was merged with, what people noted, why these units. */

import type { ReactNode } from 'react';
import { agencyName, stationName } from '../catalogue';
import type { IncidentRecord, RecordAssignment, RecordFact, Step } from '../documents';
import { useL } from '../i18n';
import { columnsOf, OUTCOME_NAMES, STEP_NAMES } from '../incident/steps';
import { timeOn } from '../incident/timeline';
import { ms } from '../live/clock';
import { Value } from './Value';
import { FIELD_NAMES, FIELDS, personName, valueText } from './words';

export function Section({ title, count, children, part }: { title: string; count?: number; children: ReactNode; part: string }) {
  return (
    <section className="rd-sec" data-part={part} aria-label={title}>
      <header className="s-head">
        <h3>{title}</h3>
        {count !== undefined && <span className="dim num">{count}</span>}
      </header>
      {children}
    </section>
  );
}

export function Fields({ record }: { record: IncidentRecord }) {
  const L = useL();
  const known = FIELDS.flatMap((field) => record.fields.find((one) => one.field === field) ?? []);
  return (
    <Section part="fields" title={L('概况', 'Summary')}>
      <dl className="rd-fields">
        {known.map(({ field, values }) => {
          const name = L.of(FIELD_NAMES[field]);
          const text = valueText(field, values.at(-1)?.value ?? '', record, L);
          return (
            <div key={field} data-field={field}>
              <dt>{name}</dt>
              <dd>
                <Value of={{ kind: 'field', field }} label={`${name} ${text}`}>
                  <span className="rv-t">{text}</span>
                </Value>
              </dd>
            </div>
          );
        })}
      </dl>
    </Section>
  );
}

export function Calls({ record }: { record: IncidentRecord }) {
  const L = useL();
  const on = ms(record.head.opened_at);
  if (record.calls.length === 0) return null;
  return (
    <Section part="calls" title={L('报警', 'Calls')} count={record.calls.length}>
      <table className="rd-table">
        <thead>
          <tr>
            <th>{L('接警单', 'Call')}</th>
            <th>{L('来源', 'Source')}</th>
            <th>{L('报警人', 'Caller')}</th>
            <th>{L('来电', 'Received')}</th>
            <th>{L('接听', 'Answered')}</th>
            <th>{L('接警员', 'Taken by')}</th>
            <th>{L('内容', 'What was said')}</th>
          </tr>
        </thead>
        <tbody>
          {record.calls.map((call) => (
            <tr key={call.call} data-off={!call.is_linked || undefined}>
              <td className="num">{call.is_linked ? call.call : <s>{call.call}</s>}</td>
              <td className="num">{call.source}</td>
              <td className="num">{call.caller_masked || L('匿名', 'anonymous')}</td>
              <td className="num">{timeOn(call.received_at, on)}</td>
              <td className="num">{timeOn(call.answered_at, on)}</td>
              <td>{personName(record, call.taken_by, L)}</td>
              <td className="rd-wide">
                {[call.address, call.description].filter(Boolean).join(' · ')}
                {!call.is_linked && <em>{L('已解除关联', 'unlinked')}</em>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

export function Assignments({ record }: { record: IncidentRecord }) {
  const L = useL();
  if (record.assignments.length === 0) return null;
  const stepped = record.assignments.map((one) => ({ unit: one.unit, is_open: one.is_open, times: timesOf(one) }));
  const columns = columnsOf(stepped, false);
  return (
    <Section part="assignments" title={L('派遣', 'Assignments')} count={record.assignments.length}>
      <table className="rd-table">
        <thead>
          <tr>
            <th>{L('单位', 'Unit')}</th>
            {columns.map((step) => (
              <th key={step}>{L(STEP_NAMES[step].zh, STEP_NAMES[step].short_en)}</th>
            ))}
            <th>{L('结果', 'Outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {record.assignments.map((one) => (
            <tr key={one.assignment}>
              <th scope="row">
                <b>{one.unit}</b> <small className="dim">{stationName(one.station, L) || agencyName(one.agency, L)}</small>
              </th>
              {columns.map((step) => (
                <td key={step} className="num">
                  <Moments record={record} assignment={one} step={step} />
                </td>
              ))}
              <td>
                {one.is_open ? L('进行中', 'open') : L.of(OUTCOME_NAMES[one.outcome], one.outcome)}
                {one.reason && <em>{one.reason}</em>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const timesOf = (assignment: RecordAssignment): Partial<Record<Step, string>> =>
  Object.fromEntries(assignment.steps.map(({ step, occurred_at }) => [step, occurred_at]));

/** The time that holds, when it was entered if that was late, and every time that it replaced. */
function Moments({ record, assignment, step }: { record: IncidentRecord; assignment: RecordAssignment; step: Step }) {
  const L = useL();
  const on = ms(record.head.opened_at);
  const given = assignment.steps.filter((moment) => moment.step === step);
  const holding = given.find((moment) => moment.holds);
  if (given.length === 0) return <span className="dim">–</span>;
  const label = `${assignment.unit} ${L.of(STEP_NAMES[step])} ${holding ? timeOn(holding.occurred_at, on) : L('已撤销', 'undone')}`;
  return (
    <>
      <Value of={{ kind: 'step', assignment: assignment.assignment, unit: assignment.unit, step }} label={label}>
        {holding ? timeOn(holding.occurred_at, on) : L('已撤销', 'undone')}
      </Value>
      {holding?.is_late && (
        <small className="rd-late">
          {L('补录', 'entered')} {timeOn(holding.recorded_at, on)}
        </small>
      )}
      {given
        .filter((moment) => !moment.holds)
        .map((moment) => (
          <small key={moment.position} className="rd-was">
            <s>{timeOn(moment.occurred_at, on)}</s>
          </small>
        ))}
    </>
  );
}

export function Alarms({ record }: { record: IncidentRecord }) {
  const L = useL();
  const on = ms(record.head.opened_at);
  if (record.alarms.length === 0) return null;
  return (
    <Section part="alarms" title={L('告警', 'Alarms')} count={record.alarms.length}>
      <ul className="rd-list">
        {record.alarms.map((alarm) => (
          <li key={alarm.alarm}>
            <time className="num">{timeOn(alarm.raised_at, on)}</time>
            <span>{alarm.is_linked ? L.of(alarm, alarm.alarm) : <s>{L.of(alarm, alarm.alarm)}</s>}</span>
            <span className="num dim">
              {alarm.value ?? ''} {alarm.unit_of_measure}
            </span>
            {alarm.is_origin && <span className="dim">{L('由此立案', 'the incident was opened from it')}</span>}
            {!alarm.is_linked && <em>{L('已解除关联', 'unlinked')}</em>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

const LINK_WORDS = {
  absorbed: { zh: '并入本警情', en: 'merged into this one' },
  given_back: { zh: '撤销并入', en: 'merge undone' },
  merged_into: { zh: '本警情并入', en: 'this one merged into' },
  unmerged: { zh: '撤销并入', en: 'no longer part of' },
  split_off: { zh: '拆分出', en: 'split off' },
} as const;

export function Links({ record }: { record: IncidentRecord }) {
  const L = useL();
  const on = ms(record.head.opened_at);
  if (record.links.length === 0) return null;
  return (
    <Section part="links" title={L('合并与拆分', 'Merges and splits')} count={record.links.length}>
      <ul className="rd-list">
        {record.links.map((link) => (
          <li key={link.position}>
            <time className="num">{timeOn(link.at, on)}</time>
            <span>{L.of(LINK_WORDS[link.how])}</span>
            <a className="num" href={`/incident/${link.incident}`}>
              {link.incident}
            </a>
            <span className="dim">{personName(record, link.by, L)}</span>
            {link.reason && <span>{link.reason}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Notes({ record }: { record: IncidentRecord }) {
  const L = useL();
  const on = ms(record.head.opened_at);
  const notes = record.facts.filter((fact) => fact.note !== null);
  if (notes.length === 0) return null;
  return (
    <Section part="notes" title={L('记录', 'Notes')} count={notes.length}>
      <ol className="rd-list rd-notes">
        {notes.map((note) => (
          <li key={note.position} data-struck={note.is_struck || undefined}>
            <time className="num">{timeOn(note.occurred_at, on)}</time>
            <b>{personName(record, note.by, L)}</b>
            <span className="rd-wide">
              {note.is_struck ? <s>{note.zh}</s> : note.zh}
              {note.is_struck && (
                <em>
                  {L('已划去', 'struck')}:{note.struck_reason}
                </em>
              )}
              {note.is_late && (
                <em className="num">
                  {L('补录于', 'entered at')} {timeOn(note.recorded_at, on)}
                </em>
              )}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** What each dispatch was decided on: what was offered, what was chosen, and why they differ. */
export function Decisions({ record }: { record: IncidentRecord }) {
  const L = useL();
  const on = ms(record.head.opened_at);
  const choices = record.facts.filter((fact) => fact.topic === 'incident.units_chosen');
  if (choices.length === 0) return null;
  return (
    <Section part="decisions" title={L('派遣依据', 'Why these units')} count={choices.length}>
      <table className="rd-table">
        <thead>
          <tr>
            <th>{L('时间', 'Time')}</th>
            <th>{L('推荐', 'Recommended')}</th>
            <th>{L('选派', 'Chosen')}</th>
            <th>{L('理由', 'Reason')}</th>
            <th>{L('决定人', 'Decided by')}</th>
          </tr>
        </thead>
        <tbody>
          {choices.map((choice) => (
            <tr key={choice.position}>
              <td className="num">{timeOn(choice.occurred_at, on)}</td>
              <td>{choice.data.recommended || L('未取推荐', 'none asked for')}</td>
              <td>{choice.data.chosen}</td>
              <td className="rd-wide">{reasonOf(choice)}</td>
              <td>{personName(record, choice.by, L, choice.seat)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const reasonOf = (choice: RecordFact): string => choice.data.reason ?? '';
