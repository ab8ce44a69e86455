import { describe, expect, it } from 'vitest';
import { around, following, lengthOf, momentAt, partOf, SPANS, ticksOf } from './range';

const at = (text: string) => Date.parse(`${text}+08:00`);
const NOW = at('2026-11-23T14:32:07');
const ZONE = 'Asia/Shanghai';

describe('the span of the bar', () => {
  it.each(SPANS.map(({ name }) => name))('%s lies around the moment and ends no later than now', (name) => {
    for (const moment of [NOW, NOW - 60_000, NOW - lengthOf(name) * 3]) {
      const range = around(moment, lengthOf(name), NOW);
      expect(range.until_ms - range.since_ms).toBe(lengthOf(name));
      expect(range.until_ms).toBeLessThanOrEqual(NOW);
      expect(partOf(range, moment)).toBeGreaterThanOrEqual(0.5);
      expect(partOf(range, moment)).toBeLessThanOrEqual(1);
    }
  });

  it('stays while the moment is in it, and follows it out', () => {
    const range = around(NOW - 7_200_000, 3_600_000, NOW);
    expect(following(range, NOW - 7_200_000 + 60_000, NOW)).toBe(range);
    const followed = following(range, range.until_ms + 1, NOW);
    expect(partOf(followed, range.until_ms + 1)).toBeCloseTo(0.5);
  });

  it('reads a place as a moment, inside the span only', () => {
    const range = around(NOW, 3_600_000, NOW);
    expect(momentAt(range, 0.5)).toBe(NOW - 1_800_000);
    expect(momentAt(range, -3)).toBe(range.since_ms);
    expect(momentAt(range, 3)).toBe(range.until_ms);
  });
});

describe('the marks', () => {
  it.each([
    ['hour', '13:35', '14:30'],
    ['shift', '07:00', '14:00'],
    ['day', '16:00', '14:00'],
    ['week', '11-17', '11-23'],
  ] as const)('of one %s stand at round times of the zone', (name, first, last) => {
    const ticks = ticksOf(around(NOW, lengthOf(name), NOW), ZONE, 12);
    expect(ticks.length).toBeLessThanOrEqual(13);
    expect(ticks[0]?.text).toBe(first);
    expect(ticks.at(-1)?.text).toBe(last);
  });

  it('say the day where one begins', () => {
    const ticks = ticksOf(around(at('2026-11-23T00:30:00'), 3_600_000, NOW), ZONE, 12);
    expect(ticks.filter(({ isDay }) => isDay).map(({ text }) => text)).toEqual(['11-23']);
  });
});
