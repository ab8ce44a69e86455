import { describe, expect, test } from 'vitest';
import type { SourceHealth } from '../documents';
import { notable, troubled } from './Sources';

const source = (name: string, more: Partial<SourceHealth>): SourceHealth => ({
  source: name,
  kind: 'sensor',
  state: 'live',
  last_at: null,
  lag_s: null,
  stale_after_s: 0,
  accepted: 1,
  rejected: 0,
  late: 0,
  bad: 0,
  withheld: 0,
  zh: '',
  en: '',
  ...more,
});

describe('sensors', () => {
  test('of which nothing was lost are not listed; the worst come first', () => {
    const sensors = [source('a', {}), source('b', { late: 1 }), source('c', { bad: 2, withheld: 1 }), source('d', { state: 'silent' })];
    expect(notable(sensors).map((each) => each.source)).toEqual(['d', 'c', 'b']);
  });

  test('that are silent do not stand beside the sources that are: they have alarms', () => {
    const all = [source('sensor:d', { state: 'silent' }), source('avl:x', { kind: 'avl', state: 'late', late: null })];
    expect(troubled(all).map((each) => each.source)).toEqual(['avl:x']);
  });
});
