/** The open map of this installation: GET /api/map/NAME, read once a page. What is missing is left out; what cannot be read is said. */
import type { Bounds } from './projection';

export type Named = { readonly zh: string; readonly en: string };
export type MapViewSetting = Named & { readonly code: string; readonly lon: number; readonly lat: number; readonly span_km: number };
export type Collection = { readonly type: 'FeatureCollection'; readonly features: readonly Feature[] };
export type Feature = {
  readonly type: 'Feature';
  readonly properties: Readonly<Record<string, unknown>>;
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
};
export type PlaceName = Named & { readonly lon: number; readonly lat: number; readonly kind: string; readonly population: number };

export type MapSettings = Named & {
  readonly bounds: Bounds;
  readonly views: readonly MapViewSetting[];
  readonly waters: readonly (Named & { readonly lon: number; readonly lat: number })[];
  readonly attribution: readonly { readonly text: string; readonly terms: string }[];
};

export type OpenMap = {
  readonly settings: MapSettings;
  readonly water: Collection;
  readonly outline: Collection;
  readonly districts: Collection;
  readonly streets: Collection;
  readonly names: readonly PlaceName[];
};

export type Loaded = { readonly map: OpenMap; readonly missing: readonly string[] };

const NOTHING: Collection = { type: 'FeatureCollection', features: [] };

// Without any setting the map shows the whole inhabited world, and the first incident that is chosen brings it home.
export const SETTINGS_WITHOUT_MAP: MapSettings = {
  zh: '',
  en: '',
  bounds: [-180, -60, 180, 75],
  views: [],
  waters: [],
  attribution: [],
};

let loading: Promise<Loaded> | null = null;

export function openMap(): Promise<Loaded> {
  loading ??= load((name) => fetch(`/api/map/${name}`, { credentials: 'same-origin' }));
  return loading;
}

/** For a page that wants to try again, after the link was away. */
export function forgetMap(): void {
  loading = null;
}

export async function load(get: (name: string) => Promise<Response>): Promise<Loaded> {
  const missing: string[] = [];
  // Districts and streets are an operator's own: there need be none.
  const optional = new Set(['districts.geojson', 'streets.geojson']);
  const read = async <T>(name: string, otherwise: T, isRight: (value: unknown) => value is T): Promise<T> => {
    try {
      const response = await get(name);
      if (response.status === 404 && optional.has(name)) return otherwise;
      const value: unknown = response.ok ? await response.json() : null;
      if (isRight(value)) return value;
    } catch {
      // Named below: the map says which part of it is not there.
    }
    missing.push(name);
    return otherwise;
  };
  const [settings, water, outline, districts, streets, places] = await Promise.all([
    read('map.json', SETTINGS_WITHOUT_MAP, isSettings),
    read('water.geojson', NOTHING, isCollection),
    read('outline.geojson', NOTHING, isCollection),
    read('districts.geojson', NOTHING, isCollection),
    read('streets.geojson', NOTHING, isCollection),
    read('places.geojson', NOTHING, isCollection),
  ]);
  return { map: { settings, water, outline, districts, streets, names: namesOf(places, districts) }, missing };
}

const isCollection = (value: unknown): value is Collection =>
  typeof value === 'object' && value !== null && Array.isArray((value as { features?: unknown }).features);

const isSettings = (value: unknown): value is MapSettings =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as { bounds?: unknown }).bounds) &&
  Array.isArray((value as { views?: unknown }).views);

/** The names to write, the weightiest first. The operator's own districts name themselves, at the middle of their largest ring. */
export function namesOf(places: Collection, districts: Collection): PlaceName[] {
  const points = places.features.filter((feature) => feature.geometry.type === 'Point').map(placeName);
  const own = districts.features.map(districtName).filter((name) => name !== null);
  const names = own.length > 0 ? [...own, ...points.filter((name) => name.kind !== 'district')] : points;
  return names.sort((a, b) => (NAME_ZOOM[a.kind] ?? 20) - (NAME_ZOOM[b.kind] ?? 20) || b.population - a.population);
}

/** From which zoom a name of this kind is written. A city's own name would lie over its middle: it is never written. */
export const NAME_ZOOM: Readonly<Record<string, number>> = {
  district: 7.5,
  town: 10.2,
  subdistrict: 12.2,
  village: 12,
  place: 12,
  city: 99,
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function placeName(feature: Feature): PlaceName {
  const [lon, lat] = feature.geometry.coordinates as [number, number];
  const { zh, en, kind, population } = feature.properties;
  return { zh: text(zh), en: text(en), lon, lat, kind: text(kind) || 'place', population: Number(population) || 0 };
}

function districtName(feature: Feature): PlaceName | null {
  const { type, coordinates } = feature.geometry;
  const polygons = (type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : []) as [number, number][][][];
  const rings = polygons.map((polygon) => polygon[0] ?? []).sort((a, b) => b.length - a.length);
  const largest = rings[0];
  if (!largest || largest.length === 0) return null;
  const lons = largest.map((corner) => corner[0]);
  const lats = largest.map((corner) => corner[1]);
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  return {
    zh: text(feature.properties.zh),
    en: text(feature.properties.en),
    lon: middle(lons),
    lat: middle(lats),
    kind: 'district',
    population: 0,
  };
}
