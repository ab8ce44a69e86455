/** What roles, intervals, meanings and the like are called, and the choices that fields offer from the live catalogue. */

import { entriesOf } from '../catalogue';
import type { Category, Interval, MappedStatus, Meaning, Role } from '../documents';
import { documents } from '../live/store';
import { CAPABILITY_NAMES, LEVEL_NAMES, type Name, PRIORITY_NAMES, STATUS_NAMES } from '../names';
import type { Choice } from './fields';

const choices = <T extends string>(names: Readonly<Record<T, Name>>): readonly Choice[] =>
  (Object.entries(names) as [T, Name][]).map(([value, { zh, en }]) => ({ value, zh, en }));

export const ROLE_NAMES: Readonly<Record<Role, Name>> = {
  call_taker: { zh: '接警员', en: 'Call taker' },
  dispatcher: { zh: '调度员', en: 'Dispatcher' },
  commander: { zh: '指挥长', en: 'Commander' },
  analyst: { zh: '分析员', en: 'Analyst' },
  agency: { zh: '部门', en: 'Agency' },
  administrator: { zh: '管理员', en: 'Administrator' },
  source: { zh: '数据源', en: 'Source' },
  wall: { zh: '大屏', en: 'Wall' },
};

export const INTERVAL_NAMES: Readonly<Record<Interval, Name>> = {
  answer: { zh: '接听', en: 'Answer' },
  call_processing: { zh: '处理(到首派)', en: 'Processing, to dispatch' },
  turnout: { zh: '出动', en: 'Turnout' },
  travel: { zh: '行驶', en: 'Travel' },
  total: { zh: '全程(到首到)', en: 'Total, to arrival' },
};

const CATEGORY_NAMES: Readonly<Record<Category, Name>> = {
  natural_disaster: { zh: '自然灾害', en: 'Natural disaster' },
  accident: { zh: '事故灾难', en: 'Accident' },
  public_health: { zh: '公共卫生', en: 'Public health' },
  social_security: { zh: '社会安全', en: 'Public security' },
};

const MEANING_NAMES: Readonly<Record<Meaning, Name>> = {
  dispatch: { zh: '派出', en: 'Send' },
  to: { zh: '到(单位与警情之间)', en: 'To (between units and incident)' },
  go: { zh: '打开警情', en: 'Open an incident' },
  record: { zh: '打开档案', en: 'Open the record' },
  note: { zh: '记录', en: 'Note' },
  back: { zh: '回看', en: 'Look back' },
  call: { zh: '接警', en: 'Take a call' },
  close: { zh: '结案', en: 'Close' },
  keys: { zh: '按键表', en: 'List of keys' },
  out_of_service: { zh: '停用', en: 'Out of service' },
  in_service: { zh: '恢复', en: 'In service' },
  acknowledged: { zh: '确认', en: 'Acknowledged' },
  en_route: { zh: '出动', en: 'En route' },
  on_scene: { zh: '到场', en: 'On scene' },
  transporting: { zh: '转运', en: 'Transporting' },
  at_destination: { zh: '送达', en: 'At destination' },
  cleared: { zh: '结束', en: 'Cleared' },
};

const MAPPED_NAMES: Readonly<Record<MappedStatus, Name>> = {
  available: { zh: '待命', en: 'Available' },
  acknowledged: { zh: '确认', en: 'Acknowledged' },
  en_route: { zh: '出动', en: 'En route' },
  on_scene: { zh: '到场', en: 'On scene' },
  transporting: { zh: '转运', en: 'Transporting' },
  at_destination: { zh: '送达', en: 'At destination' },
  cleared: { zh: '结束', en: 'Cleared' },
  out_of_service: { zh: '停用', en: 'Out of service' },
  ignored: { zh: '不处理', en: 'Ignored' },
};

export const ROLES = choices(ROLE_NAMES);
export const INTERVALS = choices(INTERVAL_NAMES);
export const CATEGORIES = choices(CATEGORY_NAMES);
export const MEANINGS = choices(MEANING_NAMES);
export const MAPPED = choices(MAPPED_NAMES);
export const KINDS: readonly Choice[] = [
  { value: 'person', zh: '人员', en: 'Person' },
  { value: 'program', zh: '程序', en: 'Program' },
];
export const PAINTED: readonly Choice[] = [
  { value: 'agency', zh: '部门', en: 'Agency' },
  { value: 'status', zh: '状态', en: 'Status' },
];
export const PRIORITIES: readonly Choice[] = [1, 2, 3, 4, 5].map((value) => {
  const { zh, en } = PRIORITY_NAMES[value as 1];
  return { value, zh: `${value} ${zh}`, en: `${value} ${en}` };
});
export const TIMED_PRIORITIES: readonly Choice[] = [{ value: 0, zh: '全部', en: 'All' }, ...PRIORITIES];
export const LEVELS: readonly Choice[] = [1, 2, 3, 4].map((value) => ({ value, ...LEVEL_NAMES[value as 1] }));

type Kind = 'agency' | 'station' | 'district' | 'incident_type';

/** What can be chosen: retired things are not offered; what has one already keeps it (see `withChosen`). */
export const ofKind = (kind: Kind): readonly Choice[] =>
  entriesOf(kind)
    .filter(({ is_retired }) => !is_retired)
    .map(({ code, zh, en }) => ({ value: code, zh: zh || code, en: en || code }));

export const agencies = () => ofKind('agency');
export const stations = () => ofKind('station');
export const districts = () => ofKind('district');

/** Every capability that is named, or that a unit or a plan speaks of. */
export function capabilities(): readonly Choice[] {
  const found = new Map<string, Name>();
  for (const entry of entriesOf('capability')) if (!entry.is_retired) found.set(entry.code, entry);
  const speakOf = (code: string) => {
    if (!found.has(code)) found.set(code, CAPABILITY_NAMES[code] ?? { zh: code, en: code });
  };
  for (const unit of documents('unit_register').values()) for (const code of unit.capabilities) speakOf(code);
  for (const plan of entriesOf('response_plan')) for (const { capability } of plan.needs) speakOf(capability);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, { zh, en }]) => ({ value, zh, en }));
}

/** Whatever can be painted: agencies, and the statuses of units. */
export const paintable = (): readonly Choice[] => [
  ...agencies(),
  ...Object.entries(STATUS_NAMES).map(([value, { zh, en }]) => ({ value, zh: `状态 ${zh}`, en: `Status: ${en}` })),
];
