import { describe, expect, it } from 'vitest';
import { endedSaid } from './ended';

const ended = { outcome: 'dismissed', ended_by: 'zhoukai', ended_at: '2026-11-23T06:30:00Z' };
const name = (account: string) => ({ zhoukai: '周凯' })[account] ?? account;

describe('an alarm that ended under the form', () => {
  it('is said with who ended it', () => {
    expect(endedSaid('shelve', ended, name).zh).toMatch(/^这条告警已由 周凯 于 [\d:]{8} 撤销,没有搁置。/);
    expect(endedSaid('dismiss', { ...ended, outcome: 'cleared' }, name).en).toMatch(
      /was cleared by 周凯 at [\d:]{8}: there is nothing left/,
    );
  });

  it('is said without a name while nobody knows one', () => {
    expect(endedSaid('dismiss', null, name).zh).toBe('这条告警已被撤销或清除,不必再撤销。写下的原因留在这里。');
    expect(endedSaid('shelve', { ...ended, ended_by: '' }, name).en).toContain('dismissed or cleared: it was not shelved');
  });
});
