/** Stations, units and what units can do. */

import { entriesOf } from '../../catalogue';
import { documents } from '../../live/store';
import { list, type Section, text } from '../entries';
import { placeText } from '../fields';
import * as words from '../words';
import { code, codeColumn, en, head, place, placed, wide, zh } from './entryFields';

export const stations: Section = {
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

export const units: Section = {
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

export const capabilities: Section = {
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
