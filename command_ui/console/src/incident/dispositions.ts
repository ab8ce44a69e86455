/** How an incident may end, in both languages. */
import type { Disposition } from '../documents';
import type { Sentence } from './steps';

/** In the order in which they are offered: the first is the likeliest. */
export const DISPOSITIONS: readonly Disposition[] = [
  'handled',
  'duplicate',
  'false_alarm',
  'handed_over',
  'cancelled',
  'unable_to_locate',
  'other',
];

export const DISPOSITION_NAMES: Readonly<Record<Disposition, Sentence>> = {
  handled: { zh: '处置完毕', en: 'Handled' },
  duplicate: { zh: '重复', en: 'Duplicate' },
  false_alarm: { zh: '误报', en: 'False alarm' },
  handed_over: { zh: '移交', en: 'Handed over' },
  cancelled: { zh: '取消', en: 'Cancelled' },
  unable_to_locate: { zh: '未找到', en: 'Not located' },
  other: { zh: '其他', en: 'Other' },
};
