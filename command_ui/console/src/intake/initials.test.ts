import { describe, expect, it } from 'vitest';
import { coordinates } from './coordinates';
import { found, indexed, initialsEn, initialsZh } from './initials';

const types = [
  { code: 'cardiac_arrest', zh: '心脏骤停', en: 'Cardiac arrest', priority: 1 },
  { code: 'dwelling_fire', zh: '住宅火灾', en: 'Dwelling fire', priority: 1 },
  { code: 'vehicle_fire', zh: '车辆起火', en: 'Vehicle fire', priority: 2 },
  { code: 'theft', zh: '盗窃', en: 'Theft', priority: 4 },
  { code: 'flood', zh: '道路积水', en: 'Road flooded', priority: 3 },
];
const index = indexed(types);
const search = (query: string) => found(index, query, (a, b) => a.priority - b.priority).map(({ code }) => code);

it('initials of Chinese and English names', () => {
  expect(initialsZh('住宅火灾')).toBe('zzhz');
  expect(initialsZh('道路积水')).toBe('dljs');
  expect(initialsZh('AED 安装')).toBe('aedaz');
  expect(initialsEn('Road flooded')).toBe('rf');
});

describe('a type is found', () => {
  const rows: [string, string, string][] = [
    ['by its Chinese beginning', '住宅', 'dwelling_fire'],
    ['by a Chinese middle', '起火', 'vehicle_fire'],
    ['by its English beginning', 'dwel', 'dwelling_fire'],
    ['by a later English word', 'flooded', 'flood'],
    ['by pinyin initials', 'zz', 'dwelling_fire'],
    ['by English initials', 'vf', 'vehicle_fire'],
    ['by its code', 'cardiac_arrest', 'cardiac_arrest'],
  ];
  it.each(rows)('%s', (_, query, code) => {
    expect(search(query)[0]).toBe(code);
  });
  it('nothing typed lists all, the gravest first', () => {
    expect(search('')).toEqual(['cardiac_arrest', 'dwelling_fire', 'vehicle_fire', 'flood', 'theft']);
  });
  it('what matches nothing finds nothing', () => {
    expect(search('zzzz')).toEqual([]);
  });
});

describe('typed coordinates', () => {
  const rows: [string, { lon: number; lat: number } | null][] = [
    ['117.2,39.1', { lon: 117.2, lat: 39.1 }],
    ['117.2,39.1', { lon: 117.2, lat: 39.1 }],
    [' 117.2  39.1 ', { lon: 117.2, lat: 39.1 }],
    ['39.1, 117.2', { lon: 117.2, lat: 39.1 }],
    ['-70.5, -33.4', { lon: -70.5, lat: -33.4 }],
    ['117.2', null],
    ['200,39', null],
    ['117.2,99', null],
    ['南京路 12', null],
  ];
  it.each(rows)('%s', (text, point) => {
    expect(coordinates(text)).toEqual(point);
  });
});
