/** Agencies and the districts of the city. */

import { entriesOf } from '../../catalogue';
import { type Section, text } from '../entries';
import { placeText, pointOf } from '../fields';
import { code, codeColumn, en, head, place, short, wide, zh } from './entryFields';

export const agencies: Section = {
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

export const districts: Section = {
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
