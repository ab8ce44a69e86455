/** The incidents, and the alarms that nobody has acknowledged: the least urgent first, so that the most urgent lies on top. */
import type { Marked } from '../edges';
import type { Target } from '../hits';
import { type AlarmPoint, type IncidentPoint, isSmall } from '../picture';
import type { Frame } from '../projection';
import type { Raster } from '../raster';
import type { Sprites } from '../sprites';

export type IncidentsDrawn = { readonly inView: readonly Target[]; readonly beyond: readonly Marked[] };

/** Draws all but the selected one, and says what is in view and what lies beyond an edge. */
export function drawIncidents(
  raster: Raster,
  points: readonly IncidentPoint[],
  frame: Frame,
  sprites: Sprites,
  selected: string | null,
): IncidentsDrawn {
  const inView: Target[] = [];
  const beyond: Marked[] = [];
  for (const point of points) {
    const x = point.x * frame.scale - frame.originX;
    const y = point.y * frame.scale - frame.originY;
    if (x < 0 || y < 0 || x > frame.width || y > frame.height) {
      beyond.push({ id: point.id, x, y, priority: point.priority });
      continue;
    }
    inView.push({ kind: 'incident', id: point.id, x, y, priority: point.priority });
    if (point.id === selected) continue;
    const mark = isSmall(points.length, point.priority) ? sprites.small(point.priority) : sprites.incident(point.priority, point.isInHand);
    raster.stamp(mark, x * sprites.ratio, y * sprites.ratio);
  }
  return { inView, beyond };
}

export function drawAlarms(raster: Raster, points: readonly AlarmPoint[], frame: Frame, sprites: Sprites): Target[] {
  const inView: Target[] = [];
  for (const point of points) {
    const x = point.x * frame.scale - frame.originX;
    const y = point.y * frame.scale - frame.originY;
    if (x < 0 || y < 0 || x > frame.width || y > frame.height) continue;
    inView.push({ kind: 'alarm', id: point.id, x, y, priority: point.priority });
    raster.stamp(sprites.alarm(point.priority, point.isRaised), x * sprites.ratio, y * sprites.ratio);
  }
  return inView;
}
