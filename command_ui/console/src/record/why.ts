/** «Why is this so»: the chain of facts behind a value of the record, newest first. Pure. */

import type { FieldHistory, IncidentRecord, RecordAssignment, RecordFact, RecordField, Step } from '../documents';

export interface WhyItem {
  /** The value as a code, or a time; the page says it in words. */
  value: string;
  position: number;
  /** Whether the value still holds: one that was replaced, corrected or undone is kept and said. */
  holds: boolean;
  reason: string;
}

/** What is being asked about: a field of the head, or one time of one unit. */
export type WhyOf = { kind: 'field'; field: RecordField } | { kind: 'step'; assignment: string; unit: string; step: Step };

export const whyKey = (of: WhyOf): string => (of.kind === 'field' ? `field:${of.field}` : `step:${of.assignment}:${of.step}`);

export function chainOf(record: IncidentRecord, of: WhyOf): WhyItem[] {
  return of.kind === 'field'
    ? ofField(record.fields.find(({ field }) => field === of.field))
    : ofStep(
        record.assignments.find(({ assignment }) => assignment === of.assignment),
        of.step,
      );
}

function ofField(history: FieldHistory | undefined): WhyItem[] {
  const values = history?.values ?? [];
  return values.map(({ value, position, reason }, index) => ({ value, position, reason, holds: index === values.length - 1 })).reverse();
}

function ofStep(assignment: RecordAssignment | undefined, step: Step): WhyItem[] {
  return (assignment?.steps ?? [])
    .filter((moment) => moment.step === step)
    .map(({ occurred_at, position, holds, reason }) => ({ value: occurred_at, position, holds, reason }))
    .reverse();
}

/** How often a value has been given: «3» beside it invites the question. */
export const timesGiven = (record: IncidentRecord, of: WhyOf): number => chainOf(record, of).length;

export type TimelineFilter = 'all' | 'people' | 'system' | 'late';

export function passes(fact: RecordFact, filter: TimelineFilter): boolean {
  if (filter === 'people') return fact.kind === 'person';
  if (filter === 'system') return fact.kind === 'system';
  return filter === 'all' || fact.is_late;
}

/** In the order in which things happened; what happened at one moment stays in the order of the log. */
export function inOrder(facts: readonly RecordFact[]): RecordFact[] {
  return [...facts].sort((a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at) || a.position - b.position);
}
