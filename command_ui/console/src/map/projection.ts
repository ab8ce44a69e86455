/**
 * Web Mercator as MapLibre has it: the world is a square of 512 px at zoom 0, x to the east, y to the south. World coordinates
 * run from 0 to 1, so that a fix is projected once, when it arrives, and a redraw is one multiplication and one subtraction.
 */

export type LonLat = { readonly lon: number; readonly lat: number };
export type Bounds = readonly [west: number, south: number, east: number, north: number];
/** Where the camera stands: the middle of the panel, MapLibre's zoom, the panel's size in CSS pixels. */
export type View = LonLat & { readonly zoom: number; readonly width: number; readonly height: number };
/** Screen = world * scale - origin. */
export type Frame = {
  readonly scale: number;
  readonly originX: number;
  readonly originY: number;
  readonly width: number;
  readonly height: number;
};

const TILE_PX = 512;
const EARTH_CIRCUMFERENCE_M = 40_075_016.686;
// Mercator has no poles; beyond this latitude MapLibre has no tile either.
const LATITUDE_MAX = 85.051129;

export const ZOOM_MIN = 6.5;
export const ZOOM_MAX = 18;

export const worldX = (lon: number): number => lon / 360 + 0.5;

export const worldY = (lat: number): number => {
  const radians = (Math.max(-LATITUDE_MAX, Math.min(LATITUDE_MAX, lat)) * Math.PI) / 180;
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + radians / 2)) / (2 * Math.PI);
};

export const lonAt = (x: number): number => (x - 0.5) * 360;

export const latAt = (y: number): number => (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;

export function frameOf(view: View): Frame {
  const scale = TILE_PX * 2 ** view.zoom;
  return {
    scale,
    originX: worldX(view.lon) * scale - view.width / 2,
    originY: worldY(view.lat) * scale - view.height / 2,
    width: view.width,
    height: view.height,
  };
}

export const screenX = (frame: Frame, lon: number): number => worldX(lon) * frame.scale - frame.originX;
export const screenY = (frame: Frame, lat: number): number => worldY(lat) * frame.scale - frame.originY;

export const pointAt = (frame: Frame, x: number, y: number): LonLat => ({
  lon: lonAt((x + frame.originX) / frame.scale),
  lat: latAt((y + frame.originY) / frame.scale),
});

export function boundsOf(frame: Frame): Bounds {
  const northWest = pointAt(frame, 0, 0);
  const southEast = pointAt(frame, frame.width, frame.height);
  return [northWest.lon, southEast.lat, southEast.lon, northWest.lat];
}

/** The bounds grown by a share of their own size on every side. */
export function padded([west, south, east, north]: Bounds, share: number): Bounds {
  const x = (east - west) * share;
  const y = (north - south) * share;
  return [Math.max(-180, west - x), Math.max(-90, south - y), Math.min(180, east + x), Math.min(90, north + y)];
}

export const within = ([west, south, east, north]: Bounds, lon: number, lat: number): boolean =>
  lon >= west && lon <= east && lat >= south && lat <= north;

/** The view moved by screen pixels: what was at (dx, dy) from the middle comes to the middle. */
export function panned(view: View, dx: number, dy: number): View {
  const frame = frameOf(view);
  return { ...view, ...pointAt(frame, view.width / 2 + dx, view.height / 2 + dy) };
}

/** The view at another zoom, with the place under (x, y) staying where it is. */
export function zoomed(view: View, by: number, x = view.width / 2, y = view.height / 2): View {
  const zoom = Math.max(ZOOM_MIN, Math.min(ZOOM_MAX, view.zoom + by));
  if (zoom === view.zoom) return view;
  const held = pointAt(frameOf(view), x, y);
  const next = { ...view, zoom };
  const frame = frameOf(next);
  return panned(next, screenX(frame, held.lon) - x, screenY(frame, held.lat) - y);
}

export const metresPerPixel = (view: View): number =>
  (EARTH_CIRCUMFERENCE_M * Math.cos((view.lat * Math.PI) / 180)) / (TILE_PX * 2 ** view.zoom);

/** The zoom at which a span of so many metres fills the smaller side of the panel. */
export function zoomFor(span_m: number, view: View): number {
  const side = Math.max(1, Math.min(view.width, view.height));
  const zoom = Math.log2((EARTH_CIRCUMFERENCE_M * Math.cos((view.lat * Math.PI) / 180) * side) / (TILE_PX * span_m));
  return Math.max(ZOOM_MIN, Math.min(ZOOM_MAX, zoom));
}

const BAR_METRES = [20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];
// A bar under 60 px is too short to lay a finger along, one over 150 px crowds the corner.
const BAR_PX_MIN = 60;

/** The round length for the scale bar, and how wide it is drawn. */
export function scaleBar(view: View): { readonly metres: number; readonly px: number; readonly text: string } {
  const perPixel = metresPerPixel(view);
  const metres = BAR_METRES.find((length) => length / perPixel >= BAR_PX_MIN) ?? 100_000;
  return { metres, px: metres / perPixel, text: metres < 1_000 ? `${metres} m` : `${metres / 1_000} km` };
}
