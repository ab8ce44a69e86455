/**
 * The command bar's one grammar:
 *
 *     派 E0703 E0704 到 0031 · send/dispatch/go … to …      units to an incident (the selected one where none is named)
 *     E0703 到场 [14:20] · E0703 E0704 on scene              a step, or a late entry of one
 *     E0703 停用: 爆胎 · E0703 恢复                           out of service, and back
 *     go 0031 · 0031 · 南京路                                 an incident by number or by words
 *     档案 0031 · record 261123-0031                          its record, closed ones by their whole number
 *     记: … · note: … · 记 0031: 补录 14:20 …                 a note
 *     回看 14:05 · back yesterday 14:05                      the screen as of that time
 *     和平区 · 全市                                           what the lists show
 *     接警 · 结案 0031 · 按键                                  intake, close, the list of keys
 *     统计 · 交接班 · 管理 · 单位                               a screen, or a section of the one that is shown
 *
 * Pure. Every reading is a sentence that says what Enter will do, and what speaks against it; the first one is the likeliest.
 */

import { noteText } from '../incident/timeOfDay';
import { day, hms, zoneName } from '../live/clock';
import { typedTime } from '../time_machine/typedTime';
import { dispatching } from './dispatching';
import { byPriority, incidentNamed, incidentsOf, incidentsWith, unitNamed, unitsOf } from './matching';
import { stepping } from './stepping';
import { leading, type Token, tokens } from './tokens';
import { plain, WORDS, type Words } from './words';
import type { KnownIncident, Reading, World } from './world';

// What fits under the bar without scrolling.
const READINGS_MAX = 8;
const ALL_DISTRICTS = ['全市', '全部', 'all', 'wholecity'];

export function parse(line: string, world: World, words: Words = WORDS): Reading[] {
  const text = line.normalize('NFKC').trim();
  if (!world.readsIncidents) return withoutIncidents(text, world, words);
  if (!text) return beginnings(world, words);
  const note = noting(text, world, words);
  if (note) return note;
  const all = tokens(text);
  const before = leading(all, words.back);
  if (before > 0)
    return [
      lookingBack(
        all
          .slice(before)
          .map((token) => token.raw)
          .join(' '),
        world,
        words,
      ),
    ];
  const verb = leading(all, words.dispatch);
  if (verb > 0) return dispatching(joined(all.slice(0, verb)), all.slice(verb), world, words);
  const going = leading(all, words.go);
  if (going > 0) {
    const rest = all.slice(going);
    if (rest[0] && unitNamed(rest[0].raw, world)) return dispatching(joined(all.slice(0, going)), rest, world, words);
    const named = rest.map((token) => token.raw).join(' ');
    const found = opening(named, world).slice(0, READINGS_MAX);
    return found.length > 0 ? found : [nowhere(text, named)];
  }
  const record = leading(all, words.record);
  if (record > 0) return recording(all.slice(record), world, words).slice(0, READINGS_MAX);
  const unitsNamed = leadingUnits(all, world);
  if (unitsNamed > 0) return aboutUnits(all, unitsNamed, world, words).slice(0, READINGS_MAX);
  return [
    ...plainWords(all, world, words),
    ...partialUnit(all, world),
    ...scoping(text, world),
    ...placing(text, world),
    ...opening(text, world),
    ...unclear(text, world),
  ].slice(0, READINGS_MAX);
}

/** Units stand first: a step of theirs, or an incident that they are sent to («E0703 到 0031»). */
function aboutUnits(all: readonly Token[], count: number, world: World, words: Words): Reading[] {
  const rest = all.slice(count);
  const to = leading(rest, words.to);
  if (to > 0 && rest.length > to) {
    return dispatching(words.dispatch[world.lang === 'zh' ? 0 : 1] ?? '', all, world, words);
  }
  const units = [...new Set(all.slice(0, count).flatMap((token) => unitNamed(token.raw, world) ?? []))];
  const readings = stepping(units, rest, world, words);
  return readings.length ? readings : unclear(all.map((token) => token.raw).join(' '), world);
}

function leadingUnits(all: readonly Token[], world: World): number {
  const strange = all.findIndex((token) => !unitNamed(token.raw, world));
  return strange < 0 ? all.length : strange;
}

function lookingBack(typed: string, world: World, words: Words): Reading {
  const base = { id: 'back', text: `${words.back[world.lang === 'zh' ? 0 : 1]} ${typed}`, warnings: [] };
  const will = { zh: '进入时间机(F3);可写时间:回看 14:05', en: 'Enter the time machine (F3), or at a time: back 14:05' };
  if (!typed) return { ...base, will, act: { do: 'back', at_ms: null }, isRefused: false };
  const meant = typedTime(typed, world.nowMs, zoneName());
  if ('problem' in meant) return { ...base, will: meant.problem, act: null, isRefused: true };
  const at = `${day(meant.at_ms)} ${hms(meant.at_ms)}`;
  return { ...base, will: { zh: `回看 ${at}`, en: `Look back at ${at}` }, act: { do: 'back', at_ms: meant.at_ms }, isRefused: false };
}

function noting(text: string, world: World, words: Words): Reading[] | null {
  const match = /^(\S+?)\s*(\d{1,6}(?:-\d{1,5})?)?\s*(:|\s)\s*(.*)$/s.exec(text) ?? /^(\S+)()()()$/.exec(text);
  const word = plain(match?.[1] ?? '');
  if (!match || !words.note.includes(word) || (word.length === 1 && word <= '~' && match[3] !== ':')) return null;
  const incident = match[2] ? incidentNamed(match[2], world) : (world.incidents.find(({ number }) => number === world.selected) ?? null);
  const typed = match[1] ?? '';
  const head = incident && match[2] ? `${typed} ${incident.short}: ` : `${typed}: `;
  const { text: body, occurredAtMs } = noteText(match[4] ?? '', world.nowMs);
  const base = { id: 'note', text: head + (match[4] ?? ''), warnings: [] };
  if (!incident) {
    const which = match[2] ?? '';
    return [
      {
        ...base,
        will: which
          ? { zh: `没有在办警情「${which}」。`, en: `There is no open incident «${which}».` }
          : { zh: '未选择警情:请写「记 0031: …」。', en: 'No incident is selected: write «note 0031: …».' },
        act: null,
        isRefused: true,
      },
    ];
  }
  if (!body) {
    const will = { zh: `在 ${incident.short} 记录:接着写`, en: `Note on ${incident.short}: go on writing` };
    return [{ ...base, will, act: null, isRefused: false }];
  }
  const when = occurredAtMs === null ? ['', ''] : [`,补录 ${hms(occurredAtMs)}`, `, late entry of ${hms(occurredAtMs)}`];
  return [
    {
      ...base,
      will: { zh: `在 ${incident.short} 记录「${body}」${when[0]}`, en: `Note on ${incident.short}: «${body}»${when[1]}` },
      act: { do: 'note', incident: incident.number, text: body, occurredAtMs },
      isRefused: false,
    },
  ];
}

/** A number that nobody knows, or not yet; an empty list would only say nothing. */
const nowhere = (text: string, named: string): Reading => ({
  id: 'nowhere',
  text,
  will: named
    ? { zh: `没有在办警情「${named}」;已结案的用「档案」打开。`, en: `There is no open incident «${named}»; «record» opens a closed one.` }
    : { zh: '没有在办警情。', en: 'No incident is open.' },
  warnings: [],
  act: null,
  isRefused: true,
});

function opening(text: string, world: World): Reading[] {
  const exact = incidentNamed(text, world);
  const found = text ? [...(exact ? [exact] : []), ...incidentsOf(text, world), ...incidentsWith(text, world)] : byPriority(world);
  return [...new Set(found)].map((incident) => ({
    id: `go:${incident.number}`,
    text: `go ${incident.short}`,
    will: { zh: `打开 ${summary(incident, 'zh')}`, en: `Open ${summary(incident, 'en')}` },
    warnings: [],
    act: { do: 'select', incident: incident.number },
    isRefused: false,
  }));
}

/** Records of closed incidents are asked for, too; those are not on the board, and named by their whole number. */
function recording(rest: readonly Token[], world: World, words: Words): Reading[] {
  const verb = words.record[world.lang === 'zh' ? 0 : 1] ?? '';
  const named = rest.map((token) => token.raw).join(' ');
  const read = (number: string, text: string, zh: string, en: string): Reading => ({
    id: `record:${number}`,
    text: `${verb} ${text}`,
    will: { zh: `打开档案 ${zh}`, en: `Open the record of ${en}` },
    warnings: [],
    act: { do: 'record', incident: number },
    isRefused: false,
  });
  const exact = named ? incidentNamed(named, world) : world.incidents.find(({ number }) => number === world.selected);
  const found = [...(exact ? [exact] : []), ...(named ? incidentsOf(named, world) : [])];
  const open = [...new Set(found)].map((one) => read(one.number, one.short, summary(one, 'zh'), summary(one, 'en')));
  if (open.length > 0) return open;
  if (/^\d{6}-\d{4,}$/.test(named)) return [read(named, named, named, named)];
  return [
    {
      id: 'record',
      text: `${verb} `,
      will: {
        zh: named ? `没有在办警情「${named}」;已结案的请写全号,如 261123-0031。` : '写警情号:档案 0031',
        en: named ? `There is no open incident «${named}»; write a closed one in full: 261123-0031.` : 'Name an incident: record 0031',
      },
      warnings: [],
      act: null,
      isRefused: named !== '',
    },
  ];
}

function summary(incident: KnownIncident, lang: 'zh' | 'en'): string {
  return [incident.short, `P${incident.priority}`, incident.type[lang], incident.address].filter(Boolean).join(' ');
}

function partialUnit(all: readonly Token[], world: World): Reading[] {
  const [only] = all;
  if (all.length !== 1 || !only || !/^[a-z][\w-]*$/i.test(only.raw)) return [];
  const near = world.incidents.find(({ number }) => number === world.selected) ?? null;
  return unitsOf(only.raw, world, near, [])
    .slice(0, 5)
    .map((unit) => {
      const status = world.statusName(unit.status);
      const at = unit.incident ? ` ${unit.incident}` : '';
      return {
        id: `unit:${unit.unit}`,
        text: `${unit.unit} `,
        will: { zh: `补全 ${unit.unit}(${status.zh}${at})`, en: `Complete ${unit.unit} (${status.en.toLowerCase()}${at})` },
        warnings: [],
        act: null,
        isRefused: false,
      };
    });
}

function scoping(text: string, world: World): Reading[] {
  const said = plain(text);
  const isMeant = (name: string) => plain(name).startsWith(said) && (said > '~' || said.length > 1);
  const districts: Reading[] = world.districts
    .filter((district) => [district.zh, district.en, district.code].some(isMeant))
    .map((district) => ({
      id: `scope:${district.code}`,
      text: world.lang === 'zh' ? district.zh : district.en,
      will: { zh: `只看${district.zh}`, en: `Show ${district.en} only` },
      warnings: [],
      act: { do: 'scope', district: district.code },
      isRefused: false,
    }));
  if (!ALL_DISTRICTS.some(isMeant)) return districts;
  const whole: Reading = {
    id: 'scope:',
    text: world.lang === 'zh' ? '全市' : 'all',
    will: { zh: '看全市', en: 'Show the whole city' },
    warnings: [],
    act: { do: 'scope', district: null },
    isRefused: false,
  };
  return [...districts, whole];
}

/** Screens and sections by their names, in either language. A single letter is the beginning of too many other things. */
function placing(text: string, world: World): Reading[] {
  const said = plain(text);
  const isMeant = (name: string) => plain(name).startsWith(said) && (said > '~' || said.length > 1);
  return world.places
    .filter(({ zh, en }) => isMeant(zh) || isMeant(en))
    .map(({ zh, en, screen, rest }) => ({
      id: `place:${screen}/${rest}`,
      text: world.lang === 'zh' ? zh : en,
      will: { zh: `打开「${zh}」`, en: `Open «${en}»` },
      warnings: [],
      act: { do: 'place', screen, rest },
      isRefused: false,
    }));
}

/** Whoever may read no incident goes to what they work at; anything else is answered with why not, and with what there is. */
function withoutIncidents(text: string, world: World, words: Words): Reading[] {
  const at = world.lang === 'zh' ? 0 : 1;
  const keys: Reading = {
    id: 'keys',
    text: words.keys[at] ?? '',
    will: { zh: '按键表(?)', en: 'The list of keys (?)' },
    warnings: [],
    act: { do: 'keys' },
    isRefused: false,
  };
  if (!text) return [...world.places.flatMap(({ zh }) => placing(zh, world)), keys].slice(0, READINGS_MAX);
  const all = tokens(text);
  const found = [...(leading(all, words.keys) === all.length ? [keys] : []), ...placing(text, world)];
  if (found.length > 0) return found.slice(0, READINGS_MAX);
  const [zh, en] = [world.places.map((place) => place.zh).join('、'), world.places.map((place) => place.en).join(', ')];
  return [
    {
      id: 'unclear',
      text,
      will: {
        zh: `此账号不处理警情,不能接警、派出或查看警情。可打开:${zh}。`,
        en: `This account works no incidents: it takes no calls, sends nobody and reads none. It can open: ${en}.`,
      },
      warnings: [],
      act: null,
      isRefused: true,
    },
  ];
}

function plainWords(all: readonly Token[], world: World, words: Words): Reading[] {
  const [first, ...rest] = all;
  if (!first) return [];
  const at = world.lang === 'zh' ? 0 : 1;
  const base = { warnings: [], isRefused: false };
  if (leading(all, words.call) === all.length) {
    return [{ ...base, id: 'call', text: words.call[at] ?? '', will: { zh: '接警(F2)', en: 'Take a call (F2)' }, act: { do: 'call' } }];
  }
  if (leading(all, words.keys) === all.length) {
    return [{ ...base, id: 'keys', text: words.keys[at] ?? '', will: { zh: '按键表', en: 'The list of keys' }, act: { do: 'keys' } }];
  }
  if (!words.close.includes(first.word)) return [];
  const named = rest.map((token) => token.raw).join(' ');
  const chosen = named ? incidentsOf(named, world) : world.incidents.filter(({ number }) => number === world.selected);
  return chosen.slice(0, READINGS_MAX).map((incident) => ({
    ...base,
    id: `close:${incident.number}`,
    text: `${words.close[at]} ${incident.short}`,
    will: { zh: `结案 ${summary(incident, 'zh')}(先填处置结果)`, en: `Close ${summary(incident, 'en')} (asks for the disposition first)` },
    act: { do: 'close', incident: incident.number },
  }));
}

/** An empty bar teaches by example, with what is really there. */
function beginnings(world: World, words: Words): Reading[] {
  const at = world.lang === 'zh' ? 0 : 1;
  const incident = world.incidents.find(({ number }) => number === world.selected) ?? byPriority(world)[0];
  const unit = unitsOf('', world, incident ?? null, [])[0];
  const example = (id: string, text: string, zh: string, en: string): Reading => ({
    id,
    text,
    will: { zh, en },
    warnings: [],
    act: null,
    isRefused: false,
  });
  const short = incident?.short ?? '';
  return [
    ...(unit && incident
      ? [
          example('send', `${words.dispatch[at]} `, `派出单位:派 ${unit.unit} 到 ${short}`, `Send units: send ${unit.unit} to ${short}`),
          example('step', unit.unit.slice(0, 1), `登记步骤:${unit.unit} 到场`, `Record a step: ${unit.unit} on scene`),
          example('note', `${words.note[at]}: `, `记录:记: 补录 14:20 …`, `Note: note: late 14:20 …`),
        ]
      : []),
    example('go', 'go ', `打开警情:go ${short || '0031'}`, `Open an incident: go ${short || '0031'}`),
    { ...example('call', words.call[at] ?? '', '接警(F2)', 'Take a call (F2)'), act: { do: 'call' } },
    { ...example('keys', words.keys[at] ?? '', '按键表(?)', 'The list of keys (?)'), act: { do: 'keys' } },
  ];
}

function unclear(text: string, world: World): Reading[] {
  const has = opening(text, world).length + scoping(text, world).length + placing(text, world).length > 0;
  if (has) return [];
  return [
    {
      id: 'unclear',
      text,
      will: { zh: `不认识「${text}」:试 派 / 单位号 / go / 记:`, en: `«${text}» is not understood: try send / a call sign / go / note:` },
      warnings: [],
      act: null,
      isRefused: true,
    },
  ];
}

function joined(part: readonly Token[]): string {
  return part.map((token) => token.raw).join(' ');
}
