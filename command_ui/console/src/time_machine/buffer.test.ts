import { describe, expect, it } from 'vitest';
import { Buffer, HELD_BEHIND_MAX, type Step, stepTime, type Window } from './buffer';

const second = (n: number) => new Date(Date.UTC(2026, 10, 23, 6) + n * 1000).toISOString();
const ms = (n: number) => Date.parse(second(n));

const step = (n: number, ...changes: [string, string, unknown][]): Step => ({
  at: second(n),
  facts: [],
  changes: changes.map(([view, key, document]) => [view, key, n, document] as const),
});

const window = (steps: Step[], more: Partial<Window> = {}): Window => ({
  as_of: second(0),
  clock: 'recorded',
  position: 0,
  views: {},
  steps,
  until: second(100),
  is_last: false,
  is_first: false,
  ...more,
});

function held(steps: Step[], first: Record<string, unknown> = {}) {
  const picture = new Map<string, unknown>(Object.entries(first));
  const buffer = new Buffer(
    (view, key, document) => (document === null ? picture.delete(`${view}/${key}`) : picture.set(`${view}/${key}`, document)),
    (view, key) => picture.get(`${view}/${key}`),
  );
  buffer.begin(window(steps));
  return { buffer, shown: () => Object.fromEntries(picture) };
}

const STEPS = [step(1, ['v', 'a', 1]), step(2, ['v', 'a', 2], ['v', 'b', 1]), step(4, ['v', 'a', null]), step(5, ['v', 'b', 2])];

describe('steps around the cursor', () => {
  it('are taken up to a moment and no further', () => {
    const { buffer, shown } = held(STEPS);
    expect(buffer.playTo(ms(3)).map(({ at_ms }) => at_ms)).toEqual([ms(1), ms(2)]);
    expect(shown()).toEqual({ 'v/a': 2, 'v/b': 1 });
    expect(buffer.ahead).toBe(2);
    expect(buffer.playTo(ms(3))).toEqual([]);
  });

  it('give back what each replaced, to the first picture', () => {
    const first = { 'v/b': 0, 'w/x': 9 };
    const { buffer, shown } = held(STEPS, first);
    const seen = [shown()];
    while (buffer.forward()) seen.push(shown());
    expect(seen).toHaveLength(5);
    for (const picture of seen.reverse()) {
      expect(shown()).toEqual(picture);
      buffer.back();
    }
    expect(shown()).toEqual(first);
    expect(buffer.back()).toBeNull();
  });

  it('go on where the next answer begins', () => {
    const { buffer, shown } = held(STEPS.slice(0, 2));
    buffer.playTo(ms(50));
    buffer.add(window(STEPS.slice(2), { until: second(200), is_last: true }));
    expect(buffer.isLast).toBe(true);
    expect(buffer.untilMs).toBe(ms(200));
    buffer.playTo(ms(50));
    expect(shown()).toEqual({ 'v/b': 2 });
  });

  it('are held in a limited number', () => {
    const many = Array.from({ length: HELD_BEHIND_MAX + 5 }, (_, n) => step(n + 1, ['v', 'a', n]));
    const { buffer, shown } = held(many);
    buffer.playTo(ms(1e6));
    let backs = 0;
    while (buffer.back()) backs += 1;
    expect(backs).toBe(HELD_BEHIND_MAX);
    expect(shown()).toEqual({ 'v/a': 4 });
  });
});

describe('the time of a step', () => {
  it.each([
    ['2026-11-23T06:00:00Z', 0],
    ['2026-11-23T06:00:00.001Z', 1],
    ['2026-11-23T06:00:00.001000Z', 1],
    ['2026-11-23T06:00:00.001001Z', 2],
    ['2026-11-23T06:00:00.000999Z', 1],
  ])('%s holds what happened at it', (at, after_ms) => {
    expect(stepTime(at) - ms(0)).toBe(after_ms);
  });
});
