/** «派 E0703 E0704 到 0031»: how a line about sending units may be read. Pure. */

import type { Sentence } from '../incident/steps';
import { byPriority, distanceKm, incidentNamed, incidentsOf, incidentsWith, unitNamed, unitsOf } from './matching';
import { leading, type Token } from './tokens';
import type { Words } from './words';
import type { KnownIncident, KnownUnit, Reading, World } from './world';

// What fits under the bar without scrolling.
const READINGS_MAX = 8;

export function dispatching(verb: string, rest: readonly Token[], world: World, words: Words): Reading[] {
  const cut = rest.findIndex((_, index) => leading(rest.slice(index), words.to) > 0 && !unitNamed(rest[index]?.raw ?? '', world));
  const named = cut < 0 ? rest : rest.slice(0, cut);
  // A unit that is named twice is sent once.
  const units = [...new Set(named.flatMap((token) => unitNamed(token.raw, world) ?? []))];
  const strange = named.filter((token) => !unitNamed(token.raw, world));
  const write = (calls: readonly string[], to?: string) => line(verb, calls, to, words);
  const calls = units.map(({ unit }) => unit);
  const last = named.at(-1);
  if (cut < 0 && strange.length === 1 && strange[0] === last) {
    return completions(last?.raw ?? '', calls, world, write);
  }
  if (strange.length > 0) {
    const unknown = strange.map((token) => token.raw).join(' ');
    return [refusal('strange', write(calls), { zh: `没有单位 ${unknown}。`, en: `There is no unit ${unknown}.` })];
  }
  if (cut < 0) return withoutIncident(units, calls, world, write);
  if (units.length === 0) return [refusal('nobody', write([]), { zh: '请写出要派的单位。', en: 'Say which units to send.' })];
  const target = rest.slice(cut + leading(rest.slice(cut), words.to)).map((token) => token.raw);
  const where = target.join(' ');
  const exact = incidentNamed(where, world);
  const others = where ? [...incidentsOf(where, world), ...incidentsWith(where, world)] : byPriority(world);
  const incidents = [...new Set([...(exact ? [exact] : []), ...others])];
  if (incidents.length === 0) {
    return [refusal('nowhere', write(calls, where), { zh: `没有在办警情「${where}」。`, en: `There is no open incident «${where}».` })];
  }
  return incidents.slice(0, READINGS_MAX).map((incident) => sending(units, incident, world, write(calls, incident.short)));
}

/** Sending these units to that incident, with what speaks against it. */
export function sending(units: readonly KnownUnit[], incident: KnownIncident, world: World, text: string): Reading {
  const able = units.filter((unit) => unit.status === 'available');
  const held = units.filter((unit) => unit.status !== 'available').map((unit) => committed(unit, incident, world));
  const lacking = able.flatMap((unit) => unable(unit, incident, world) ?? []);
  const calls = able.map(({ unit }) => unit);
  if (calls.length === 0) {
    const will = { zh: held.map(({ zh }) => zh).join(''), en: held.map(({ en }) => en).join(' ') };
    return { ...refusal(`send:${incident.number}`, text, will), warnings: [] };
  }
  return {
    id: `send:${incident.number}`,
    text,
    will: {
      zh: `派 ${calls.join('、')} 到 ${incident.short} ${incident.type.zh} ${incident.address}`.trim(),
      en: `Send ${calls.join(', ')} to ${incident.short} ${incident.type.en} ${incident.address}`.trim(),
    },
    warnings: [...held, ...lacking],
    act: { do: 'dispatch', units: calls, incident: incident.number },
    isRefused: false,
  };
}

function withoutIncident(
  units: readonly KnownUnit[],
  calls: readonly string[],
  world: World,
  write: (calls: readonly string[], to?: string) => string,
): Reading[] {
  if (units.length === 0) return completions('', [], world, write);
  const selected = world.incidents.find(({ number }) => number === world.selected);
  const rest = byPriority(world).filter((incident) => incident !== selected);
  const readings = [...(selected ? [selected] : []), ...rest]
    .slice(0, READINGS_MAX)
    .map((incident) => sending(units, incident, world, write(calls, incident.short)));
  // Who can go nowhere is said once, not once for each incident.
  return readings.every((reading) => reading.isRefused) ? readings.slice(0, 1) : readings;
}

function completions(
  fragment: string,
  calls: readonly string[],
  world: World,
  write: (calls: readonly string[], to?: string) => string,
): Reading[] {
  const near = world.incidents.find(({ number }) => number === world.selected) ?? null;
  const units = unitsOf(fragment, world, near, calls).slice(0, READINGS_MAX);
  if (units.length === 0) {
    return [refusal('strange', write(calls), { zh: `没有单位 ${fragment}。`, en: `There is no unit ${fragment}.` })];
  }
  return units.map((unit) => {
    const km = near ? distanceKm(unit, near) : null;
    const facts = (lang: 'zh' | 'en') =>
      [
        world.statusName(unit.status)[lang] + (unit.incident ? ` ${unit.incident}` : ''),
        unit.capabilities.map((code) => world.capabilityName(code)[lang]).join(' '),
        km === null ? '' : `${km.toFixed(1)} km`,
      ]
        .filter(Boolean)
        .join(' · ');
    return {
      id: `unit:${unit.unit}`,
      text: `${write([...calls, unit.unit])} `,
      will: { zh: `补全 ${unit.unit}(${facts('zh')})`, en: `Complete ${unit.unit} (${facts('en')})` },
      warnings: near && unit.status === 'available' ? [unable(unit, near, world)].filter((warning) => warning !== null) : [],
      act: null,
      isRefused: false,
    };
  });
}

/** Why a unit that is not available will not be sent. */
function committed(unit: KnownUnit, incident: KnownIncident, world: World): Sentence {
  const status = world.statusName(unit.status);
  if (unit.incident === incident.number) {
    return {
      zh: `${unit.unit} 已在 ${incident.short}(${status.zh})。`,
      en: `${unit.unit} is already at ${incident.short} (${status.en.toLowerCase()}).`,
    };
  }
  if (unit.status === 'out_of_service') {
    const why = unit.reason ? [`(${unit.reason})`, ` (${unit.reason})`] : ['', ''];
    return { zh: `${unit.unit} 停用${why[0]},不会派出。`, en: `${unit.unit} is out of service${why[1]}: it will not be sent.` };
  }
  return {
    zh: `${unit.unit} 正在 ${unit.incident || '其他警情'}(${status.zh}),不会派出。`,
    en: `${unit.unit} is committed to ${unit.incident || 'another incident'} (${status.en.toLowerCase()}): it will not be sent.`,
  };
}

function unable(unit: KnownUnit, incident: KnownIncident, world: World): Sentence | null {
  if (incident.needs.length === 0 || unit.capabilities.some((capability) => incident.needs.includes(capability))) return null;
  const needs = incident.needs.map(world.capabilityName);
  return {
    zh: `${unit.unit} 没有 ${incident.short} 所需的能力(${needs.map(({ zh }) => zh).join('、')})。`,
    en: `${unit.unit} has none of the capabilities that ${incident.short} needs (${needs.map(({ en }) => en).join(', ')}).`,
  };
}

function line(verb: string, calls: readonly string[], to: string | undefined, words: Words): string {
  const isChinese = /[^\x20-\x7E]/.test(verb);
  const preposition = (isChinese ? words.to[0] : words.to[1]) ?? '@';
  return [verb, ...calls, ...(to === undefined ? [] : [preposition, to])].join(' ');
}

function refusal(id: string, text: string, will: Sentence): Reading {
  return { id, text, will, warnings: [], act: null, isRefused: true };
}
