/** What the map says to those who cannot see it, and beside what the pointer is on. Pure: documents in, sentences out. */
import type { AlarmBoard, IncidentBoard, UnitStatus } from '../documents';
import type { Speak } from '../i18n';
import { PHASE_NAMES, STATUS_NAMES } from '../names';
import { durationText } from './distance';
import type { Drawn } from './scene';
import type { UnitPlace } from './units';

const SIDES = [
  ['north', '北', 'north'],
  ['south', '南', 'south'],
  ['east', '东', 'east'],
  ['west', '西', 'west'],
] as const;

/** What is in view and what is not: «视图内警情 12 起(1 级 2 起、2 级 3 起),告警 1 条。视图外:北 5。» */
export function summary(drawn: Drawn, L: Speak): string {
  const urgent = [1, 2].map((priority) => [priority, drawn.incidents.filter((target) => target.priority === priority).length] as const);
  const first = urgent.filter(([, count]) => count > 0);
  const of = first.map(([priority, count]) => L(`${priority} 级 ${count} 起`, `${count} of priority ${priority}`)).join(L('、', ', '));
  const beyond = SIDES.filter(([edge]) => drawn.outside[edge].count > 0).map(
    ([edge, zh, en]) => `${L(zh, en)} ${drawn.outside[edge].count}`,
  );
  const incidents = drawn.incidents.length;
  const alarms = drawn.alarms.length;
  return [
    L(`视图内警情 ${incidents} 起`, `${incidents} incidents in view`) + (of ? L(`(${of})`, ` (${of})`) : ''),
    alarms > 0 ? L(`,未确认告警 ${alarms} 条`, `, ${alarms} unacknowledged alarms`) : '',
    L('。', '.'),
    beyond.length > 0 ? L(` 视图外:${beyond.join('、')}。`, ` Outside: ${beyond.join(', ')}.`) : '',
  ].join('');
}

export type CardText = { readonly title: string; readonly lines: readonly string[] };

export function incidentCard(incident: IncidentBoard, type: string, district: string, now_ms: number, L: Speak): CardText {
  const opened = Date.parse(incident.opened_at);
  const units = incident.assignments.filter((assignment) => assignment.is_open).map((assignment) => assignment.unit);
  return {
    title: `${incident.short} ${type}`,
    lines: [
      [district, incident.address].filter(Boolean).join(' '),
      `${L.of(PHASE_NAMES[incident.phase])} · ${L('已过', 'open for')} ${durationText((now_ms - opened) / 1000)}`,
      units.join(' '),
    ].filter(Boolean),
  };
}

export function unitCard(
  unit: string,
  status: UnitStatus | undefined,
  place: UnitPlace | null,
  agency: string,
  now_ms: number,
  L: Speak,
): CardText {
  const age_s = place ? (now_ms - place.at) / 1000 : 0;
  const speed = place?.speed_kmh === null || place?.speed_kmh === undefined ? '' : ` · ${Math.round(place.speed_kmh)} km/h`;
  return {
    title: [unit, L.of(status)].filter(Boolean).join(' '),
    lines: [
      [agency, status ? L.of(STATUS_NAMES[status.status]) : '', status?.incident ?? ''].filter(Boolean).join(' · '),
      place ? `${L('位置', 'Fix')} ${durationText(age_s)} ${L('前', 'ago')}${speed}${place.isStale ? L(' · 已过期', ' · stale') : ''}` : '',
    ].filter(Boolean),
  };
}

export function alarmCard(alarm: AlarmBoard, now_ms: number, L: Speak): CardText {
  const value = alarm.value === null ? '' : `${alarm.value} ${alarm.unit_of_measure}`;
  const limit = alarm.limit === null ? '' : `${L('限值', 'limit')} ${alarm.limit}`;
  return {
    title: L.of(alarm, alarm.sensor),
    lines: [
      [value, limit].filter(Boolean).join(' · '),
      `${alarm.state === 'returned' ? L('已恢复,未确认', 'back to normal, unacknowledged') : L('未确认', 'unacknowledged')} · ${durationText((now_ms - Date.parse(alarm.raised_at)) / 1000)}`,
    ].filter(Boolean),
  };
}
