/** What the sections share: the fields that most entries have, and their columns. */

import { type Entry, text } from '../entries';
import { type Field, pointOf } from '../fields';

const CODE = /^\S(.*\S)?$/u;
export const zh = (max = 200): Field => ({ kind: 'text', name: 'zh', zh: '中文名', en: 'Chinese name', max, isRequired: true });
export const en = (max = 200): Field => ({ kind: 'text', name: 'en', zh: '英文名', en: 'English name', max, isRequired: true });
export const short: readonly Field[] = [
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
export const code = (name: string, of: { zh: string; en: string }): Field => ({
  kind: 'text',
  name,
  ...of,
  max: 64,
  isKey: true,
  isRequired: true,
  pattern: CODE,
  help: { zh: '登记后不能更改', en: 'It cannot be changed later' },
});
export const place: Field = {
  kind: 'place',
  name: 'place',
  zh: '位置',
  en: 'Place',
  help: { zh: '经度, 纬度(WGS-84)', en: 'Longitude, latitude (WGS-84)' },
};
export const wide = { field: 'name', zh: '名称', en: 'Name', width: 'minmax(120px, 2fr)' };
export const codeColumn = (width = '110px') => ({ field: 'code', zh: '代码', en: 'Code', width });

export const placed = (value: unknown): object => {
  const point = pointOf(text(value));
  return point ? { place: point } : {};
};

export const WHOLE_CITY = { zh: '全市', en: 'Whole city' };

export function head(one: { code: string; zh: string; en: string; version: number; is_retired: boolean }): Omit<Entry, 'values'> {
  return { id: one.code, title: { zh: one.zh || one.code, en: one.en || one.code }, version: one.version, isOff: one.is_retired };
}

export function single<T extends { version: number }>(one: T | undefined, values: (one: T | undefined) => object): Entry[] {
  return [{ id: '*', title: WHOLE_CITY, version: one?.version ?? 0, isOff: false, values: { ...values(one) } }];
}
