/** What codes stand for: look-ups in the catalogue view, names in the operator's language, targets by priority. */

import type {
  AgencyEntry,
  CapabilityEntry,
  CatalogueEntry,
  DistrictEntry,
  IncidentTypeEntry,
  Interval,
  Priority,
  ResponsePlanEntry,
  SensorEntry,
  StationEntry,
  TimersEntry,
} from './documents';
import type { Speak } from './i18n';
import { installation } from './installation';
import { documents } from './live/store';
import { CAPABILITY_NAMES } from './names';
import { targetsOf } from './targets';

function entry<Entry extends CatalogueEntry>(kind: Entry['kind'], code: string | null | undefined): Entry | undefined {
  return code ? (documents('catalogue').get(`${kind}:${code}`) as Entry | undefined) : undefined;
}

export const agencyOf = (code: string | null | undefined): AgencyEntry | undefined => entry('agency', code);
export const stationOf = (code: string | null | undefined): StationEntry | undefined => entry('station', code);
export const districtOf = (code: string | null | undefined): DistrictEntry | undefined => entry('district', code);
export const typeOf = (code: string | null | undefined): IncidentTypeEntry | undefined => entry('incident_type', code);
export const sensorOf = (code: string | null | undefined): SensorEntry | undefined => entry('sensor', code);
export const planOf = (incident_type: string, level: number): ResponsePlanEntry | undefined =>
  entry('response_plan', `${incident_type}/${level}`);

/** All entries of one kind, in the order of their codes. */
export function entriesOf<Kind extends CatalogueEntry['kind']>(kind: Kind): Extract<CatalogueEntry, { kind: Kind }>[] {
  const found = [...documents('catalogue').values()].filter((one) => one.kind === kind) as Extract<CatalogueEntry, { kind: Kind }>[];
  return found.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

export const typeName = (code: string | null | undefined, L: Speak): string => L.of(typeOf(code), code ?? '');
export const agencyName = (code: string | null | undefined, L: Speak): string => L.of(agencyOf(code), code ?? '');
export const stationName = (code: string | null | undefined, L: Speak): string => L.of(stationOf(code), code ?? '');
export const districtName = (code: string | null | undefined, L: Speak): string => L.of(districtOf(code), code ?? '');

/** A district for a narrow column: 和平 rather than 和平区. */
export function districtShort(code: string | null | undefined, L: Speak): string {
  const district = districtOf(code);
  return L(district?.short_zh || (district?.zh ?? code ?? '').replace(/(新区|区|县|市)$/, ''), district?.short_en || districtName(code, L));
}

/** An agency in one character: 消, F. */
export function agencyLetter(code: string | null | undefined, L: Speak): string {
  const agency = agencyOf(code);
  return L(
    agency?.short_zh || (agency?.zh ?? code ?? '').slice(0, 1),
    agency?.short_en || (agency?.en ?? code ?? '').slice(0, 1).toUpperCase(),
  );
}

/** As the installation calls it; many services' capabilities have a name of their own here. */
export const capabilityName = (code: string, L: Speak): string =>
  L.of(entry<CapabilityEntry>('capability', code) ?? CAPABILITY_NAMES[code], code);

/** The shortest target of an interval that holds for an incident: it is what a running time is measured against. */
function target(interval: Interval, priority: Priority, agency: string): number | undefined {
  const own = entry<TimersEntry>('timers', agency)?.targets ?? [];
  const city = entry<TimersEntry>('timers', '*')?.targets ?? installation().targets;
  return targetsOf(interval, priority, own, city)[0]?.seconds;
}

/** Seconds from opening to the first dispatch. */
export const dispatchTarget = (priority: Priority, agency: string): number | undefined => target('call_processing', priority, agency);

/** Seconds from opening to the first unit on scene. */
export const arrivalTarget = (priority: Priority, agency: string): number | undefined => target('total', priority, agency);
