/** How an item of a shift's list reads. */

import { agencyName, typeName } from '../catalogue';
import type { AlarmState, Phase, WorkItem, WorkKind } from '../documents';
import type { Speak } from '../i18n';
import { ALARM_STATE_NAMES, type Name, PHASE_NAMES } from '../names';

export const KIND_NAMES: Readonly<Record<WorkKind, Name>> = {
  promise: { zh: '承诺', en: 'Promise' },
  incident: { zh: '警情', en: 'Incident' },
  call: { zh: '未关联报警', en: 'Waiting call' },
  alarm: { zh: '告警', en: 'Alarm' },
  unit: { zh: '停用单位', en: 'Out of service' },
};

export function stateText({ kind, state }: WorkItem, L: Speak): string {
  if (kind === 'incident') return L.of(PHASE_NAMES[state as Phase], state);
  if (kind === 'alarm') return L.of(ALARM_STATE_NAMES[state as AlarmState], state);
  return '';
}

/** «住宅火灾 南京路1号», «14:40 回拨报警人»: what it is, in a line. */
export function workText(work: WorkItem, L: Speak): string {
  const what =
    work.kind === 'incident' || work.kind === 'call' ? typeName(work.code, L) : work.kind === 'unit' ? agencyName(work.code, L) : '';
  return [what, L(work.zh, work.en)].filter(Boolean).join(' ');
}

/** What stands for it in a row: an incident's last four digits are how people say it. */
export const shortName = ({ kind, id }: WorkItem): string =>
  kind === 'incident' ? (id.split('-')[1] ?? id) : kind === 'alarm' ? (id.split('/')[0] ?? id) : id;
