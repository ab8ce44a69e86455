/** Refusals tell moments by the clock on the wall. */

import { expect, test, vi } from 'vitest';
import { setZone } from './live/clock';
import { refusalFrom, told } from './refusal';

vi.mock('./live/clock', async (original) => ({
  ...(await original<typeof import('./live/clock')>()),
  now: () => Date.parse('2026-11-23T06:40:00Z'),
}));

test.each([
  ['E11 was dispatched by zhou at 2026-11-23T06:31:58+00:00: cannot send it.', 'E11 was dispatched by zhou at 14:31:58: cannot send it.'],
  ['单位于 2026-11-22T14:00:00.250Z 被派出。', '单位于 2026-11-22 22:00:00 被派出。'],
  ['2026-11-23T14:31:58+08:00', '14:31:58'],
  ['no moment: 2026-11-23', 'no moment: 2026-11-23'],
])('%s', (sentence, expected) => {
  setZone('Asia/Shanghai');
  expect(told(sentence)).toBe(expected);
});

test('a refusal of several fields tells each so', () => {
  setZone('Asia/Shanghai');
  const fields = [{ field: 'at', zh: '2026-11-23T06:00:00Z 太早', en: '2026-11-23T06:00:00Z is too early' }];
  const refusal = refusalFrom(422, { code: 'invalid_field', zh: '不对', en: 'wrong', fields });
  expect(refusal.fields[0]).toEqual({ field: 'at', zh: '14:00:00 太早', en: '14:00:00 is too early' });
});
