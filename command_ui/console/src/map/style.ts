/** The ground in the tokens of the theme: land, water, lines of districts and streets. Names are not here: see layers/names.ts. */
import type { StyleSpecification } from 'maplibre-gl';
import type { OpenMap } from './open';
import type { Paint } from './paint';
import type { Bounds } from './projection';

type GeoJson = GeoJSON.GeoJSON;

/** Everything but the bounds: beyond the sheet nothing is known, and it must not look like land without incidents. */
export function beyond([west, south, east, north]: Bounds): GeoJson {
  const world = [
    [-180, -85],
    [180, -85],
    [180, 85],
    [-180, 85],
    [-180, -85],
  ];
  const sheet = [
    [west, south],
    [west, north],
    [east, north],
    [east, south],
    [west, south],
  ];
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [world, sheet] } };
}

export function styleOf(map: OpenMap, paint: Paint): StyleSpecification {
  const source = (data: unknown) => ({ type: 'geojson' as const, data: data as GeoJson, tolerance: 0.2 });
  const rank = ['coalesce', ['get', 'rank'], 4];
  return {
    version: 8,
    sources: {
      water: source(map.water),
      outline: source(map.outline),
      districts: source(map.districts),
      streets: source(map.streets),
      beyond: source(beyond(map.settings.bounds)),
    },
    layers: [
      { id: 'land', type: 'background', paint: { 'background-color': paint.land } },
      { id: 'water', type: 'fill', source: 'water', paint: { 'fill-color': paint.water } },
      // Only the sea has a shore that is true at every zoom; the lakes are coarse, and are left as a tone.
      {
        id: 'shore',
        type: 'line',
        source: 'water',
        filter: ['==', ['get', 'kind'], 'sea'],
        paint: { 'line-color': paint.district, 'line-width': 1 },
      },
      {
        id: 'streets',
        type: 'line',
        source: 'streets',
        paint: {
          'line-color': ['step', rank, paint.road, 2, paint.road2, 3, paint.street],
          'line-width': ['interpolate', ['linear'], ['zoom'], 9, ['step', rank, 1.4, 2, 0.8, 3, 0.3], 15, ['step', rank, 4, 2, 3, 3, 1.6]],
        },
      },
      {
        id: 'districts',
        type: 'line',
        source: 'districts',
        paint: { 'line-color': paint.district, 'line-width': 1, 'line-dasharray': [6, 4] },
      },
      {
        id: 'outline',
        type: 'line',
        source: 'outline',
        paint: { 'line-color': paint.district, 'line-width': 1.2, 'line-dasharray': [8, 3, 2, 3] },
      },
      { id: 'beyond', type: 'fill', source: 'beyond', paint: { 'fill-color': paint.ground1 } },
      { id: 'sheet', type: 'line', source: 'beyond', paint: { 'line-color': paint.district, 'line-width': 1 } },
    ],
  } as StyleSpecification;
}
