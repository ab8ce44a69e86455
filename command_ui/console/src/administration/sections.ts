/** The sections of the administration: start reading here. Each says what its rows are, how its form looks and what a saved form sends. */

import { entriesOf, planOf as planEntry } from '../catalogue';
import type { IncidentTypeEntry } from '../documents';
import { installation } from '../installation';
import { documents } from '../live/store';
import { type Entry, lines, list, planOf, type Section, type SectionId, type Sent, text } from './entries';
import { type Field, flatLine, type Plan, placeText, pointOf } from './fields';
import * as words from './words';

const CODE = /^\S(.*\S)?$/u;
const zh = (max = 200): Field => ({ kind: 'text', name: 'zh', zh: '中文名', en: 'Chinese name', max, isRequired: true });
const en = (max = 200): Field => ({ kind: 'text', name: 'en', zh: '英文名', en: 'English name', max, isRequired: true });
const short: readonly Field[] = [
  {
    kind: 'text',
    name: 'short_zh',
    zh: '中文简称',
    en: 'Short, Chinese',
    max: 20,
    help: { zh: '窄列里显示的一两个字', en: 'One or two characters for a narrow column' },
  },
  { kind: 'text', name: 'short_en', zh: '英文简称', en: 'Short, English', max: 20 },
];
const code = (name: string, of: { zh: string; en: string }): Field => ({
  kind: 'text',
  name,
  ...of,
  max: 64,
  isKey: true,
  isRequired: true,
  pattern: CODE,
  help: { zh: '登记后不能更改', en: 'It cannot be changed later' },
});
const place: Field = {
  kind: 'place',
  name: 'place',
  zh: '位置',
  en: 'Place',
  help: { zh: '经度, 纬度(WGS-84)', en: 'Longitude, latitude (WGS-84)' },
};
const wide = { field: 'name', zh: '名称', en: 'Name', width: 'minmax(120px, 2fr)' };
const codeColumn = (width = '110px') => ({ field: 'code', zh: '代码', en: 'Code', width });

const placed = (value: unknown): object => {
  const point = pointOf(text(value));
  return point ? { place: point } : {};
};

const accounts: Section = {
  id: 'accounts',
  key: '1',
  zh: '账号',
  en: 'Accounts',
  one: { zh: '账号', en: 'account' },
  kind: 'account',
  canAdd: true,
  canRetire: false,
  columns: [
    { ...codeColumn('120px'), zh: '账号', en: 'Account' },
    { ...wide, zh: '姓名', en: 'Name' },
    { field: 'seat', zh: '席位', en: 'Seat', width: '70px' },
    { field: 'roles', zh: '角色', en: 'Roles', width: 'minmax(140px, 3fr)' },
    { field: 'agencies', zh: '部门范围', en: 'Agencies', width: 'minmax(80px, 2fr)' },
  ],
  fields: [
    {
      kind: 'text',
      name: 'account',
      zh: '账号',
      en: 'Account',
      max: 32,
      isKey: true,
      isRequired: true,
      pattern: /^[a-z][a-z0-9._-]{1,31}$/,
      malformed: {
        zh: '账号用小写字母开头,2 至 32 个小写字母、数字、点、横线或下划线。',
        en: 'An account begins with a small letter: 2 to 32 small letters, digits, dots, hyphens or underscores.',
      },
      help: { zh: '登录时输入,登记后不能更改', en: 'Typed at the sign-in; it cannot be changed later' },
    },
    { kind: 'choice', name: 'kind', zh: '类别', en: 'Kind', isKey: true, choices: () => words.KINDS },
    { ...zh(), zh: '中文姓名' },
    { ...en(), zh: '英文姓名' },
    { kind: 'text', name: 'seat', zh: '席位', en: 'Seat', max: 64 },
    {
      kind: 'many',
      name: 'roles',
      zh: '角色',
      en: 'Roles',
      isRequired: true,
      choices: () => words.ROLES,
      none: { zh: '无角色', en: 'No role' },
    },
    {
      kind: 'many',
      name: 'agencies',
      zh: '部门范围',
      en: 'Agencies in reach',
      choices: words.agencies,
      none: { zh: '全部部门', en: 'All agencies' },
    },
    {
      kind: 'many',
      name: 'districts',
      zh: '区域范围',
      en: 'Districts in reach',
      choices: words.districts,
      none: { zh: '全市', en: 'The whole city' },
    },
  ],
  entries: () =>
    [...documents('account_directory').values()].map((one) => ({
      id: one.account,
      title: { zh: one.zh || one.account, en: one.en || one.account },
      version: one.version,
      isOff: one.is_disabled,
      values: {
        account: one.account,
        kind: one.kind,
        zh: one.zh,
        en: one.en,
        seat: one.seat,
        roles: one.roles,
        agencies: one.agencies,
        districts: one.districts,
      },
    })),
  save: (id, values, seen, was) => {
    const rights = {
      zh: text(values.zh),
      en: text(values.en),
      seat: text(values.seat),
      roles: list(values.roles),
      agencies: list(values.agencies),
      districts: list(values.districts),
    };
    return was
      ? [['change_account', { account: id, ...rights, version: seen }]]
      : [['create_account', { account: id, ...rights, kind: text(values.kind) || 'person' }]];
  },
  pasts: (entry) => [['account', entry.id]],
};

const agencies: Section = {
  id: 'agencies',
  key: '2',
  zh: '部门',
  en: 'Agencies',
  one: { zh: '部门', en: 'agency' },
  kind: 'agency',
  canAdd: true,
  canRetire: true,
  columns: [codeColumn(), wide, { field: 'short_zh', zh: '简称', en: 'Short', width: '80px' }],
  fields: [code('agency', { zh: '代码', en: 'Code' }), zh(), en(), ...short],
  entries: () =>
    entriesOf('agency').map((one) => ({
      ...head(one),
      values: { agency: one.code, zh: one.zh, en: one.en, short_zh: one.short_zh, short_en: one.short_en },
    })),
  save: (id, values, seen) => [
    [
      'register_agency',
      {
        agency: id,
        zh: text(values.zh),
        en: text(values.en),
        short_zh: text(values.short_zh),
        short_en: text(values.short_en),
        version: seen,
      },
    ],
  ],
  pasts: (entry) => [['agency', entry.id]],
};

const stations: Section = {
  id: 'stations',
  key: '3',
  zh: '站点',
  en: 'Stations',
  one: { zh: '站点', en: 'station' },
  kind: 'station',
  canAdd: true,
  canRetire: true,
  canImport: true,
  columns: [
    codeColumn('90px'),
    wide,
    { field: 'agency', zh: '部门', en: 'Agency', width: 'minmax(90px, 1.4fr)' },
    { field: 'district', zh: '区', en: 'District', width: '110px' },
  ],
  fields: [
    code('station', { zh: '代码', en: 'Code' }),
    zh(),
    en(),
    { kind: 'choice', name: 'agency', zh: '部门', en: 'Agency', isRequired: true, choices: words.agencies },
    { kind: 'choice', name: 'district', zh: '区', en: 'District', choices: words.districts },
    place,
  ],
  entries: () =>
    entriesOf('station').map((one) => ({
      ...head(one),
      values: { station: one.code, zh: one.zh, en: one.en, agency: one.agency, district: one.district, place: placeText(one.lon, one.lat) },
    })),
  save: (id, values, seen) => [
    [
      'register_station',
      {
        station: id,
        agency: text(values.agency),
        zh: text(values.zh),
        en: text(values.en),
        district: text(values.district),
        ...placed(values.place),
        version: seen,
      },
    ],
  ],
  pasts: (entry) => [['station', entry.id]],
};

const units: Section = {
  id: 'units',
  key: '4',
  zh: '单位',
  en: 'Units',
  one: { zh: '单位', en: 'unit' },
  kind: 'unit',
  canAdd: true,
  canRetire: true,
  canImport: true,
  columns: [
    { ...codeColumn('90px'), zh: '呼号', en: 'Call sign' },
    { field: 'agency', zh: '部门', en: 'Agency', width: 'minmax(100px, 1.4fr)' },
    { field: 'station', zh: '站点', en: 'Station', width: 'minmax(120px, 2fr)' },
    { field: 'capabilities', zh: '能力', en: 'Capabilities', width: 'minmax(120px, 2fr)' },
  ],
  fields: [
    code('unit', { zh: '呼号', en: 'Call sign' }),
    { kind: 'choice', name: 'agency', zh: '部门', en: 'Agency', isRequired: true, isKey: true, choices: words.agencies },
    { kind: 'choice', name: 'station', zh: '站点', en: 'Station', isRequired: true, choices: words.stations },
    { kind: 'many', name: 'capabilities', zh: '能力', en: 'Capabilities', choices: words.capabilities, none: { zh: '无', en: 'None' } },
    { ...zh(), isRequired: false },
    { ...en(), isRequired: false },
    { ...place, help: { zh: '经度, 纬度(WGS-84);不填用站点的', en: 'Longitude, latitude (WGS-84); empty: the station’s' } },
  ],
  entries: () =>
    [...documents('unit_register').values()].map((one) => ({
      id: one.unit,
      title: {
        zh: one.zh && one.zh !== one.unit ? `${one.unit} ${one.zh}` : one.unit,
        en: one.en && one.en !== one.unit ? `${one.unit} ${one.en}` : one.unit,
      },
      version: one.version,
      isOff: one.is_retired,
      values: {
        unit: one.unit,
        agency: one.agency,
        station: one.station,
        capabilities: one.capabilities,
        zh: one.zh,
        en: one.en,
        place: placeText(one.lon, one.lat),
      },
    })),
  save: (id, values, seen, was) => {
    const fitted = {
      station: text(values.station),
      capabilities: list(values.capabilities),
      zh: text(values.zh),
      en: text(values.en),
      ...placed(values.place),
    };
    return was
      ? [['change_unit', { unit: id, ...fitted, version: seen }]]
      : [['register_unit', { unit: id, agency: text(values.agency), ...fitted }]];
  },
  pasts: (entry) => [['unit', entry.id]],
};

const capabilities: Section = {
  id: 'capabilities',
  key: '5',
  zh: '能力',
  en: 'Capabilities',
  one: { zh: '能力', en: 'capability' },
  kind: 'capability',
  canAdd: true,
  canRetire: true,
  columns: [codeColumn('140px'), wide, { field: 'units', zh: '单位数', en: 'Units', width: '80px', isNumber: true }],
  fields: [code('capability', { zh: '代码', en: 'Code' }), zh(), en()],
  entries: () => {
    const counts = new Map<string, number>();
    for (const unit of documents('unit_register').values())
      if (!unit.is_retired) for (const one of unit.capabilities) counts.set(one, (counts.get(one) ?? 0) + 1);
    const known = new Map(entriesOf('capability').map((one) => [one.code, one]));
    const named = words.capabilities();
    const codes = new Set([...known.keys(), ...named.map(({ value }) => String(value))]);
    return [...codes].sort().map((capability) => {
      const one = known.get(capability);
      const name = named.find(({ value }) => value === capability);
      const title = { zh: one?.zh ?? name?.zh ?? capability, en: one?.en ?? name?.en ?? capability };
      return {
        id: capability,
        title,
        version: one?.version ?? 0,
        isOff: one?.is_retired ?? false,
        values: { capability, ...title, units: counts.get(capability) ?? 0 },
      };
    });
  },
  save: (id, values, seen) => [['define_capability', { capability: id, zh: text(values.zh), en: text(values.en), version: seen }]],
  pasts: (entry) => (entry.version > 0 ? [['capability', entry.id]] : []),
  help: { zh: '单位和预案用到而未命名的能力也列在这里。', en: 'Capabilities that units and plans speak of are here too, named or not.' },
};

const districts: Section = {
  id: 'districts',
  key: '6',
  zh: '区域',
  en: 'Districts',
  one: { zh: '区', en: 'district' },
  kind: 'district',
  canAdd: true,
  canRetire: true,
  columns: [
    codeColumn('120px'),
    wide,
    { field: 'short_zh', zh: '简称', en: 'Short', width: '80px' },
    { field: 'area_code', zh: '区划代码', en: 'GB/T 2260', width: '90px' },
  ],
  fields: [
    code('district', { zh: '代码', en: 'Code' }),
    zh(),
    en(),
    ...short,
    { kind: 'text', name: 'area_code', zh: '区划代码', en: 'GB/T 2260 code', max: 12 },
    { ...place, zh: '中心', en: 'Centre' },
  ],
  entries: () =>
    entriesOf('district').map((one) => ({
      ...head(one),
      values: {
        district: one.code,
        zh: one.zh,
        en: one.en,
        short_zh: one.short_zh,
        short_en: one.short_en,
        area_code: one.area_code,
        place: placeText(one.lon, one.lat),
      },
    })),
  save: (id, values, seen) => {
    const point = pointOf(text(values.place));
    const body = {
      district: id,
      zh: text(values.zh),
      en: text(values.en),
      short_zh: text(values.short_zh),
      short_en: text(values.short_en),
      code: text(values.area_code),
    };
    return [['define_district', { ...body, ...(point ? { centre: point } : {}), version: seen }]];
  },
  pasts: (entry) => [['district', entry.id]],
};

const types: Section = {
  id: 'types',
  key: '7',
  zh: '警情类型',
  en: 'Incident types',
  one: { zh: '警情类型', en: 'incident type' },
  kind: 'incident_type',
  canAdd: true,
  canRetire: true,
  columns: [
    { field: 'priority', zh: '级', en: 'P', width: '34px', isNumber: true },
    codeColumn('150px'),
    wide,
    { field: 'agency', zh: '牵头部门', en: 'Leads', width: 'minmax(90px, 1.2fr)' },
    { field: 'asked', zh: '问题', en: 'Questions', width: '76px', isNumber: true },
  ],
  fields: [
    code('incident_type', { zh: '代码', en: 'Code' }),
    zh(),
    en(),
    { kind: 'choice', name: 'category', zh: '类别', en: 'Category', isRequired: true, choices: () => words.CATEGORIES },
    { kind: 'choice', name: 'priority', zh: '优先级', en: 'Priority', isRequired: true, choices: () => words.PRIORITIES },
    { kind: 'choice', name: 'level', zh: '响应级别', en: 'Response level', isRequired: true, choices: () => words.LEVELS },
    { kind: 'choice', name: 'agency', zh: '牵头部门', en: 'Leading agency', choices: words.agencies },
    {
      kind: 'lines',
      name: 'questions',
      zh: '接警时的问题',
      en: 'Questions at intake',
      max: 40,
      isOrdered: true,
      fresh: { zh: '', en: '' },
      columns: [
        { kind: 'text', name: 'zh', zh: '中文', en: 'Chinese', max: 200, isWide: true },
        { kind: 'text', name: 'en', zh: '英文', en: 'English', max: 200, isWide: true },
      ],
    },
  ],
  entries: () =>
    entriesOf('incident_type').map((one) => ({
      ...head(one),
      values: {
        incident_type: one.code,
        zh: one.zh,
        en: one.en,
        category: one.category,
        priority: one.priority,
        level: one.level,
        agency: one.agency,
        questions: one.questions,
        asked: one.questions.length,
      },
    })),
  save: (id, values, seen) => [
    [
      'define_incident_type',
      {
        incident_type: id,
        zh: text(values.zh),
        en: text(values.en),
        category: text(values.category),
        priority: Number(values.priority),
        level: Number(values.level),
        agency: text(values.agency),
        questions: lines(values.questions).map((one) => ({ zh: text(one.zh), en: text(one.en) })),
        version: seen,
      },
    ],
  ],
  pasts: (entry) => [['incident_type', entry.id]],
};

const LEVELS = [1, 2, 3, 4] as const;

function planValues(type: IncidentTypeEntry): { plan: Plan; versions: Record<string, number> } {
  const plan: Record<string, number[]> = {};
  const versions: Record<string, number> = {};
  for (const level of LEVELS) {
    const known = planEntry(type.code, level);
    versions[level] = known?.version ?? 0;
    for (const { capability, count } of known?.needs ?? []) {
      plan[capability] ??= [0, 0, 0, 0];
      plan[capability][level - 1] = count;
    }
  }
  return { plan, versions };
}

const needsAt = (plan: Plan, level: number): { capability: string; count: number }[] =>
  Object.entries(plan)
    .map(([capability, counts]) => ({ capability, count: counts[level - 1] ?? 0 }))
    .filter(({ count }) => count > 0);

const plans: Section = {
  id: 'plans',
  key: '8',
  zh: '响应预案',
  en: 'Response plans',
  one: { zh: '预案', en: 'plan' },
  kind: 'response_plan',
  canAdd: false,
  canRetire: false,
  columns: [
    { field: 'priority', zh: '级', en: 'P', width: '34px', isNumber: true },
    codeColumn('150px'),
    wide,
    { field: 'levels', zh: '已定级别', en: 'Levels', width: '110px' },
  ],
  fields: [
    {
      kind: 'plan',
      name: 'plan',
      zh: '各级所需能力',
      en: 'Capabilities by level',
      capabilities: words.capabilities,
      help: { zh: '某级没有预案时,用更低级别中最近的一级。', en: 'A level without a plan uses the next milder one that has one.' },
    },
  ],
  entries: () =>
    entriesOf('incident_type').map((one) => {
      const { plan, versions } = planValues(one);
      const levels = LEVELS.filter((level) => needsAt(plan, level).length > 0).map((level) => ['I', 'II', 'III', 'IV'][level - 1]);
      const sum = Object.values(versions).reduce((all, version) => all + version, 0);
      return {
        ...head(one),
        version: sum,
        versions,
        values: { incident_type: one.code, plan, priority: one.priority, levels: levels.join(' ') },
      };
    }),
  save: (id, values, _, was) => {
    const [before, after] = [planOf(was?.values.plan), planOf(values.plan)];
    return LEVELS.filter((level) => JSON.stringify(needsAt(before, level)) !== JSON.stringify(needsAt(after, level))).map(
      (level): Sent => [
        'define_response_plan',
        { incident_type: id, level, needs: needsAt(after, level), version: was?.versions?.[level] ?? 0 },
      ],
    );
  },
  pasts: (entry) =>
    LEVELS.filter((level) => (entry.versions?.[level] ?? 0) > 0).map((level) => ['response_plan', `${entry.id}/${level}`] as const),
};

const WHOLE_CITY = { zh: '全市', en: 'Whole city' };

const timers: Section = {
  id: 'timers',
  key: '9',
  zh: '时限',
  en: 'Timers',
  one: { zh: '时限', en: 'timers' },
  kind: 'timers',
  canAdd: false,
  canRetire: false,
  templates: 'timers',
  columns: [
    codeColumn('110px'),
    wide,
    { field: 'count', zh: '条数', en: 'Targets', width: '70px', isNumber: true },
    { field: 'state', zh: '来源', en: 'From', width: '90px' },
  ],
  fields: [
    {
      kind: 'lines',
      name: 'targets',
      zh: '时限',
      en: 'Targets',
      max: 60,
      fresh: { interval: 'answer', priority: 0, seconds: 15, share_percent: 90 },
      help: {
        zh: '部门的时限先于全市,某一优先级的先于全部;删去即用上一层的。',
        en: 'An agency’s go before the city’s, one priority’s before all; what is left out is the wider one’s.',
      },
      columns: [
        { kind: 'choice', name: 'interval', zh: '区间', en: 'Interval', choices: () => words.INTERVALS },
        { kind: 'choice', name: 'priority', zh: '优先级', en: 'Priority', choices: () => words.TIMED_PRIORITIES },
        { kind: 'number', name: 'seconds', zh: '秒', en: 'Seconds', min: 1, max: 86_400 },
        { kind: 'number', name: 'share_percent', zh: '比例 %', en: 'Share %', min: 1, max: 100 },
      ],
    },
  ],
  entries: () => {
    const set = new Map(entriesOf('timers').map((one) => [one.code, one]));
    const scopes = [{ code: '*', ...WHOLE_CITY, is_retired: false }, ...entriesOf('agency')];
    return scopes.map(({ code: scope, zh: zhName, en: enName, is_retired }) => {
      const targets = set.get(scope)?.targets ?? (scope === '*' ? installation().targets : []);
      const state = set.has(scope)
        ? { zh: '已设', en: 'Set' }
        : scope === '*'
          ? { zh: '标准默认', en: 'Standards' }
          : { zh: '随全市', en: 'The city’s' };
      return {
        id: scope,
        title: { zh: zhName, en: enName },
        version: set.get(scope)?.version ?? 0,
        isOff: is_retired,
        values: { scope, targets, count: targets.length, state },
      };
    });
  },
  save: (id, values, seen) => [
    [
      'set_timers',
      {
        scope: id,
        targets: lines(values.targets).map((one) => ({
          interval: one.interval,
          priority: Number(one.priority),
          seconds: Number(one.seconds),
          share_percent: Number(one.share_percent),
        })),
        version: seen,
      },
    ],
  ],
  pasts: (entry) => (entry.version > 0 ? [['timers', entry.id]] : []),
};

const aliases: Section = {
  id: 'aliases',
  key: '0',
  zh: '命令别名',
  en: 'Aliases',
  one: { zh: '别名', en: 'aliases' },
  kind: 'aliases',
  canAdd: false,
  canRetire: false,
  hasFile: true,
  columns: [codeColumn('60px'), wide, { field: 'count', zh: '条数', en: 'Words', width: '70px', isNumber: true }],
  fields: [
    {
      kind: 'lines',
      name: 'aliases',
      zh: '别名',
      en: 'Aliases',
      max: 400,
      fresh: { word: '', meaning: 'on_scene' },
      help: {
        zh: '命令栏除内置词外认识的词。内置词不能另作他用。',
        en: 'What the command bar understands beside its built-in words, which keep their meaning.',
      },
      columns: [
        { kind: 'text', name: 'word', zh: '词', en: 'Word', max: 40 },
        { kind: 'choice', name: 'meaning', zh: '含义', en: 'Means', choices: () => words.MEANINGS },
      ],
    },
  ],
  entries: () => single(entriesOf('aliases')[0], (one) => ({ aliases: one?.aliases ?? [], count: one?.aliases.length ?? 0 })),
  save: (_, values, seen) => [
    ['set_aliases', { aliases: lines(values.aliases).map((one) => ({ word: text(one.word), meaning: one.meaning })), version: seen }],
  ],
  pasts: (entry) => (entry.version > 0 ? [['aliases', '*']] : []),
};

const colours: Section = {
  id: 'colours',
  key: '-',
  zh: '颜色',
  en: 'Colours',
  one: { zh: '颜色', en: 'colours' },
  kind: 'colours',
  canAdd: false,
  canRetire: false,
  columns: [codeColumn('60px'), wide, { field: 'count', zh: '条数', en: 'Colours', width: '70px', isNumber: true }],
  fields: [
    {
      kind: 'lines',
      name: 'colours',
      zh: '颜色',
      en: 'Colours',
      max: 120,
      fresh: { of: 'agency', code: '', dark: '#93c1e8', light: '#124f83' },
      help: {
        zh: '两种主题各一色,与底色对比度至少 3:1,不得与告警色相近;形状和字母照旧。',
        en: 'One for each theme, at least 3 to 1 against the grounds and no alarm’s colour; shape and letter stay.',
      },
      columns: [
        { kind: 'choice', name: 'of', zh: '对象', en: 'Of', choices: () => words.PAINTED },
        { kind: 'choice', name: 'code', zh: '名称', en: 'Which', choices: words.paintable },
        { kind: 'colour', name: 'dark', zh: '深色主题', en: 'Dark theme' },
        { kind: 'colour', name: 'light', zh: '浅色主题', en: 'Light theme' },
      ],
    },
  ],
  entries: () => single(entriesOf('colours')[0], (one) => ({ colours: one?.colours ?? [], count: one?.colours.length ?? 0 })),
  save: (_, values, seen) => [
    [
      'set_colours',
      {
        colours: lines(values.colours).map((one) => ({ of: one.of, code: text(one.code), dark: text(one.dark), light: text(one.light) })),
        version: seen,
      },
    ],
  ],
  pasts: (entry) => (entry.version > 0 ? [['colours', '*']] : []),
};

const codes: Section = {
  id: 'codes',
  key: '+',
  zh: '状态代码',
  en: 'Status codes',
  one: { zh: '状态代码', en: 'status codes' },
  kind: 'status_codes',
  canAdd: false,
  canRetire: false,
  templates: 'status_codes',
  columns: [codeColumn('110px'), wide, { field: 'count', zh: '条数', en: 'Codes', width: '70px', isNumber: true }],
  fields: [
    {
      kind: 'lines',
      name: 'codes',
      zh: '代码',
      en: 'Codes',
      max: 150,
      fresh: { code: '', status: 'on_scene', zh: '', en: '' },
      help: {
        zh: '该部门电台和终端发来的代码,各对应我们的哪种状态。',
        en: 'What the agency’s radios and terminals send, and which of our statuses each is.',
      },
      columns: [
        { kind: 'text', name: 'code', zh: '代码', en: 'Code', max: 16 },
        { kind: 'choice', name: 'status', zh: '状态', en: 'Status', choices: () => words.MAPPED },
        { kind: 'text', name: 'zh', zh: '中文', en: 'Chinese', max: 200, isWide: true },
        { kind: 'text', name: 'en', zh: '英文', en: 'English', max: 200, isWide: true },
      ],
    },
  ],
  entries: () => {
    const set = new Map(entriesOf('status_codes').map((one) => [one.code, one]));
    return entriesOf('agency').map((agency) => {
      const known = set.get(agency.code);
      const mapped = (known?.codes ?? []).map((one) => flatLine({ ...one }));
      return { ...head(agency), version: known?.version ?? 0, values: { agency: agency.code, codes: mapped, count: mapped.length } };
    });
  },
  save: (id, values, seen) => [
    [
      'set_status_codes',
      {
        agency: id,
        codes: lines(values.codes).map((one) => ({ code: text(one.code), status: one.status, zh: text(one.zh), en: text(one.en) })),
        version: seen,
      },
    ],
  ],
  pasts: (entry) => (entry.version > 0 ? [['status_codes', entry.id]] : []),
};

function head(one: { code: string; zh: string; en: string; version: number; is_retired: boolean }): Omit<Entry, 'values'> {
  return { id: one.code, title: { zh: one.zh || one.code, en: one.en || one.code }, version: one.version, isOff: one.is_retired };
}

function single<T extends { version: number }>(one: T | undefined, values: (one: T | undefined) => object): Entry[] {
  return [{ id: '*', title: WHOLE_CITY, version: one?.version ?? 0, isOff: false, values: { ...values(one) } }];
}

export const SECTIONS: readonly Section[] = [
  accounts,
  agencies,
  stations,
  units,
  capabilities,
  districts,
  types,
  plans,
  timers,
  aliases,
  colours,
  codes,
];

export const sectionOf = (id: string): Section => SECTIONS.find((section) => section.id === (id as SectionId)) ?? agencies;
