/** One alarm: what it is, since when, and in which of the four states, told by mark, word and weight. */

import { memo } from 'react';
import type { AlarmBoard } from '../documents';
import { type Speak, useL } from '../i18n';
import { hm, hms } from '../live/clock';
import { useDocument } from '../live/store';
import { ALARM_STATE_NAMES } from '../names';
import { Age, AlarmMark } from '../parts/Marks';
import { isUnacknowledged } from './order';

const measured = ({ value, unit_of_measure }: AlarmBoard): string =>
  value === null ? '' : `${Number(value.toPrecision(4))}${unit_of_measure ? ` ${unit_of_measure}` : ''}`;

export function alarmText(alarm: AlarmBoard, L: Speak): string {
  return [L.of(alarm, alarm.sensor), measured(alarm)].filter(Boolean).join(' ');
}

export function stateText(alarm: AlarmBoard, L: Speak): string {
  if (alarm.state === 'shelved') return L(`搁置至 ${hm(alarm.shelved_until)}`, `shelved to ${hm(alarm.shelved_until)}`);
  if (alarm.state === 'acknowledged' && alarm.is_returned) return L('已确认 已恢复', 'ack, returned');
  return L.of(ALARM_STATE_NAMES[alarm.state]);
}

export const AlarmRow = memo(function AlarmRow({ id }: { id: string }) {
  const L = useL();
  const alarm = useDocument('alarm_board', id);
  if (!alarm) return <div className="a-row">{L('已清除', 'cleared')}</div>;
  return (
    <div className="a-row" data-state={alarm.state} data-returned={alarm.is_returned || undefined}>
      <span className="a-mark" data-blinks={(alarm.state === 'raised' && alarm.priority === 1) || undefined}>
        <AlarmMark p={alarm.priority} raised={isUnacknowledged(alarm)} />
      </span>
      <span className="num a-at">{hms(alarm.raised_at)}</span>
      <span className="a-txt" title={alarmText(alarm, L)}>
        {alarmText(alarm, L)}
        {alarm.count > 1 ? <small className="num"> ×{alarm.count}</small> : null}
        {alarm.incident ? <small className="num"> → {alarm.incident.split('-').at(-1)}</small> : null}
      </span>
      <span className="a-st">{stateText(alarm, L)}</span>
      <Age at={alarm.raised_at} cls="num" />
    </div>
  );
});
