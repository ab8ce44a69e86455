/**
 * The camera of the map. It stands outside React and outside MapLibre: the ground, the marks and the bar of scale all follow it.
 * It remembers when a hand last moved it, because the map must never be pulled away from somebody who is looking.
 */
import { type LonLat, panned, type View, zoomed, zoomFor } from './projection';

// Within so many seconds of a manual pan the map does not follow the selection: the operator has gone there to look.
const HAND_KEEPS_MS = 10_000;

// A jump loses the reader; longer than this makes a dispatcher wait.
const EASE_MS = 220;

// The selected incident need not move the map when it stands this far inside the edge.
export const INSET_PX = 60;

export type Camera = {
  readonly view: () => View;
  readonly onMove: (listener: () => void) => () => void;
  readonly resize: (width: number, height: number) => void;
  /** A hand moves the map by pixels. */
  readonly drag: (dx: number, dy: number) => void;
  readonly holdHand: (isDown: boolean) => void;
  readonly zoom: (by: number, x?: number, y?: number) => void;
  /** Where the map begins, once that is known: at once, and only if no hand was quicker. Says whether it did. */
  readonly begin: (place: LonLat, span_m: number) => boolean;
  /** Asked for by the operator: goes there whatever the hand did before. */
  readonly goTo: (place: LonLat, span_m?: number) => void;
  /** Asked for by nobody: goes there only when the hand has let the map alone; says whether it will. */
  readonly follow: (place: LonLat) => boolean;
  readonly mayFollow: () => boolean;
  readonly end: () => void;
};

export type Timing = {
  readonly now: () => number;
  /** Calls back at the next frame, with the time of `now`; the answer cancels. */
  readonly frame: (callback: () => void) => () => void;
  /** Whether the operator asked for no motion (prefers-reduced-motion). */
  readonly isStill: () => boolean;
};

export const browserTiming: Timing = {
  now: () => performance.now(),
  frame: (callback) => {
    const id = requestAnimationFrame(callback);
    return () => cancelAnimationFrame(id);
  },
  isStill: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
};

export function newCamera(start: View, timing: Timing): Camera {
  let view = start;
  let handAt = Number.NEGATIVE_INFINITY;
  let isHandDown = false;
  let stopEase: () => void = () => {};
  const listeners = new Set<() => void>();

  const stand = (next: View) => {
    if (next === view) return;
    view = next;
    for (const listener of listeners) listener();
  };
  const byHand = (next: View) => {
    stopEase();
    handAt = timing.now();
    stand(next);
  };
  const ease = (to: View) => {
    stopEase();
    const [from, startedAt] = [view, timing.now()];
    if (timing.isStill()) return stand(to);
    const step = () => {
      const t = Math.min(1, (timing.now() - startedAt) / EASE_MS);
      const k = 1 - (1 - t) ** 3;
      const between = (a: number, b: number) => a + (b - a) * k;
      stand({ ...view, lon: between(from.lon, to.lon), lat: between(from.lat, to.lat), zoom: between(from.zoom, to.zoom) });
      if (t < 1) stopEase = timing.frame(step);
    };
    stopEase = timing.frame(step);
  };
  const mayFollow = () => !isHandDown && timing.now() - handAt >= HAND_KEEPS_MS;

  return {
    view: () => view,
    onMove: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resize: (width, height) => {
      if (width !== view.width || height !== view.height) stand({ ...view, width, height });
    },
    drag: (dx, dy) => byHand(panned(view, -dx, -dy)),
    holdHand: (isDown) => {
      isHandDown = isDown;
      if (isDown) stopEase();
    },
    zoom: (by, x, y) => byHand(zoomed(view, by, x, y)),
    begin: (place, span_m) => {
      if (isHandDown || handAt !== Number.NEGATIVE_INFINITY) return false;
      stopEase();
      stand({ ...view, lon: place.lon, lat: place.lat, zoom: zoomFor(span_m, { ...view, lat: place.lat }) });
      return true;
    },
    goTo: (place, span_m) => {
      // What was asked for is also what to keep: nothing pulls the map away from there a moment later.
      handAt = timing.now();
      ease({
        ...view,
        lon: place.lon,
        lat: place.lat,
        zoom: span_m === undefined ? view.zoom : zoomFor(span_m, { ...view, lat: place.lat }),
      });
    },
    follow: (place) => {
      if (!mayFollow()) return false;
      ease({ ...view, lon: place.lon, lat: place.lat });
      return true;
    },
    mayFollow,
    end: () => stopEase(),
  };
}
