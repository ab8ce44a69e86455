import { describe, expect, it } from 'vitest';
import { cells, read } from './csv';
import type { Field } from './fields';

const fields: Field[] = [
  { kind: 'text', name: 'unit', zh: '呼号', en: 'Call sign', max: 8, isKey: true, isRequired: true },
  {
    kind: 'choice',
    name: 'station',
    zh: '站点',
    en: 'Station',
    isRequired: true,
    choices: () => [{ value: 'XF07', zh: '七站', en: 'Station 7' }],
  },
  {
    kind: 'many',
    name: 'capabilities',
    zh: '能力',
    en: 'Capabilities',
    none: { zh: '无', en: 'none' },
    choices: () => [
      { value: 'ladder', zh: '云梯', en: 'Ladder' },
      { value: 'foam', zh: '泡沫', en: 'Foam' },
    ],
  },
];

describe('cells', () => {
  it.each([
    [
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a\tb\r\n1, x\t2\r\n',
      [
        ['a', 'b'],
        ['1, x', '2'],
      ],
    ],
    [
      '\uFEFFa;b\n"1;2";"say ""yes"""',
      [
        ['a', 'b'],
        ['1;2', 'say "yes"'],
      ],
    ],
    [
      'a,b\n"two\nlines",2\n\n',
      [
        ['a', 'b'],
        ['two\nlines', '2'],
      ],
    ],
    ['', []],
  ])('%j', (text, rows) => {
    expect(cells(text)).toEqual(rows);
  });
});

describe('rows of units', () => {
  it('are read under headings of either language, by code or by name', () => {
    const { rows, wrong } = read('呼号,Station,capabilities\nE1,七站,云梯/foam\nE2,xf07,', fields);
    expect(wrong).toBeNull();
    expect(rows.map(({ values }) => values)).toEqual([
      { unit: 'E1', station: 'XF07', capabilities: ['ladder', 'foam'] },
      { unit: 'E2', station: 'XF07', capabilities: [] },
    ]);
  });
  it('are named where they are bad, and the good ones are taken', () => {
    const { rows } = read('unit,station,capabilities\nE1,XF07,\nE2,XF99,\n,XF07,\nE1,XF07,\nE5,XF07,云梯/水炮', fields);
    expect(rows.map(({ row, wrong }) => [row, wrong?.en ?? null])).toEqual([
      [2, null],
      [3, 'There is no station XF99.'],
      [4, '“Call sign” is needed.'],
      [5, 'The same as row 2: E1.'],
      [6, 'There is no capabilities 水炮.'],
    ]);
  });
  it('are not guessed where a column is missing', () => {
    expect(read('unit,colour\nE1,red', fields)).toEqual({
      rows: [],
      strange: ['colour'],
      wrong: { zh: '第一行缺少列:站点。', en: 'The first row lacks: Station.' },
    });
  });
});
