import { describe, expect, it } from 'vitest';
import type { Verdict } from '../documents';
import { verdictName } from './names';

const of = (more: Partial<Verdict>) =>
  verdictName({ interval: 'turnout_s', agency_zh: '', agency_en: '', priority: 0, share: 0.9, ...more });

describe('the name of a verdict', () => {
  it.each([
    [{}, '出动', 'Turnout'],
    [{ agency_zh: '消防', agency_en: 'Fire' }, '出动 消防', 'Turnout Fire'],
    [{ interval: 'total_s', priority: 1 }, '到场 P1', 'Arrival P1'],
    [{ interval: 'answer_s', share: 0.95 }, '接听 95%', 'Answer 95%'],
    [{ interval: 'travel_s', agency_zh: '急救', agency_en: 'EMS', priority: 2 }, '行车 急救 P2', 'Travel EMS P2'],
  ] as const)('%o is called %s and %s', (more, zh, en) => {
    expect(of(more)).toEqual({ zh, en });
  });
});
