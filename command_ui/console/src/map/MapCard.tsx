import { agencyName, districtName, typeName } from '../catalogue';
import { type Speak, useL } from '../i18n';
import { installation } from '../installation';
import { now } from '../live/clock';
import { documents } from '../live/store';
import type { Target } from './hits';
import { alarmCard, type CardText, incidentCard, unitCard } from './say';
import type { Units } from './units';

const CARD_PX = { width: 260, height: 84, gap: 18 };

/** What a target is, in three lines. Null when it is gone by now. */
export function cardOf(target: Target, units: Units, L: Speak): CardText | null {
  const now_ms = now();
  if (target.kind === 'incident') {
    const incident = documents('incident_board').get(target.id);
    return incident ? incidentCard(incident, typeName(incident.incident_type, L), districtName(incident.district, L), now_ms, L) : null;
  }
  if (target.kind === 'alarm') {
    const alarm = documents('alarm_board').get(target.id);
    return alarm ? alarmCard(alarm, now_ms, L) : null;
  }
  const status = documents('unit_status').get(target.id);
  const place = units.find(target.id, now_ms, installation().position_stale_s * 1000);
  return unitCard(target.id, status, place, agencyName(status?.agency, L), now_ms, L);
}

/** Beside the mark, on the side where there is room. It takes no pointer: what lies under it stays reachable. */
export function MapCard({ target, units, width, height }: { target: Target; units: Units; width: number; height: number }) {
  const L = useL();
  const card = cardOf(target, units, L);
  if (!card) return null;
  const isRight = target.x + CARD_PX.gap + CARD_PX.width <= width;
  const left = isRight ? target.x + CARD_PX.gap : target.x - CARD_PX.gap - CARD_PX.width;
  const top = Math.max(4, Math.min(height - CARD_PX.height - 4, target.y - CARD_PX.height / 2));
  return (
    <div className="map-card" style={{ left: Math.max(4, left), top, width: CARD_PX.width }} aria-hidden="true">
      <b>{card.title}</b>
      {card.lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
}
