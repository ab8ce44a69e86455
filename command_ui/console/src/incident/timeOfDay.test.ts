import { describe, expect, it } from 'vitest';
import { noteText, timeOfDay } from './timeOfDay';

const NOW = Date.UTC(2026, 10, 23, 14 - 8, 32, 7);
const on = (day: number, hour: number, minute: number, second = 0) => Date.UTC(2026, 10, day, hour - 8, minute, second);

describe('a time of day is the most recent one', () => {
  const rows: [string, number | null][] = [
    ['14:20', on(23, 14, 20)],
    ['14:20:05', on(23, 14, 20, 5)],
    ['14:20', on(23, 14, 20)],
    ['9:05', on(23, 9, 5)],
    ['23:50', on(22, 23, 50)],
    ['14:33', NOW],
    ['24:00', null],
    ['14:60', null],
    ['1420', null],
    ['', null],
  ];
  it.each(rows)('%s', (text, moment) => {
    expect(timeOfDay(text, NOW)).toBe(moment);
  });
});

describe('a note that begins with a time is a late entry', () => {
  const rows: [string, string, number | null][] = [
    ['补录 14:20 消防通道被占用', '消防通道被占用', on(23, 14, 20)],
    ['14:20 消防通道被占用', '消防通道被占用', on(23, 14, 20)],
    ['late 14:20, blocked by cars', 'blocked by cars', on(23, 14, 20)],
    ['消防通道 14:20 被占用', '消防通道 14:20 被占用', null],
    ['25:20 未知', '25:20 未知', null],
    ['补录', '补录', null],
    ['  两端空格 ', '两端空格', null],
  ];
  it.each(rows)('%s', (line, text, occurredAtMs) => {
    expect(noteText(line, NOW)).toEqual({ text, occurredAtMs });
  });
});
