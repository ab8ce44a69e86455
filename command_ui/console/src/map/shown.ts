/** Which layers are on: kept for the next shift in this browser, shared by all windows of the page. */
import { useSyncExternalStore } from 'react';
import { ours } from '../kept';

export const LAYERS = ['incidents', 'units', 'alarms', 'lines', 'names', 'stale_only'] as const;
export type Layer = (typeof LAYERS)[number];

const KEPT_AS = 'drumtower.map.layers';
const AT_FIRST: readonly Layer[] = ['incidents', 'units', 'alarms', 'lines', 'names'];

/** Reads what was kept; anything that is not a list of layers counts as nothing kept. */
export function layersFrom(text: string | null): ReadonlySet<Layer> {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    if (Array.isArray(kept)) return new Set(LAYERS.filter((layer) => kept.includes(layer)));
  } catch {
    // Somebody else's text under our name is no reason to show no map.
  }
  return new Set(AT_FIRST);
}

let shown = layersFrom(ours.read(KEPT_AS));
const listeners = new Set<() => void>();

export const layersShown = (): ReadonlySet<Layer> => shown;

export function showLayers(layers: Iterable<Layer>): void {
  shown = new Set(layers);
  ours.write(KEPT_AS, JSON.stringify([...shown]));
  for (const listener of listeners) listener();
}

export function onLayersShown(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useLayersShown = (): ReadonlySet<Layer> => useSyncExternalStore(onLayersShown, layersShown);
