/** What is asked: the tab, the period, the filters, the groups; and how it is written as a query. Pure. */

import type { TimedInterval } from '../documents';
import type { TimeClock } from '../time_machine/moment';
import type { Period, Span } from './period';

export interface Choice extends Period {
  tab: 'response' | 'workload' | 'alarms';
  agency: string;
  district: string;
  incident_type: string;
  /** '' for all; a string, since that is what a list gives. */
  priority: string;
  group_by: string;
  interval: TimedInterval;
  /** How many people share the alarms: the measures of ISA-18.2 are of one. */
  operators: number;
}

export const CHOICE_AT_FIRST: Choice = {
  tab: 'response',
  name: 'day',
  from: '',
  to: '',
  agency: '',
  district: '',
  incident_type: '',
  priority: '',
  group_by: 'agency',
  interval: 'turnout_s',
  operators: 1,
};

/** `isOrdered`: the groups have an order of their own (hours); the others go by their number. */
export const GROUPINGS: readonly { id: string; zh: string; en: string; isOrdered: boolean }[] = [
  { id: 'agency', zh: '部门', en: 'agency', isOrdered: false },
  { id: 'incident_type', zh: '类型', en: 'type', isOrdered: false },
  { id: 'district', zh: '区', en: 'district', isOrdered: false },
  { id: 'priority', zh: '级别', en: 'priority', isOrdered: true },
  { id: 'hour', zh: '时段', en: 'hour', isOrdered: true },
  { id: 'weekday', zh: '星期', en: 'weekday', isOrdered: true },
  { id: 'day', zh: '日期', en: 'day', isOrdered: true },
  { id: 'station', zh: '站', en: 'station', isOrdered: false },
  { id: 'unit', zh: '单位', en: 'unit', isOrdered: false },
];

/** `as_of`: the moment of the time machine, and its clock; null asks for what is known now. */
export function questionOf(choice: Choice, span: Span, as_of: { at_ms: number; clock: TimeClock } | null = null): string {
  const query = new URLSearchParams({
    since: new Date(span.since_ms).toISOString(),
    until: new Date(span.until_ms).toISOString(),
  });
  for (const name of ['agency', 'district', 'incident_type', 'priority'] as const) if (choice[name]) query.set(name, choice[name]);
  if (as_of) {
    query.set('as_of', new Date(as_of.at_ms).toISOString());
    query.set('clock', as_of.clock);
  }
  return query.toString();
}
