/** One unit on the board: mark, call sign, letter, minutes. Free units on bare ground, committed ones on a lighter one. */

import { memo } from 'react';
import { capabilityName } from '../catalogue';
import { useL } from '../i18n';
import { useStale } from '../live/stale';
import { useDocument } from '../live/store';
import { STATUS_NAMES } from '../names';
import { Age, StatusMark } from '../parts/Marks';

// A longer call sign is cut off at its cell's edge.
const LETTERS_MAX = 7;

interface Props {
  unit: string;
  isCurrent: boolean;
  isSelected: boolean;
  capability: string;
  isFreeOnly: boolean;
}

export const Cell = memo(function Cell({ unit, isCurrent, isSelected, capability, isFreeOnly }: Props) {
  const L = useL();
  const document = useDocument('unit_status', unit);
  const position = useDocument('unit_position', useStale(unit) ? unit : null);
  if (!document) return null;
  const { status, since, capabilities, incident, reason } = document;
  const names = STATUS_NAMES[status];
  const isDim = (capability !== '' && !capabilities.includes(capability)) || (isFreeOnly && status !== 'available');
  const label = [
    unit,
    L.of(names),
    position ? L('位置过期', 'stale position') : '',
    incident ?? '',
    reason ?? '',
    ...capabilities.map((one) => capabilityName(one, L)),
  ];
  return (
    <div
      className="u"
      role="option"
      tabIndex={isCurrent ? 0 : -1}
      aria-selected={isSelected}
      aria-label={label.filter(Boolean).join(' ')}
      title={label.filter(Boolean).join(' · ')}
      data-unit={unit}
      data-s={status}
      data-stale={position ? true : undefined}
      data-dim={isDim || undefined}
      data-long={unit.length > LETTERS_MAX || undefined}
    >
      <StatusMark s={status} stale={position !== undefined} size={10} />
      <span className="u-id num">{unit}</span>
      <span className="u-st">{L(names.letter_zh, names.letter_en)}</span>
      <Age at={position ? position[4] : since} mode="min" cls="num u-age" />
    </div>
  );
});
