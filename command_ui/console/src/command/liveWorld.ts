/**
 * The live picture as the parser wants it. Built when somebody types, not at every delta; and of a large city only what the line asks for: a
 * letter must not wait until 18,000 units are looked through.
 */
import { capabilityName, planOf, typeOf } from '../catalogue';
import type { IncidentBoard } from '../documents';
import { VIEW_READERS } from '../documents.generated';
import { speak } from '../i18n';
import type { Sentence } from '../incident/steps';
import { transports } from '../incident/transports';
import { present } from '../live/clock';
import { documents } from '../live/store';
import { STATUS_NAMES } from '../names';
import { hasRole, signIn } from '../session';
import { ui } from '../ui';
import { placesNow } from './places';
import type { KnownIncident, KnownUnit, World } from './world';

const zh = speak('zh');
const en = speak('en');

export function liveWorld(lang: 'zh' | 'en'): World {
  const incidents = documents('incident_board');
  const catalogue = documents('catalogue');
  return {
    lang,
    // Also in the time machine «30 minutes ago» is counted from the present.
    nowMs: present(),
    selected: ui().selected,
    incidents: [...incidents.values()].map(known),
    units: { get: unitOf, keys: () => documents('unit_status').keys() },
    districts: [...catalogue.values()]
      .filter((entry) => entry.kind === 'district')
      .map(({ code, zh: chinese, en: english }) => ({ code, zh: chinese, en: english })),
    places: placesNow(),
    readsIncidents: hasRole(signIn().session, ...VIEW_READERS.incident_board),
    capabilityName: (code) => ({ zh: capabilityName(code, zh), en: capabilityName(code, en) }),
    statusName: (code) => STATUS_NAMES[code as keyof typeof STATUS_NAMES] ?? { zh: code, en: code },
  };
}

function unitOf(call: string): KnownUnit | undefined {
  const unit = documents('unit_status').get(call);
  if (!unit) return undefined;
  const position = documents('unit_position').get(call);
  const incident = unit.incident || null;
  const assignments = incident ? documents('incident_board').get(incident)?.assignments : undefined;
  return {
    unit: unit.unit,
    agency: unit.agency,
    status: unit.status,
    incident,
    capabilities: unit.capabilities,
    reason: unit.reason ?? '',
    lon: position?.[0] ?? unit.home?.[0] ?? null,
    lat: position?.[1] ?? unit.home?.[1] ?? null,
    times: assignments?.find((one) => one.unit === unit.unit && one.is_open)?.times ?? {},
    transports: transports(unit.capabilities),
  };
}

// A document never changes, another takes its place: of two thousand incidents a letter finds all but the last few as they were.
const alreadyKnown = new WeakMap<IncidentBoard, KnownIncident>();

function known(incident: IncidentBoard): KnownIncident {
  const held = alreadyKnown.get(incident);
  if (held) return held;
  let entry: ReturnType<typeof typeOf>;
  let type: Sentence = { zh: incident.incident_type, en: incident.incident_type };
  const made: KnownIncident = {
    number: incident.number,
    short: incident.short,
    priority: incident.priority,
    get type() {
      const now = typeOf(incident.incident_type);
      if (now && now !== entry) type = { zh: now.zh, en: now.en };
      entry = now;
      return type;
    },
    address: incident.address,
    district: incident.district,
    lon: incident.lon,
    lat: incident.lat,
    get needs() {
      return needsOf(incident);
    },
  };
  alreadyKnown.set(incident, made);
  return made;
}

/** The plan of its level, else of the next milder one that has a plan: as the server recommends. */
function needsOf(incident: IncidentBoard): string[] {
  for (let level: number = incident.level; level <= 4; level += 1) {
    const plan = planOf(incident.incident_type, level);
    if (plan) return plan.needs.map(({ capability }) => capability);
  }
  return [];
}
