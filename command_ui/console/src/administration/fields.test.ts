import { describe, expect, it } from 'vitest';
import { speak } from '../i18n';
import { type Field, fault, placeText, pointOf, told } from './fields';

const code: Field = { kind: 'text', name: 'unit', zh: '呼号', en: 'Call sign', max: 5, isRequired: true, pattern: /^[A-Z]\d+$/ };
const lines: Field = {
  kind: 'lines',
  name: 'targets',
  zh: '时限',
  en: 'Targets',
  max: 9,
  fresh: { interval: 'answer', seconds: 15 },
  columns: [
    { kind: 'choice', name: 'interval', zh: '区间', en: 'Interval', choices: () => [{ value: 'answer', zh: '接听', en: 'Answer' }] },
    { kind: 'number', name: 'seconds', zh: '秒', en: 'Seconds', min: 1, max: 60 },
  ],
};
const place: Field = { kind: 'place', name: 'place', zh: '位置', en: 'Place' };

describe('what speaks against a value', () => {
  it.each<[string, Field, unknown, string | null]>([
    ['nothing', code, 'E07', null],
    ['a needed one is missing', code, '', '“Call sign” is needed.'],
    ['too long', code, 'E07031', '“Call sign” takes at most 5 characters.'],
    ['malformed', code, '07', '“Call sign” is malformed.'],
    ['a place', place, '117.2, 39.12', null],
    ['no place', place, '117.2', 'Write a place as “longitude, latitude”, such as 117.2000, 39.1200.'],
    ['a line', lines, [{ interval: 'answer', seconds: 15 }], null],
    ['a line out of bounds', lines, [{ interval: 'answer', seconds: 61 }], 'Line 1, “Seconds”: a whole number from 1 to 60.'],
  ])('%s', (_, field, value, en) => {
    expect(fault(field, value)?.en ?? null).toBe(en);
  });
});

describe('a value in words', () => {
  const L = speak('zh');
  it.each<[Field | undefined, unknown, string]>([
    [lines, [{ interval: 'answer', seconds: 15 }], '接听 15'],
    [lines, [], '–'],
    [undefined, true, '是'],
    [undefined, null, '–'],
    [place, { lon: 117.2, lat: 39.12 }, '117.20000, 39.12000'],
  ])('%#', (field, value, text) => {
    expect(told(field, value, L)).toBe(text);
  });
});

describe('a point', () => {
  it.each([
    ['117.2, 39.12', { lon: 117.2, lat: 39.12 }],
    ['117.2 39.12', { lon: 117.2, lat: 39.12 }],
    ['117.2,39.12', { lon: 117.2, lat: 39.12 }],
    ['39.12', null],
    ['500, 39', null],
    ['x, y', null],
  ])('%s', (text, point) => {
    expect(pointOf(text)).toEqual(point);
  });
  it('is written with five decimals, a metre', () => {
    expect(placeText(117.2, 39.12)).toBe('117.20000, 39.12000');
    expect(placeText(null, 39)).toBe('');
  });
});
