/** One redraw of the map's two canvases: names below, marks above. It is told what there is; it keeps what was drawn, to be hit. */
import { afterAnswer, isAnswering } from '../answering';
import type { Lang } from '../i18n';
import type { Camera } from './camera';
import { newCrowd } from './crowd';
import { type Edge, type Outside, outside } from './edges';
import type { Target } from './hits';
import { REACH_PX, targetAt } from './hits';
import { newRoom } from './labels';
import { drawAlarms, drawIncidents, type IncidentsDrawn } from './layers/incidents';
import { drawNames } from './layers/names';
import { drawRing, drawSelection, type Joined } from './layers/selection';
import { drawUnitNames, drawUnits, type UnitsAsked, type UnitsDrawn, unitAt } from './layers/units';
import type { OpenMap } from './open';
import { readPaint } from './paint';
import type { AlarmPoint, IncidentPoint } from './picture';
import { type Frame, frameOf, screenX, screenY, type View } from './projection';
import { newRaster } from './raster';
import type { Layer } from './shown';
import { drawIncident, INCIDENT_HALF_PX, newSprites } from './sprites';
import type { Units } from './units';

// The store tells what changed ten times a second; this keeps only what else asks for a redraw (a second that passes) from coming close upon it.
const REDRAW_MS = 50;
// A map that slides takes its marks along for so long: 18,000 of them drawn anew for every frame of a drag leave no time for a key. What comes in
// at an edge is there a picture later.
const SLIDE_MS = 100;
// Twice an 8K screen. A page whose styles have not come lays the map out as high as its lists: it has no picture then.
const PIXELS_MAX = 2 ** 26;

export type Picture = {
  incidents: readonly IncidentPoint[];
  alarms: readonly AlarmPoint[];
  selected: string | null;
  layers: ReadonlySet<Layer>;
  lang: Lang;
  staleAfter_ms: number;
  map: OpenMap | null;
  hovered: Target | null;
  walked: string | null;
};

export type Drawn = {
  readonly incidents: readonly Target[];
  readonly alarms: readonly Target[];
  readonly outside: Readonly<Record<Edge, Outside>>;
  readonly unitsInView: number;
  readonly unitsStale: number;
  readonly isSelectedInView: boolean;
};

export type Scene = {
  readonly picture: Picture;
  /** What the map shows is another now: the next frame has it all. */
  readonly now: () => void;
  /** Another mark stands out from the many: the next frame has it; the many follow with their next picture. */
  readonly few: () => void;
  /** Data came: shown within REDRAW_MS. */
  readonly soon: () => void;
  /** The theme changed. */
  readonly repaint: () => void;
  readonly drawn: () => Drawn;
  readonly targetAt: (x: number, y: number) => Target | null;
  readonly end: () => void;
};

const EMPTY: Outside = { count: 0, foremost: null };
const NOTHING: Drawn = {
  incidents: [],
  alarms: [],
  outside: { north: EMPTY, south: EMPTY, east: EMPTY, west: EMPTY },
  unitsInView: 0,
  unitsStale: 0,
  isSelectedInView: true,
};

const NO_UNITS: UnitsDrawn = { inView: 0, stale: 0, named: [] };
const NO_INCIDENTS: IncidentsDrawn = { inView: [], beyond: [] };

const isThere = (status: string): boolean => status === 'on_scene' || status === 'transporting' || status === 'at_destination';

export function newScene(
  below: HTMLCanvasElement,
  many: HTMLCanvasElement,
  above: HTMLCanvasElement,
  camera: Camera,
  units: Units,
  picture: Picture,
  clock: () => number,
  onDrawn: (drawn: Drawn) => void,
  /** Where the whole map is drawn larger than its box says (a wall), the canvases need as many more pixels. */
  enlarged = 1,
): Scene {
  const ratioNow = () => (devicePixelRatio || 1) * enlarged;
  let sprites = newSprites(readPaint(), ratioNow());
  let drawn = NOTHING;
  let frameId = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let drawnAt = 0;
  let areNamesOld = true;
  let areMarksOld = true;
  /** The operator did something: it is not left for the next picture. */
  let isAwaited = true;
  /** The marks as they were last drawn, for which view, without whose, and how far from it they lie on the canvas. */
  let marks: { image: ImageData; view: View; without: string | null; x: number; y: number } | null = null;
  let named = newRoom();
  const crowd = newCrowd();
  const raster = newRaster();

  const context = (canvas: HTMLCanvasElement): CanvasRenderingContext2D | null => {
    const { width, height } = camera.view();
    const { ratio } = sprites;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    const g = canvas.getContext('2d');
    g?.setTransform(1, 0, 0, 1, 0, 0);
    g?.clearRect(0, 0, w, h);
    return g;
  };

  const drawBelow = () => {
    areNamesOld = false;
    named = newRoom();
    const g = context(below);
    if (!g || !picture.map || !picture.layers.has('names')) return;
    g.setTransform(sprites.ratio, 0, 0, sprites.ratio, 0, 0);
    const view = camera.view();
    drawNames(g, picture.map, frameOf(view), view.zoom, picture.lang, sprites.paint, named);
  };

  const joined = (point: IncidentPoint, now_ms: number): Joined[] =>
    point.document.assignments
      .filter((assignment) => assignment.is_open)
      .flatMap((assignment) => {
        const place = units.find(assignment.unit, now_ms, picture.staleAfter_ms);
        return place ? [{ place, isThere: isThere(assignment.status) }] : [];
      });

  const chosenOne = () => picture.incidents.find((point) => point.id === picture.selected) ?? null;

  const drawMany = (view: View) => {
    const pixels = context(many);
    if (!pixels || many.width === 0 || many.height === 0 || many.width * many.height > PIXELS_MAX) return;
    const { layers } = picture;
    const frame = frameOf(view);
    const chosen = chosenOne();
    const asked: UnitsAsked = {
      now_ms: clock(),
      staleAfter_ms: picture.staleAfter_ms,
      isStaleOnly: layers.has('stale_only'),
      besides: chosen?.id ?? null,
    };
    raster.begin(many.width, many.height);
    const fleet = layers.has('units') ? drawUnits(raster, units.fleet, frame, sprites, crowd, asked) : NO_UNITS;
    const alarms = layers.has('alarms') ? drawAlarms(raster, picture.alarms, frame, sprites) : [];
    const { inView, beyond } = layers.has('incidents')
      ? drawIncidents(raster, picture.incidents, frame, sprites, chosen?.id ?? null)
      : NO_INCIDENTS;
    const room = newRoom(named);
    if (fleet.named.length > 0) for (const { x, y } of [...inView, ...alarms]) room.block({ x: x - 9, y: y - 9, width: 18, height: 18 });
    drawUnitNames(raster, units.fleet, frame, sprites, room, fleet.named, asked);
    marks = { image: new ImageData(raster.pixels(), many.width, many.height), view, without: chosen?.id ?? null, x: 0, y: 0 };
    pixels.putImageData(marks.image, 0, 0);
    drawn = {
      incidents: inView,
      alarms,
      outside: outside(beyond, frame.width, frame.height),
      unitsInView: fleet.inView,
      unitsStale: fleet.stale,
      isSelectedInView: !chosen || inView.some((target) => target.id === chosen.id),
    };
  };

  /** The same marks where the map has slid to; false when they have to be drawn. */
  const slide = (view: View): boolean => {
    if (!marks || view.zoom !== marks.view.zoom || view.width !== marks.view.width || view.height !== marks.view.height) return false;
    const from = frameOf(marks.view);
    const to = frameOf(view);
    const [x, y] = [Math.round((from.originX - to.originX) * sprites.ratio), Math.round((from.originY - to.originY) * sprites.ratio)];
    if (x === marks.x && y === marks.y) return true;
    [marks.x, marks.y] = [x, y];
    context(many)?.putImageData(marks.image, x, y);
    return true;
  };

  /** The mark of the one that was selected: until their next picture it is not among the many. */
  const drawFormer = (g: CanvasRenderingContext2D, frame: Frame, id: string | null) => {
    const former = picture.incidents.find((point) => point.id === id);
    if (!former) return;
    g.save();
    g.translate(former.x * frame.scale - frame.originX, former.y * frame.scale - frame.originY);
    drawIncident(g, sprites.paint, former.priority, former.isInHand, INCIDENT_HALF_PX);
    g.restore();
  };

  /** What stands out from the many: the selected incident with its units, what the walk and the pointer are on. */
  const drawFew = () => {
    const g = context(above);
    if (!g) return;
    const { paint, ratio } = sprites;
    const frame = frameOf(camera.view());
    const chosen = chosenOne();
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (marks && marks.without !== (chosen?.id ?? null)) drawFormer(g, frame, marks.without);
    if (chosen)
      drawSelection(g, chosen, joined(chosen, clock()), frame, paint, newRoom(), {
        hasLines: picture.layers.has('lines'),
        etaWord: picture.lang === 'zh' ? '约' : 'est.',
      });
    const on = picture.walked !== null && drawn.incidents.find((target) => target.id === picture.walked);
    for (const [target, isWalked] of [[on, true] as const, [picture.hovered, false] as const]) {
      const place = target && placeOf(target);
      if (place) drawRing(g, place.x, place.y, paint, isWalked);
    }
  };

  /** Where a target is now: it may have moved since the pointer came to rest on it. */
  const placeOf = (target: Target): { x: number; y: number } | null => {
    const frame = frameOf(camera.view());
    if (target.kind === 'unit') {
      const place = units.find(target.id, clock(), picture.staleAfter_ms);
      return place && { x: screenX(frame, place.lon), y: screenY(frame, place.lat) };
    }
    const points: readonly { id: string; x: number; y: number }[] = target.kind === 'incident' ? picture.incidents : picture.alarms;
    const point = points.find((candidate) => candidate.id === target.id);
    return point ? { x: point.x * frame.scale - frame.originX, y: point.y * frame.scale - frame.originY } : null;
  };

  const draw = () => {
    frameId = 0;
    if (areNamesOld) drawBelow();
    const view = camera.view();
    const age_ms = performance.now() - drawnAt;
    const isDue = age_ms >= (areMarksOld ? REDRAW_MS : SLIDE_MS) && !isAnswering();
    if (isAwaited || isDue || !slide(view)) {
      clearTimeout(timer);
      timer = undefined;
      drawnAt = performance.now();
      isAwaited = areMarksOld = false;
      drawMany(view);
      drawFew();
      onDrawn(drawn);
    } else {
      drawFew();
      if (areMarksOld || marks?.x || marks?.y) wait(areMarksOld ? REDRAW_MS : SLIDE_MS);
    }
  };
  const frameSoon = () => {
    frameId ||= requestAnimationFrame(draw);
  };
  /** The next picture of the marks, so long after the last one. */
  const wait = (ms: number) => {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        afterAnswer(frameSoon);
      },
      Math.max(0, ms - (performance.now() - drawnAt)),
    );
  };
  const soon = () => {
    areMarksOld = true;
    wait(REDRAW_MS);
  };
  const all = () => {
    areNamesOld = isAwaited = true;
    frameSoon();
  };
  const stop = camera.onMove(() => {
    areNamesOld = true;
    frameSoon();
  });

  return {
    picture,
    now: all,
    few: () => {
      areMarksOld = true;
      frameSoon();
    },
    soon,
    repaint: () => {
      sprites = newSprites(readPaint(), ratioNow());
      all();
    },
    drawn: () => drawn,
    targetAt: (x, y) => {
      const marked = targetAt([...drawn.incidents, ...drawn.alarms], x, y);
      if (marked || !picture.layers.has('units')) return marked;
      const unit = unitAt(units.fleet, frameOf(camera.view()), x, y, REACH_PX);
      return unit && { kind: 'unit', id: unit.unit, x: unit.x, y: unit.y, priority: 9 };
    },
    end: () => {
      stop();
      clearTimeout(timer);
      cancelAnimationFrame(frameId);
    },
  };
}
