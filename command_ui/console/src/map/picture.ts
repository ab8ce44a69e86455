/** From documents to what the map draws: points with a priority, in the order in which they are drawn. Pure. */
import type { AlarmBoard, IncidentBoard, Priority } from '../documents';
import { worldX, worldY } from './projection';

/** Above so many incidents the lower priorities shrink to rings and dots. */
export const CROWD_INCIDENTS = 120;

/** What the map has to know of an incident; a wall knows no more of it. */
export type MarkedIncident = Pick<IncidentBoard, 'short' | 'lon' | 'lat' | 'assignments'>;

export type IncidentPoint = {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly priority: Priority;
  readonly isInHand: boolean;
  readonly document: MarkedIncident;
};

export type AlarmPoint = {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly priority: 1 | 2 | 3;
  readonly isRaised: boolean;
  readonly document: AlarmBoard;
};

/** Open incidents, the least urgent first: what is drawn last lies on top. */
export function incidentPoints(board: ReadonlyMap<string, IncidentBoard>): IncidentPoint[] {
  const points: IncidentPoint[] = [];
  for (const document of board.values()) {
    if (document.is_closed || !Number.isFinite(document.lon) || !Number.isFinite(document.lat)) continue;
    points.push({
      id: document.number,
      x: worldX(document.lon),
      y: worldY(document.lat),
      priority: document.priority,
      isInHand: document.phase !== 'pending',
      document,
    });
  }
  return points.sort((a, b) => b.priority - a.priority || Number(b.isInHand) - Number(a.isInHand));
}

/** Whether the same marks stand at the same places, whatever else their documents say: then nothing is to be drawn anew. */
export const areMarkedAlike = (before: readonly IncidentPoint[], after: readonly IncidentPoint[]): boolean =>
  before.length === after.length &&
  before.every((one, index) => {
    const other = after[index] as IncidentPoint;
    return (
      one.id === other.id && one.x === other.x && one.y === other.y && one.priority === other.priority && one.isInHand === other.isInHand
    );
  });

/** Alarms that nobody has acknowledged, raised or already returned to normal, where the sensor's place is known. */
export function alarmPoints(board: ReadonlyMap<string, AlarmBoard>): AlarmPoint[] {
  const points: AlarmPoint[] = [];
  for (const document of board.values()) {
    if ((document.state !== 'raised' && document.state !== 'returned') || document.lon === null || document.lat === null) continue;
    points.push({
      id: document.alarm,
      x: worldX(document.lon),
      y: worldY(document.lat),
      priority: document.priority,
      isRaised: document.state === 'raised',
      document,
    });
  }
  return points.sort((a, b) => b.priority - a.priority);
}

/** Whether this incident is drawn small: in a crowd, of a low priority, and not the one that is looked at. */
export const isSmall = (count: number, priority: Priority): boolean => count > CROWD_INCIDENTS && priority >= 3;
