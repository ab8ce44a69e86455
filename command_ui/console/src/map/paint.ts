/** The colours of the marks, read from the tokens of the theme that is on: a canvas knows no CSS variables. */

import { paintOf } from '../parts/paint';
import { SHAPES, type Shape } from './units';

const TOKENS = {
  ink: '--ink',
  ink2: '--ink-2',
  ink3: '--ink-3',
  ground0: '--ground-0',
  ground1: '--ground-1',
  line2: '--line-2',
  sel: '--sel',
  p1: '--p1',
  p1Ink: '--p1-ink',
  p1Text: '--p1-t',
  p2: '--p2',
  p2Ink: '--p2-ink',
  p2Text: '--p2-t',
  p3: '--p3',
  land: '--map-land',
  water: '--map-water',
  district: '--map-dist',
  road: '--map-road',
  road2: '--map-road2',
  street: '--map-street',
  name: '--map-name',
} as const;

export type Paint = Readonly<Record<keyof typeof TOKENS, string>> & {
  readonly family: string;
  /** What the installation paints units of a status; the rest is grey. */
  readonly units: Readonly<Partial<Record<Shape, string>>>;
};

// The map tells fewer apart than the board: each shape has the colour of the status that it mostly is.
const STATUS_OF_SHAPE: Readonly<Record<Shape, string>> = {
  available: 'available',
  dispatched: 'dispatched',
  moving: 'en_route',
  on_scene: 'on_scene',
  transporting: 'transporting',
  out_of_service: 'out_of_service',
};

// Forced colours leave a canvas as it is drawn: system colours keep it readable in the operator's own palette.
const FORCED: Partial<Record<keyof typeof TOKENS, string>> = {
  ink: 'CanvasText',
  ink2: 'CanvasText',
  ink3: 'CanvasText',
  name: 'CanvasText',
  district: 'CanvasText',
  line2: 'CanvasText',
  p1Text: 'CanvasText',
  p2Text: 'CanvasText',
  p3: 'CanvasText',
  road: 'GrayText',
  road2: 'GrayText',
  street: 'GrayText',
  ground0: 'Canvas',
  ground1: 'Canvas',
  land: 'Canvas',
  water: 'Canvas',
  sel: 'Highlight',
};

// Each of them says that the palette of the system may be another one.
const PALETTE_QUERIES = ['(forced-colors: active)', '(prefers-color-scheme: dark)', '(prefers-contrast: more)'];

export function readPaint(element: Element = document.documentElement): Paint {
  const style = getComputedStyle(element);
  const isForced = matchMedia('(forced-colors: active)').matches;
  const swatch = newSwatch();
  const token = (name: string) => style.getPropertyValue(name).trim();
  const colour = (name: keyof typeof TOKENS) => swatch.resolve((isForced && FORCED[name]) || token(TOKENS[name]) || 'CanvasText');
  const names = Object.keys(TOKENS) as (keyof typeof TOKENS)[];
  const colours = Object.fromEntries(names.map((name) => [name, colour(name)])) as Record<keyof typeof TOKENS, string>;
  const painted = SHAPES.map((shape) => [shape, isForced ? '' : token(paintOf('status', STATUS_OF_SHAPE[shape]))] as const);
  const units = Object.fromEntries(painted.filter(([, value]) => value));
  swatch.end();
  return { ...colours, units, family: token('--f-ui') || 'sans-serif' };
}

/** Words of the system's palette and whatever else CSS knows, as the rgb that is meant now: MapLibre knows no such words. */
function newSwatch(): { resolve: (colour: string) => string; end: () => void } {
  const swatch = document.createElement('i');
  swatch.hidden = true;
  swatch.style.setProperty('forced-color-adjust', 'none');
  document.body.append(swatch);
  const resolve = (colour: string) => {
    swatch.style.color = colour;
    return getComputedStyle(swatch).color;
  };
  return { resolve, end: () => swatch.remove() };
}

/** Calls when the theme, the palette of the system or the pixel ratio changed: everything drawn from colours is then old. */
export function onPaintChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] });
  const palettes = PALETTE_QUERIES.map((query) => matchMedia(query));
  for (const palette of palettes) palette.addEventListener('change', changed);
  document.fonts?.ready.then(changed, () => {});
  return () => {
    observer.disconnect();
    for (const palette of palettes) palette.removeEventListener('change', changed);
  };
}
