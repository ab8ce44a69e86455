import { describe, expect, it } from 'vitest';
import { clipped, decimal, duration, durationTicks, percent } from './format';

describe('a duration', () => {
  it.each([
    [null, '–'],
    [undefined, '–'],
    [Number.NaN, '–'],
    [0, '0'],
    [9.44, '9.4'],
    [10, '10'],
    [59.4, '59'],
    [59.6, '1:00'],
    [83, '1:23'],
    [3_723, '1:02:03'],
  ])('of %s s is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('a share', () => {
  it.each([
    [null, '–'],
    [0, '0 %'],
    [0.001, '<1 %'],
    [0.934, '93 %'],
    [0.999, '99 %'],
    [1, '100 %'],
  ])('of %s is %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});

describe('a number', () => {
  it.each([
    [null, '–'],
    [6, '6'],
    [6.25, '6.3'],
    [1234.5, '1235'],
  ])('%s is %s', (value, text) => {
    expect(decimal(value)).toBe(text);
  });
});

describe('an axis of durations', () => {
  it.each([
    [16, [0, 5, 10, 15]],
    [95, [0, 30, 60, 90]],
    [700, [0, 300, 600]],
    [1_300, [0, 600, 1_200]],
    [200_000, [0, 200_000]],
  ])('to %d s has whole steps', (most_s, ticks) => {
    expect(durationTicks(most_s)).toEqual(ticks);
  });
});

describe('a name beside a chart', () => {
  it.each([
    ['和平区', '和平区'],
    ['受限空间或建筑坍塌', '受限空间或建筑坍…'],
    ['Tenderloin', 'Tenderloin'],
    ['Financial District/South Beach', 'Financial Distric…'],
  ])('%s is %s', (name, text) => {
    expect(clipped(name)).toBe(text);
  });
});
