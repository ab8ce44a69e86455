import { describe, expect, it } from 'vitest';
import { promiseNote, promiseText } from './promise';

const NOW = Date.UTC(2026, 10, 23, 14 - 8, 32, 0);
const at = (hour: number, minute: number, day = 23) => Date.UTC(2026, 10, day, hour - 8, minute);

describe('a promise as it is typed', () => {
  it.each([
    ['14:40 回拨报警人', '回拨报警人', at(14, 40)],
    ['14:40,回拨', '回拨', at(14, 40)],
    ['09:00 报区应急局', '报区应急局', at(9, 0, 24)],
    ['回拨报警人', '回拨报警人', null],
    ['25:00 回拨', '25:00 回拨', null],
  ])('«%s»', (line, text, dueAtMs) => {
    expect(promiseText(line, NOW)).toEqual({ text, dueAtMs });
  });

  it('says in the note line that it is one', () => {
    expect(promiseNote('承诺 14:40 回拨', NOW)).toEqual({ text: '回拨', dueAtMs: at(14, 40) });
    expect(promiseNote('promise: call back', NOW)).toEqual({ text: 'call back', dueAtMs: null });
    expect(promiseNote('承诺书已送达', NOW)).toBeNull();
    expect(promiseNote('补录 14:20 承诺', NOW)).toBeNull();
  });
});
