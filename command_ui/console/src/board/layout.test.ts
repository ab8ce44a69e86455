/** The board divides its width, and the arrows go where the eye goes. */

import { expect, test } from 'vitest';
import { layoutOf, moved } from './layout';

const units = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
const agencies = [
  { agency: 'fire', units: units('F', 20) },
  { agency: 'ems', units: units('E', 5) },
  { agency: 'none', units: [] },
];

test('ten rows where the width allows, and an agency without units takes no room', () => {
  const { blocks, isCompact } = layoutOf(agencies, 1_400);
  expect(blocks.map(({ agency, columns }) => [agency, columns])).toEqual([
    ['fire', 2],
    ['ems', 1],
  ]);
  expect(isCompact).toBe(false);
});

test('a narrow board has more rows, and compact cells before it has too many', () => {
  const fleet = [{ agency: 'fire', units: units('F', 160) }];
  expect(layoutOf(fleet, 1_463).isCompact).toBe(false);
  const narrow = layoutOf(fleet, 966);
  expect(narrow.isCompact).toBe(true);
  expect(narrow.blocks[0]?.columns).toBeLessThanOrEqual(15);
});

test('a compact cell has room for mark, call sign and an age of three letters, whatever the edges of the blocks take', () => {
  const fleet = [
    { agency: 'fire', units: units('F', 130) },
    { agency: 'ems', units: units('E', 90) },
    { agency: 'police', units: units('P', 60) },
  ];
  const { blocks, isCompact } = layoutOf(fleet, 966);
  expect(isCompact).toBe(true);
  const columns = blocks.reduce((sum, block) => sum + block.columns, 0);
  expect((966 - 5 * blocks.length) / columns).toBeGreaterThanOrEqual(75);
});

test('the arrows go by what the eye sees, and on into the next agency', () => {
  const { blocks } = layoutOf(agencies, 1_400);
  expect(moved(blocks, 'F1', 'ArrowRight')).toBe('F2');
  expect(moved(blocks, 'F1', 'ArrowDown')).toBe('F3');
  expect(moved(blocks, 'F2', 'ArrowRight')).toBe('E1');
  expect(moved(blocks, 'F20', 'ArrowRight')).toBe('E5');
  expect(moved(blocks, 'E3', 'ArrowLeft')).toBe('F6');
  expect(moved(blocks, 'F1', 'ArrowUp')).toBe('F1');
  expect(moved(blocks, 'F7', 'PageDown')).toBe('E1');
  expect(moved(blocks, 'E5', 'PageDown')).toBe('E5');
  expect(moved(blocks, 'E2', 'Home')).toBe('F1');
  expect(moved(blocks, 'F2', 'End')).toBe('E5');
});
