/** The selected incident in its frame, its units joined to it by thin lines, each with an estimate of when it will be there. */

import { durationText, etaSeconds } from '../distance';
import { edgeOf } from '../edges';
import { besides, insideOf, lastInside, type Room } from '../labels';
import type { Paint } from '../paint';
import type { IncidentPoint } from '../picture';
import { type Frame, type LonLat, screenX, screenY } from '../projection';
import { drawIncident, drawUnit, HEADINGS } from '../sprites';
import type { UnitPlace } from '../units';

const FRAME_HALF_PX = 16;
const LABEL_HEIGHT_PX = 18;
// A label at the edge stays clear of the counts that stand there, and of the edge itself.
const EDGE_INSET_PX = 70;

export type Joined = { readonly place: UnitPlace; readonly isThere: boolean };

export type SelectionAsked = {
  readonly hasLines: boolean;
  /** How an estimate is called: «约» or «est.» The number never stands without it. */
  readonly etaWord: string;
};

/** Draws in CSS pixels. The room keeps the labels off the frame, the number and one another. */
export function drawSelection(
  g: CanvasRenderingContext2D,
  point: IncidentPoint,
  units: readonly Joined[],
  frame: Frame,
  paint: Paint,
  room: Room,
  asked: SelectionAsked,
): void {
  const x = point.x * frame.scale - frame.originX;
  const y = point.y * frame.scale - frame.originY;
  room.block({ x: x - FRAME_HALF_PX - 2, y: y - FRAME_HALF_PX - 2, width: 2 * FRAME_HALF_PX + 4, height: 2 * FRAME_HALF_PX + 4 });
  room.block({ x: x - 28, y: y + FRAME_HALF_PX + 2, width: 56, height: 18 });
  const incident: LonLat = point.document;
  if (asked.hasLines) drawLines(g, units, frame, paint, x, y);
  for (const { place } of units) {
    const ux = screenX(frame, place.lon);
    const uy = screenY(frame, place.lat);
    g.save();
    g.translate(ux, uy);
    const heading = place.heading === null ? 0 : (place.heading / (2 * Math.PI)) * HEADINGS;
    drawUnit(g, paint, place.shape, place.isStale, heading, 1.45, paint.ink);
    g.restore();
    room.block({ x: ux - 8, y: uy - 8, width: 16, height: 16 });
  }
  for (const { place, isThere } of units) {
    const eta = isThere ? '' : ` ${asked.etaWord} ${durationText(etaSeconds(place, incident, place.speed_kmh))}`;
    const at = { x: screenX(frame, place.lon), y: screenY(frame, place.lat) };
    // A unit beyond the edge is named where its line leaves the map; one in view where it is.
    const seen =
      edgeOf(at.x, at.y, frame.width, frame.height) === null ? at : lastInside({ x, y }, at, frame.width, frame.height, EDGE_INSET_PX);
    if (seen) label(g, `${place.unit}${eta}`, seen, x, frame, paint, room);
  }
  g.strokeStyle = paint.sel;
  g.lineWidth = 2;
  g.strokeRect(x - FRAME_HALF_PX, y - FRAME_HALF_PX, 2 * FRAME_HALF_PX, 2 * FRAME_HALF_PX);
  g.save();
  g.translate(x, y);
  drawIncident(g, paint, point.priority, point.isInHand, 11);
  g.restore();
  haloed(g, point.document.short, x, y + FRAME_HALF_PX + 12, `650 14px ${paint.family}`, paint);
}

function drawLines(g: CanvasRenderingContext2D, units: readonly Joined[], frame: Frame, paint: Paint, x: number, y: number): void {
  g.beginPath();
  for (const { place, isThere } of units) {
    if (isThere) continue;
    g.moveTo(screenX(frame, place.lon), screenY(frame, place.lat));
    g.lineTo(x, y);
  }
  g.globalAlpha = 0.75;
  g.strokeStyle = paint.ink;
  g.lineWidth = 1.25;
  g.stroke();
  g.globalAlpha = 1;
}

function label(
  g: CanvasRenderingContext2D,
  text: string,
  at: { x: number; y: number },
  towards: number,
  frame: Frame,
  paint: Paint,
  room: Room,
): void {
  g.font = `600 13px ${paint.family}`;
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  const width = g.measureText(text).width + 8;
  const boxes = besides(at, { x: towards }, width, LABEL_HEIGHT_PX, 10);
  const box = room.take(boxes.map((wanted) => insideOf(wanted, frame.width, frame.height, 4)));
  if (!box) return;
  g.globalAlpha = 0.92;
  g.fillStyle = paint.ground1;
  g.fillRect(box.x, box.y, box.width, box.height);
  g.globalAlpha = 1;
  g.fillStyle = paint.ink;
  g.fillText(text, box.x + 4, box.y + LABEL_HEIGHT_PX / 2 + 0.5);
}

function haloed(g: CanvasRenderingContext2D, text: string, x: number, y: number, font: string, paint: Paint): void {
  g.font = font;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.lineJoin = 'round';
  g.lineWidth = 3.5;
  g.strokeStyle = paint.land;
  g.strokeText(text, x, y);
  g.fillStyle = paint.ink;
  g.fillText(text, x, y);
}

/** A ring about what the pointer or the keyboard is on. */
export function drawRing(g: CanvasRenderingContext2D, x: number, y: number, paint: Paint, isByKeyboard: boolean): void {
  g.beginPath();
  g.arc(x, y, 14, 0, 2 * Math.PI);
  g.strokeStyle = paint.sel;
  g.lineWidth = isByKeyboard ? 2.5 : 1.5;
  g.stroke();
}
