import { describe, expect, it } from 'vitest';
import type { Interval, Priority, Target } from './documents';
import { targetsOf } from './targets';

const city: Target[] = [
  { interval: 'answer', seconds: 20, share_percent: 95, priority: 0 },
  { interval: 'answer', seconds: 15, share_percent: 90, priority: 0 },
  { interval: 'total', seconds: 480, share_percent: 90, priority: 1 },
  { interval: 'turnout', seconds: 80, share_percent: 90, priority: 0 },
];
const fire: Target[] = [
  { interval: 'turnout', seconds: 60, share_percent: 90, priority: 0 },
  { interval: 'total', seconds: 300, share_percent: 90, priority: 1 },
];

describe('the targets that hold', () => {
  it.each<[Interval, Priority, Target[], number[]]>([
    ['answer', 3, [], [15, 20]],
    ['total', 1, [], [480]],
    ['total', 2, [], []],
    ['total', 1, fire, [300]],
    ['turnout', 2, fire, [60]],
    ['turnout', 2, [], [80]],
  ])('%s of priority %s', (interval, priority, agency, seconds) => {
    expect(targetsOf(interval, priority, agency, city).map((target) => target.seconds)).toEqual(seconds);
  });
});
