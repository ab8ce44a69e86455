/** What the installation sets for itself: timers, aliases, colours, the codes of its terminals. */

import { entriesOf } from '../../catalogue';
import { installation } from '../../installation';
import { lines, type Section, text } from '../entries';
import { flatLine } from '../fields';
import * as words from '../words';
import { codeColumn, head, single, WHOLE_CITY, wide } from './entryFields';

export const timers: Section = {
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

export const aliases: Section = {
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

export const colours: Section = {
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

export const codes: Section = {
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
