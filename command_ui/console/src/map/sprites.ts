/**
 * Every mark is drawn once for a theme and a pixel ratio, and kept as pixels (see raster.ts); only the selected incident and its
 * units are drawn anew each time.
 */
import type { Priority } from '../documents';
import type { Paint } from './paint';
import { type Stamp, stampOf } from './raster';
import { SHAPES, type Shape } from './units';

type Context = CanvasRenderingContext2D;

// The eye tells no finer heading apart on a mark of 10 px.
export const HEADINGS = 32;

// Each just large enough for its mark and the stroke about it.
const UNIT_PX = 16;
const SMALL_PX = 12;
const INCIDENT_PX = 26;
/** Half of an incident's mark; its stamp has room for an outline. */
export const INCIDENT_HALF_PX = 8.5;
const ALARM_PX = 20;

export type Sprites = {
  readonly paint: Paint;
  readonly ratio: number;
  /** By shape, then fresh or stale, then heading (only what moves has more than one). */
  readonly unit: (shape: Shape, isStale: boolean, heading: number) => Stamp;
  readonly incident: (priority: Priority, isInHand: boolean) => Stamp;
  /** An incident in a crowd: a ring or a dot. */
  readonly small: (priority: Priority) => Stamp;
  readonly alarm: (priority: 1 | 2 | 3, isRaised: boolean) => Stamp;
  /** A unit's call sign: its stamp's middle is half of NAME_PX right of where the text begins. */
  readonly name: (text: string) => Stamp;
};

/** The side of a name's stamp: the longest call signs there are, with minutes behind them. */
export const NAME_PX = 128;
// A fleet's names, and the minutes of those that are stale; beyond it all are drawn again.
const NAMES_KEPT = 2_000;

export function newSprites(paint: Paint, ratio: number): Sprites {
  const stamped = (px: number, draw: (g: Context) => void): Stamp => {
    const image = document.createElement('canvas');
    image.width = image.height = Math.ceil((px * ratio) / 2) * 2;
    const g = image.getContext('2d', { willReadFrequently: true });
    if (!g) throw new Error('This browser has no 2D canvas: the map cannot be drawn.');
    g.setTransform(ratio, 0, 0, ratio, image.width / 2, image.height / 2);
    draw(g);
    return stampOf(g);
  };
  // Asked for 18,000 times a redraw: by number, not by a key that is put together.
  const kept: (Stamp | undefined)[] = [];
  const once = (index: number, px: number, draw: (g: Context) => void): Stamp => {
    const held = kept[index];
    if (held) return held;
    const made = stamped(px, draw);
    kept[index] = made;
    return made;
  };
  const names = new Map<string, Stamp>();
  const unitsEnd = SHAPES.length * 2 * HEADINGS;
  return {
    paint,
    ratio,
    unit: (shape, isStale, heading) => {
      const direction = heading < 0 || !turns(shape) ? 0 : Math.round((heading / (2 * Math.PI)) * HEADINGS) % HEADINGS;
      const index = (SHAPES.indexOf(shape) * 2 + Number(isStale)) * HEADINGS + direction;
      return once(index, UNIT_PX, (g) => drawUnit(g, paint, shape, isStale, direction));
    },
    incident: (priority, isInHand) =>
      once(unitsEnd + priority * 2 + Number(isInHand), INCIDENT_PX, (g) => drawIncident(g, paint, priority, isInHand, INCIDENT_HALF_PX)),
    small: (priority) => once(unitsEnd + 20 + priority, SMALL_PX, (g) => drawSmall(g, paint, priority)),
    alarm: (priority, isRaised) =>
      once(unitsEnd + 30 + priority * 2 + Number(isRaised), ALARM_PX, (g) => drawAlarm(g, paint, priority, isRaised)),
    name: (text) => {
      const held = names.get(text);
      if (held) return held;
      if (names.size >= NAMES_KEPT) names.clear();
      const made = stamped(NAME_PX, (g) => drawName(g, paint, text));
      names.set(text, made);
      return made;
    },
  };
}

export const turns = (shape: Shape): boolean => shape === 'moving' || shape === 'dispatched';

/** A unit at the origin, the way it heads; `size` 1 is the mark of the crowd, larger the selected incident's. */
export function drawUnit(
  g: Context,
  paint: Paint,
  shape: Shape,
  isStale: boolean,
  headingIndex: number,
  size = 1,
  colour = paint.units[shape] ?? paint.ink3,
): void {
  g.save();
  g.scale(size, size);
  g.lineWidth = 1.4 / size;
  g.lineJoin = 'round';
  g.fillStyle = g.strokeStyle = colour;
  g.beginPath();
  if (shape === 'available') g.arc(0, 0, 2.6, 0, 2 * Math.PI);
  else if (shape === 'on_scene') g.rect(-3.5, -3.5, 7, 7);
  else if (shape === 'transporting') cross(g, 4.5, 1.5);
  else if (shape === 'out_of_service') {
    g.globalAlpha = 0.7;
    g.moveTo(-2.6, -2.6);
    g.lineTo(2.6, 2.6);
    g.moveTo(2.6, -2.6);
    g.lineTo(-2.6, 2.6);
  } else {
    g.rotate((headingIndex / HEADINGS) * 2 * Math.PI);
    g.moveTo(0, -6);
    g.lineTo(4, 4);
    g.lineTo(-4, 4);
    g.closePath();
  }
  if (shape === 'dispatched') {
    // Sent and not yet acknowledged: the only unit that asks for somebody, and so the only coloured one.
    g.strokeStyle = paint.p2Text;
    g.lineWidth = 1.8 / size;
    g.stroke();
  } else if (isStale || shape === 'out_of_service') g.stroke();
  else g.fill();
  g.restore();
}

/** A call sign on a halo of the ground, from the left edge of its square. */
function drawName(g: Context, paint: Paint, text: string): void {
  g.font = `500 11px ${paint.family}`;
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  g.lineWidth = 3;
  g.lineJoin = 'round';
  g.strokeStyle = paint.land;
  g.fillStyle = paint.ink3;
  g.strokeText(text, -NAME_PX / 2 + 2, 0);
  g.fillText(text, -NAME_PX / 2 + 2, 0);
}

function cross(g: Context, reach: number, half: number): void {
  g.rect(-reach, -half, 2 * reach, 2 * half);
  g.rect(-half, -reach, 2 * half, 2 * reach);
}

/** A priority at the origin. Solid: it waits for a person. In hand: a dim ground with the outline. */
export function drawIncident(g: Context, paint: Paint, priority: Priority, isInHand: boolean, r: number): void {
  const colour = { 1: paint.p1, 2: paint.p2, 3: paint.p3, 4: paint.ink3, 5: paint.ink3 }[priority];
  const isSolid = priority <= 2 && !isInHand;
  g.beginPath();
  if (priority === 1) g.rect(-r, -r, 2 * r, 2 * r);
  else if (priority === 2) diamond(g, r * 1.25);
  else if (priority === 4) g.rect(-r, -r, 2 * r, 2 * r);
  else g.arc(0, 0, r, 0, 2 * Math.PI);
  g.fillStyle = isSolid ? colour : paint.ground1;
  g.fill();
  g.lineWidth = isSolid ? 1.5 : 2;
  g.strokeStyle = isSolid ? paint.ground0 : isInHand && priority <= 2 ? (priority === 1 ? paint.p1Text : paint.p2Text) : colour;
  if (priority <= 3) g.stroke();
  else if (priority === 4) {
    g.beginPath();
    g.moveTo(-r, -r + 5);
    g.lineTo(-r, -r);
    g.lineTo(-r + 5, -r);
    g.moveTo(r, r - 5);
    g.lineTo(r, r);
    g.lineTo(r - 5, r);
    g.lineWidth = 1.6;
    g.stroke();
  }
  g.font = `700 ${r > 9 ? 14 : 12}px ${paint.family}`;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  const inks: Record<Priority, string> = { 1: paint.p1Ink, 2: paint.p2Ink, 3: paint.ink, 4: paint.ink, 5: paint.ink2 };
  g.fillStyle = isSolid ? inks[priority] : isInHand && priority <= 2 ? (priority === 1 ? paint.p1Text : paint.p2Text) : inks[priority];
  g.fillText(String(priority), 0, 0.5);
}

/** In a crowd the lower priorities shrink: 3 to a ring, 4 and 5 to dots, so that the first two stand out. */
function drawSmall(g: Context, paint: Paint, priority: Priority): void {
  g.beginPath();
  g.arc(0, 0, priority === 3 ? 4.5 : 2.6, 0, 2 * Math.PI);
  g.fillStyle = paint.ground1;
  g.fill();
  g.lineWidth = priority === 3 ? 1.8 : 1.2;
  g.strokeStyle = priority === 3 ? paint.p3 : paint.ink3;
  g.stroke();
}

function diamond(g: Context, k: number): void {
  g.moveTo(0, -k);
  g.lineTo(k, 0);
  g.lineTo(0, k);
  g.lineTo(-k, 0);
  g.closePath();
}

const ALARM_SIZE = 16;
const ALARM_FORMS = ['M1 1H15V15H1Z', 'M8 0.8 15.4 15H0.6Z', 'M0.6 1H15.4L8 15.2Z'];
const ALARM_SIGNS = ['M7 3.5H9V9H7ZM7 10.5H9V12.5H7Z', 'M7.2 5.5H8.8V10H7.2ZM7.2 11.4H8.8V13H7.2Z', ''];

/** The same forms as `AlarmMark`: filled while raised, hollow once it has returned to normal unseen. */
function drawAlarm(g: Context, paint: Paint, priority: 1 | 2 | 3, isRaised: boolean): void {
  const colour = { 1: paint.p1, 2: paint.p2, 3: paint.p3 }[priority];
  const ink = { 1: paint.p1Ink, 2: paint.p2Ink, 3: paint.ground1 }[priority];
  g.translate(-ALARM_SIZE / 2, -ALARM_SIZE / 2);
  const form = new Path2D(ALARM_FORMS[priority - 1]);
  g.lineJoin = 'round';
  g.strokeStyle = paint.ground0;
  g.lineWidth = 3;
  g.stroke(form);
  g.fillStyle = isRaised && priority < 3 ? colour : paint.ground1;
  g.fill(form);
  g.strokeStyle = colour;
  g.lineWidth = 1.4;
  g.stroke(form);
  g.fillStyle = isRaised ? ink : colour;
  g.fill(new Path2D(ALARM_SIGNS[priority - 1]));
}
