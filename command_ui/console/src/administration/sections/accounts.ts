/** Who may sign in, as what, and how far they reach. */

import { documents } from '../../live/store';
import { list, type Section, text } from '../entries';
import * as words from '../words';
import { codeColumn, en, wide, zh } from './entryFields';

export const accounts: Section = {
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
