import { describe, expect, it } from 'vitest';
import { parse } from './parse';
import { WORDS, withLocalWords } from './words';
import type { Act, KnownIncident, KnownUnit, World } from './world';

const NOW = Date.UTC(2026, 10, 23, 14 - 8, 32, 7);
const at = (hour: number, minute: number) => Date.UTC(2026, 10, 23, hour - 8, minute);

const incident = (number: string, more: Partial<KnownIncident> = {}): KnownIncident => ({
  number,
  short: number.split('-')[1] ?? number,
  priority: 2,
  type: { zh: '住宅火灾', en: 'Dwelling fire' },
  address: '南京路148号',
  district: 'heping',
  lon: 117.2,
  lat: 39.1,
  needs: ['engine', 'ladder'],
  ...more,
});
const unit = (name: string, more: Partial<KnownUnit> = {}): KnownUnit => ({
  unit: name,
  agency: 'fire',
  status: 'available',
  incident: null,
  capabilities: ['engine'],
  reason: '',
  lon: 117.2,
  lat: 39.12,
  times: {},
  transports: false,
  ...more,
});
const units = [
  unit('E0703'),
  unit('E0704', { capabilities: ['ladder'], lat: 39.2 }),
  unit('E0705', {
    status: 'en_route',
    incident: '261123-0029',
    times: { dispatched: new Date(at(14, 20)).toISOString(), en_route: new Date(at(14, 22)).toISOString() },
  }),
  unit('E0706', { status: 'out_of_service', reason: '爆胎' }),
  unit('P0101', { agency: 'police', capabilities: ['patrol'] }),
];
const names: Record<string, { zh: string; en: string }> = {
  engine: { zh: '水罐', en: 'Engine' },
  ladder: { zh: '云梯', en: 'Ladder' },
  patrol: { zh: '巡逻', en: 'Patrol' },
  available: { zh: '待命', en: 'Available' },
  en_route: { zh: '出动', en: 'En route' },
  out_of_service: { zh: '停用', en: 'Out of service' },
};
const named = (code: string) => names[code] ?? { zh: code, en: code };
const world: World = {
  lang: 'zh',
  nowMs: NOW,
  selected: '261123-0031',
  incidents: [
    incident('261123-0031'),
    incident('261123-0029', { priority: 1, type: { zh: '胸痛', en: 'Chest pain' }, address: '昆仑路376号', needs: [] }),
    incident('261123-0131', { priority: 4, type: { zh: '盗窃', en: 'Theft' }, address: '新港路', district: 'hexi', needs: [] }),
  ],
  units: new Map(units.map((known) => [known.unit, known])),
  districts: [
    { code: 'heping', zh: '和平区', en: 'Heping' },
    { code: 'hexi', zh: '河西区', en: 'Hexi' },
  ],
  places: [
    { zh: '管理', en: 'Administration', screen: 'administration', rest: '' },
    { zh: '单位', en: 'Units', screen: 'administration', rest: 'units' },
  ],
  readsIncidents: true,
  capabilityName: named,
  statusName: named,
};
const first = (line: string, where: World = world) => {
  const [reading] = parse(line, where);
  if (!reading) throw new Error(`«${line}» has no reading`);
  return reading;
};

describe('a line that is understood does exactly one thing', () => {
  const sent = (calls: string[], number = '261123-0031'): Act => ({ do: 'dispatch', units: calls, incident: number });
  const stepped = (calls: string[], step: 'on_scene' | 'acknowledged' | 'cleared', occurredAtMs: number | null = null): Act => ({
    do: 'step',
    units: calls,
    step,
    occurredAtMs,
  });
  const rows: [string, Act][] = [
    ['派 E0703 E0704 到 0031', sent(['E0703', 'E0704'])],
    ['派 E0703 E0703 到 0031', sent(['E0703'])],
    ['派E0703到0031', sent(['E0703'])],
    ['派 e0703、e0704 到 31', sent(['E0703', 'E0704'])],
    ['派 E0703 到 0031', sent(['E0703'])],
    ['send E0703 to 261123-0029', sent(['E0703'], '261123-0029')],
    ['dispatch E0703 E0704 to 0031', sent(['E0703', 'E0704'])],
    ['go E0703 to 0031', sent(['E0703'])],
    ['E0703 到 0031', sent(['E0703'])],
    ['E0703@0031', sent(['E0703'])],
    ['send E0703', sent(['E0703'])],
    ['派 E0703 到 昆仑', sent(['E0703'], '261123-0029')],
    ['go 0031', { do: 'select', incident: '261123-0031' }],
    ['0029', { do: 'select', incident: '261123-0029' }],
    ['31', { do: 'select', incident: '261123-0031' }],
    ['看 261123-0131', { do: 'select', incident: '261123-0131' }],
    ['昆仑路', { do: 'select', incident: '261123-0029' }],
    ['chest', { do: 'select', incident: '261123-0029' }],
    ['E0705 到场', stepped(['E0705'], 'on_scene')],
    ['E0705到场', stepped(['E0705'], 'on_scene')],
    ['e0705 on scene', stepped(['E0705'], 'on_scene')],
    ['E0705 ON-SCENE', stepped(['E0705'], 'on_scene')],
    ['E0705 到场 14:25', stepped(['E0705'], 'on_scene', at(14, 25))],
    ['E0705 ack 14:21', stepped(['E0705'], 'acknowledged', at(14, 21))],
    ['E0705 clear', stepped(['E0705'], 'cleared')],
    ['E0705', stepped(['E0705'], 'on_scene')],
    ['note: gas smell on the stairs', { do: 'note', incident: '261123-0031', text: 'gas smell on the stairs', occurredAtMs: null }],
    ['记:楼道有烟', { do: 'note', incident: '261123-0031', text: '楼道有烟', occurredAtMs: null }],
    ['记 0029: 意识清楚', { do: 'note', incident: '261123-0029', text: '意识清楚', occurredAtMs: null }],
    ['记: 补录 14:20 消防通道被占用', { do: 'note', incident: '261123-0031', text: '消防通道被占用', occurredAtMs: at(14, 20) }],
    ['和平区', { do: 'scope', district: 'heping' }],
    ['hexi', { do: 'scope', district: 'hexi' }],
    ['全市', { do: 'scope', district: null }],
    ['接警', { do: 'call' }],
    ['new call', { do: 'call' }],
    ['结案', { do: 'close', incident: '261123-0031' }],
    ['close 0029', { do: 'close', incident: '261123-0029' }],
    ['E0706 恢复', { do: 'in_service', unit: 'E0706' }],
    ['E0703 停用: 爆胎', { do: 'out_of_service', unit: 'E0703', reason: '爆胎' }],
    ['E0703 out of service: flat tyre', { do: 'out_of_service', unit: 'E0703', reason: 'flat tyre' }],
    ['help', { do: 'keys' }],
  ];
  it.each(rows)('%s', (line, act) => {
    expect(first(line).act).toEqual(act);
  });
});

describe('a line that cannot be done says why, and does nothing', () => {
  const rows: [string, string][] = [
    ['派 E0799 E0703 到 0031', '没有单位 E0799。'],
    ['派 E0703 到 9999', '没有在办警情「9999」。'],
    ['派 E0705 到 0031', 'E0705 正在 261123-0029(出动),不会派出。'],
    ['派 E0706 到 0031', 'E0706 停用(爆胎),不会派出。'],
    ['E0703 到场', 'E0703 待命,没有任务,不能登记「到场」。'],
    ['E0705 出动', 'E0705「出动」已登记于 14:22:00;要更改请在警情面板更正时间。'],
    ['E0705 确认', 'E0705 已过「确认」:请写明时间,例如「E0705 确认 14:20」。'],
    ['记 9999: x', '没有在办警情「9999」。'],
    ['qwertz', '不认识「qwertz」:试 派 / 单位号 / go / 记:'],
  ];
  it.each(rows)('%s', (line, sentence) => {
    const reading = first(line);
    expect(reading.will.zh).toBe(sentence);
    expect(reading.act).toBeNull();
    expect(reading.isRefused).toBe(true);
  });
});

describe('what speaks against an act is said before Enter', () => {
  it('a unit without any capability that the incident needs is sent with a warning', () => {
    const reading = first('派 P0101 到 0031');
    expect(reading.act).toEqual({ do: 'dispatch', units: ['P0101'], incident: '261123-0031' });
    expect(reading.warnings.map(({ zh }) => zh)).toEqual(['P0101 没有 0031 所需的能力(水罐、云梯)。']);
  });
  it('a committed unit stays behind while the others go', () => {
    const reading = first('派 E0703 E0705 到 0031');
    expect(reading.act).toEqual({ do: 'dispatch', units: ['E0703'], incident: '261123-0031' });
    expect(reading.will.zh).toBe('派 E0703 到 0031 住宅火灾 南京路148号');
    expect(reading.warnings.map(({ zh }) => zh)).toEqual(['E0705 正在 261123-0029(出动),不会派出。']);
  });
  it('an incident without a known plan warns of nothing', () => {
    expect(first('派 P0101 到 0029').warnings).toEqual([]);
  });
});

describe('completion comes from what is really there', () => {
  it('available units that serve come first, then the nearest', () => {
    expect(parse('派 ', world).map(({ id }) => id)).toEqual(['unit:E0703', 'unit:E0704', 'unit:P0101', 'unit:E0705', 'unit:E0706']);
  });
  it('a beginning of a call sign completes to the whole line', () => {
    expect(parse('派 E0703 e070', world)[0]?.text).toBe('派 E0703 E0704 ');
  });
  it('the preposition follows the language of the verb', () => {
    expect(first('send E0703').text).toBe('send E0703 to 0031');
    expect(first('派 E0703').text).toBe('派 E0703 到 0031');
  });
  it('an exact number stands before those that only hold its digits', () => {
    expect(parse('31', world).map(({ id }) => id)).toEqual(['go:261123-0031', 'go:261123-0131']);
  });
  it('every reading completes to a line that is read as the same act', () => {
    for (const line of ['派 E0703 到 ', 'E0705 ', 'go ', '和', 'E0705 o', 'E0706 ', '结案']) {
      for (const reading of parse(line, world)) {
        if (reading.act) expect(first(reading.text).act, reading.text).toEqual(reading.act);
      }
    }
  });
  it('units that can go nowhere are refused once, not once for each incident', () => {
    expect(parse('派 E0705 E0706', world)).toHaveLength(1);
  });
  it('out of service asks for its reason before it does anything', () => {
    const reading = first('E0703 停用');
    expect(reading.act).toBeNull();
    expect(reading.will.zh).toBe('E0703 停用需要理由:接着写');
  });
  it('an empty line teaches with a unit and an incident that exist', () => {
    expect(first('').will.zh).toBe('派出单位:派 E0703 到 0031');
  });
});

describe('a record is opened by its number', () => {
  it.each([
    ['档案 0029', '261123-0029'],
    ['record 0131', '261123-0131'],
    ['档案', '261123-0031'],
    ['档案 250101-0007', '250101-0007'],
  ])('«%s»', (line, number) => {
    expect(first(line).act).toEqual({ do: 'record', incident: number });
  });

  it('a short number that is not on the board has to be written in full', () => {
    const reading = first('档案 9999');
    expect(reading.act).toBeNull();
    expect(reading.will.zh).toContain('写全号');
  });
});

describe('local words', () => {
  it('are added to those of the product', () => {
    const words = withLocalWords(WORDS, { on_scene: ['10-23'] });
    expect(parse('E0705 10-23', world, words)[0]?.act).toEqual({ do: 'step', units: ['E0705'], step: 'on_scene', occurredAtMs: null });
  });
});

it('nothing that can be typed makes the parser fail', () => {
  const pieces = ['派', 'E0703', 'x', '到', '0031', ':', '记', '14:99', '@', '', '停用', 'go', '99:99', '、'];
  for (const a of pieces) for (const b of pieces) for (const c of pieces) expect(Array.isArray(parse(`${a} ${b}${c}`, world))).toBe(true);
});

describe('places', () => {
  const administrator: World = { ...world, readsIncidents: false, incidents: [], units: new Map(), selected: null };
  const goes = (rest: string): Act => ({ do: 'place', screen: 'administration', rest });

  it.each([
    ['管理', ''],
    ['admin', ''],
    ['单位', 'units'],
    ['Units', 'units'],
  ])('«%s» leads there, whoever sits here', (line, rest) => {
    expect(first(line).act).toEqual(goes(rest));
    expect(first(line, administrator).act).toEqual(goes(rest));
  });

  it('an account that reads no incident is offered what it may open', () => {
    expect(parse('', administrator).map(({ act }) => act)).toEqual([goes(''), goes('units'), { do: 'keys' }]);
  });

  it.each(['派 E0703 到 0031', '记: 有烟', '接警', 'go 0031'])('and told why «%s» is not for it', (line) => {
    const reading = first(line, administrator);
    expect(reading.isRefused).toBe(true);
    expect(reading.act).toBeNull();
    expect(reading.will.zh).toBe('此账号不处理警情,不能接警、派出或查看警情。可打开:管理、单位。');
    expect(reading.will.en).toContain('It can open: Administration, Units.');
  });
});

it.each([
  ['go 9999', '没有在办警情「9999」;已结案的用「档案」打开。'],
  ['go 261123-9999', '没有在办警情「261123-9999」;已结案的用「档案」打开。'],
])('«%s» is answered with a sentence, not with an empty list', (line, said) => {
  expect(first(line)).toMatchObject({ act: null, isRefused: true, will: { zh: said } });
});
