/** «E0703 到场», «E0703 E0704 on scene 14:20»: how a line that begins with units may be read. Pure. */

import { entryOf, nextStep, type Sentence, STEP_NAMES, STEPS, type Step } from '../incident/steps';
import { timeOfDay } from '../incident/timeOfDay';
import { hm, hms } from '../live/clock';
import { sending } from './dispatching';
import { byPriority } from './matching';
import { leading, type Token } from './tokens';
import type { Words } from './words';
import type { KnownUnit, Reading, World } from './world';

/** `rest` is what follows the units: a step's name or its beginning, and perhaps the time when it happened. */
export function stepping(units: readonly KnownUnit[], rest: readonly Token[], world: World, words: Words): Reading[] {
  const at = rest.map((token) => timeOfDay(token.raw, world.nowMs)).find((time) => time !== null) ?? null;
  const said = rest
    .filter((token) => timeOfDay(token.raw, world.nowMs) === null)
    .map((token) => token.word)
    .join('');
  const steps = STEPS.filter((step) => words.steps[step].some((word) => word.startsWith(said)));
  const exact = STEPS.filter((step) => words.steps[step].includes(said));
  const wanted = exact.length ? exact : inOrder(units, steps, said);
  const readings = wanted.map((step) => reading(units, step, at, world, words));
  const first = units[0];
  if (!first || units.length > 1 || exact.length) return readings;
  const service = serving(first, said, rest, world, words);
  if (said) return [...readings, ...service];
  const selected = world.incidents.find(({ number }) => number === world.selected) ?? byPriority(world)[0];
  const isFree = first.status === 'available';
  const send = isFree && selected ? [sending([first], selected, world, sendLine(first.unit, selected.short, world, words))] : [];
  return isFree ? [...send, ...service] : [...readings, ...service];
}

function sendLine(unit: string, short: string, world: World, words: Words): string {
  const at = world.lang === 'zh' ? 0 : 1;
  return `${words.dispatch[at]} ${unit} ${words.to[at]} ${short}`;
}

/** With nothing said yet, the next step stands first: Enter does the likeliest thing. */
function inOrder(units: readonly KnownUnit[], steps: readonly Step[], said: string): readonly Step[] {
  const unit = units[0];
  const next = unit && nextStep(stepped(unit), unit.transports);
  const likely = steps.filter((step) => said || unit?.transports || (step !== 'transporting' && step !== 'at_destination'));
  return next && likely.includes(next) ? [next, ...likely.filter((step) => step !== next)] : likely;
}

function reading(units: readonly KnownUnit[], step: Step, at: number | null, world: World, words: Words): Reading {
  const name = STEP_NAMES[step];
  const calls = units.map(({ unit }) => unit);
  const word = words.steps[step][world.lang === 'zh' ? 0 : 1] ?? step;
  const text = [...calls, spaced(word, name, world.lang), ...(at === null ? [] : [hm(at)])].join(' ');
  const against = units.map((unit) => ({ unit: unit.unit, why: whyNot(unit, step, at, world) }));
  const able = against.filter(({ why }) => why === null).map(({ unit }) => unit);
  const warnings = against.flatMap(({ why }) => why ?? []);
  const id = `step:${step}`;
  if (able.length === 0) {
    const will = { zh: warnings.map(({ zh }) => zh).join(''), en: warnings.map(({ en }) => en).join(' ') };
    return { id, text, will, warnings: [], act: null, isRefused: true };
  }
  const incidents = [...new Set(units.flatMap((unit) => (able.includes(unit.unit) ? unit.incident || [] : [])))].join(' ');
  const when = at === null ? ['', ''] : [`,发生于 ${hms(at)}(补录)`, `, at ${hms(at)} (late entry)`];
  return {
    id,
    text,
    will: {
      zh: `登记 ${able.join('、')}「${name.zh}」· ${incidents}${when[0]}`,
      en: `Record ${able.join(', ')} «${name.en.toLowerCase()}» · ${incidents}${when[1]}`,
    },
    warnings,
    act: { do: 'step', units: able, step, occurredAtMs: at },
    isRefused: false,
  };
}

function whyNot(unit: KnownUnit, step: Step, at: number | null, world: World): Sentence | null {
  const name = STEP_NAMES[step];
  if (!unit.incident) {
    const status = world.statusName(unit.status);
    return {
      zh: `${unit.unit} ${status.zh},没有任务,不能登记「${name.zh}」。`,
      en: `${unit.unit} is ${status.en.toLowerCase()} and has no assignment: «${name.en.toLowerCase()}» cannot be recorded.`,
    };
  }
  const entry = entryOf(stepped(unit), step);
  if (entry.how === 'refused') return entry.why;
  if (entry.how === 'correct') {
    const time = hms(Date.parse(entry.at));
    return {
      zh: `${unit.unit}「${name.zh}」已登记于 ${time};要更改请在警情面板更正时间。`,
      en: `${unit.unit} «${name.en.toLowerCase()}» was recorded at ${time}: correct it in the incident panel.`,
    };
  }
  if (entry.how === 'late' && at === null) {
    return {
      zh: `${unit.unit} 已过「${name.zh}」:请写明时间,例如「${unit.unit} ${name.zh} 14:20」。`,
      en: `${unit.unit} is past «${name.en.toLowerCase()}»: say when, as in «${unit.unit} ${name.en.toLowerCase()} 14:20».`,
    };
  }
  return null;
}

/** Out of service needs a reason, so the bar asks for it: «E0703 停用: 爆胎». */
function serving(unit: KnownUnit, said: string, rest: readonly Token[], world: World, words: Words): Reading[] {
  const index = world.lang === 'zh' ? 0 : 1;
  const readings: Reading[] = [];
  const bare = rest.map((token) => ({ ...token, word: token.word.replace(/:$/, '') }));
  const outWord = bare.findIndex((_, position) => leading(bare.slice(position), words.outOfService) > 0);
  const after = outWord < 0 ? [] : rest.slice(outWord + leading(bare.slice(outWord), words.outOfService));
  const reason = after
    .map((token) => token.raw)
    .join(' ')
    .replace(/^:\s*/, '');
  if (unit.status !== 'out_of_service' && (outWord >= 0 || words.outOfService.some((word) => word.startsWith(said)))) {
    const word = index === 0 ? '停用:' : 'oos:';
    readings.push({
      id: 'out_of_service',
      text: `${unit.unit} ${word} ${reason}`,
      will: reason
        ? { zh: `${unit.unit} 停用,理由「${reason}」`, en: `Put ${unit.unit} out of service: «${reason}»` }
        : { zh: `${unit.unit} 停用需要理由:接着写`, en: `Out of service needs a reason: go on writing` },
      warnings: [],
      act: reason ? { do: 'out_of_service', unit: unit.unit, reason } : null,
      isRefused: false,
    });
  }
  if (unit.status === 'out_of_service' && words.inService.some((word) => word.startsWith(said))) {
    readings.push({
      id: 'in_service',
      text: `${unit.unit} ${index === 0 ? '恢复' : 'in service'}`,
      will: { zh: `${unit.unit} 恢复待命`, en: `Return ${unit.unit} to service` },
      warnings: [],
      act: { do: 'in_service', unit: unit.unit },
      isRefused: false,
    });
  }
  return readings;
}

function stepped(unit: KnownUnit) {
  return { unit: unit.unit, is_open: unit.incident !== null, times: unit.times };
}

/** Words are compared without spaces; people read «on scene». */
function spaced(word: string, name: Sentence, lang: 'zh' | 'en'): string {
  return lang === 'en' ? name.en.toLowerCase() : word;
}
