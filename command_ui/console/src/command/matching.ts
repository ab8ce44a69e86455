/** Which incidents and units a typed fragment may mean, best first. Pure. */
import type { KnownIncident, KnownUnit, World } from './world';

/** `261123-0031`, `0031` and `31` mean the same incident; a full number wins, then the newest day's. */
export function incidentsOf(fragment: string, world: World): KnownIncident[] {
  const text = fragment.trim();
  if (!/^\d{1,6}(-\d{0,5})?$/.test(text)) return [];
  const digits = text.replace(/^0+/, '');
  const rank = (incident: KnownIncident): number => {
    const running = (incident.number.split('-')[1] ?? incident.number).replace(/^0+/, '');
    if (incident.number === text) return 0;
    if (incident.short === text || running === digits) return 1;
    if (incident.number.startsWith(text) || incident.short.startsWith(text)) return 2;
    return incident.short.includes(text) ? 3 : Number.POSITIVE_INFINITY;
  };
  return world.incidents
    .filter(({ number }) => number.includes(digits))
    .map((incident) => ({ incident, rank: rank(incident) }))
    .filter(({ rank: value }) => Number.isFinite(value))
    .sort((a, b) => a.rank - b.rank || newerFirst(a.incident, b.incident))
    .map(({ incident }) => incident);
}

/** Incident numbers are digits of one length: their order is that of their characters. */
const newerFirst = (a: KnownIncident, b: KnownIncident): number => (a.number > b.number ? -1 : a.number < b.number ? 1 : 0);

/** The one incident that the fragment names, or null: «31» names 0031 even while 0131 holds the same digits; of two days, the newer. */
export function incidentNamed(fragment: string, world: World): KnownIncident | null {
  const digits = fragment.replace(/^0+/, '');
  const isNamed = (incident: KnownIncident) =>
    incident.number === fragment || incident.short === fragment || (incident.number.split('-')[1] ?? '').replace(/^0+/, '') === digits;
  return incidentsOf(fragment, world).find(isNamed) ?? null;
}

/** Incidents whose type, address or district holds every word: the gravest first. */
export function incidentsWith(text: string, world: World): KnownIncident[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return byPriority(world);
  const names = new Map(world.districts.map((district) => [district.code, `${district.zh} ${district.en}`]));
  return byPriority(world).filter((incident) => {
    const held = [incident.number, incident.type.zh, incident.type.en, incident.address, names.get(incident.district) ?? incident.district]
      .join(' ')
      .toLowerCase();
    return wanted.every((word) => held.includes(word));
  });
}

export function byPriority(world: World): KnownIncident[] {
  return [...world.incidents].sort((a, b) => a.priority - b.priority || newerFirst(a, b));
}

export function unitNamed(fragment: string, world: World): KnownUnit | null {
  return world.units.get(fragment) ?? world.units.get(fragment.toUpperCase()) ?? null;
}

// A degree of latitude, and of longitude at the equator (WGS-84, to the metre where it serves to rank).
const DEGREE_KM = 111.32;

export function distanceKm(a: { lon: number | null; lat: number | null }, b: { lon: number | null; lat: number | null }): number | null {
  if (a.lon === null || a.lat === null || b.lon === null || b.lat === null) return null;
  const east = (a.lon - b.lon) * DEGREE_KM * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot(east, (a.lat - b.lat) * DEGREE_KM);
}

// More than these are offered nowhere. Of a large fleet only they are put in order: that of 18,000 would hold up the key that opens the bar.
const OFFERED_MAX = 8;

/** The foremost units whose call sign begins with the fragment: those that can go and serve first, then the nearest to the incident. */
export function unitsOf(fragment: string, world: World, near: KnownIncident | null, without: readonly string[]): KnownUnit[] {
  const head = fragment.toUpperCase();
  const needs = near?.needs ?? [];
  const serves = (unit: KnownUnit) => needs.length === 0 || unit.capabilities.some((capability) => needs.includes(capability));
  const foremost: { unit: KnownUnit; order: Order }[] = [];
  for (const call of world.units.keys()) {
    if (!call.toUpperCase().startsWith(head) || without.includes(call)) continue;
    const unit = world.units.get(call);
    if (!unit) continue;
    const km = (near && distanceKm(unit, near)) ?? Number.MAX_VALUE;
    const order: Order = [unit.status === 'available' ? 0 : 1, serves(unit) ? 0 : 1, km, call];
    const place = foremost.findIndex((other) => isBefore(order, other.order));
    if (place >= 0) foremost.splice(place, 0, { unit, order });
    else if (foremost.length < OFFERED_MAX) foremost.push({ unit, order });
    if (foremost.length > OFFERED_MAX) foremost.pop();
  }
  return foremost.map(({ unit }) => unit);
}

type Order = readonly [isTaken: number, isUnfit: number, km: number, call: string];

function isBefore(a: Order, b: Order): boolean {
  const by = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  return by < 0 || (by === 0 && a[3].localeCompare(b[3]) < 0);
}
