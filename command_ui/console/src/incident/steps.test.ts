import { describe, expect, it } from 'vitest';
import { columnsOf, entryOf, nextStep, stepOfKey, undoableStep } from './steps';

const T = '2026-11-23T06:32:07Z';
const given = (steps: string[], is_open = true) => ({
  unit: 'E0703',
  is_open,
  times: Object.fromEntries(['dispatched', ...steps].map((step) => [step, T])),
});

describe('the one lit step', () => {
  const rows: [string, string[], boolean, string | null][] = [
    ['a dispatched unit acknowledges', [], false, 'acknowledged'],
    ['then it goes', ['acknowledged'], false, 'en_route'],
    ['a step that was skipped is not lit again', ['en_route'], false, 'on_scene'],
    ['on scene, a unit that does not transport clears', ['acknowledged', 'en_route', 'on_scene'], false, 'cleared'],
    ['on scene, an ambulance transports', ['acknowledged', 'en_route', 'on_scene'], true, 'transporting'],
    ['a transport ends at its destination, whoever drives', ['on_scene', 'transporting'], false, 'at_destination'],
    ['then it clears', ['on_scene', 'transporting', 'at_destination'], true, 'cleared'],
  ];
  it.each(rows)('%s', (_, steps, transports, next) => {
    expect(nextStep(given(steps), transports)).toBe(next);
  });
  it('an ended assignment has none', () => {
    expect(nextStep(given([], false), true)).toBeNull();
  });
});

describe('how a step may be entered', () => {
  it('a step ahead is entered now, also when others are skipped', () => {
    expect(entryOf(given([]), 'on_scene')).toEqual({ how: 'now' });
  });
  it('a step behind needs the time when it occurred', () => {
    expect(entryOf(given(['on_scene']), 'en_route')).toEqual({ how: 'late' });
  });
  it('a step that has a time is corrected, not entered again', () => {
    expect(entryOf(given(['en_route']), 'en_route')).toEqual({ how: 'correct', at: T });
  });
  it('an ended assignment takes late times only', () => {
    expect(entryOf(given([], false), 'on_scene')).toEqual({ how: 'late' });
    expect(entryOf(given([], false), 'cleared').how).toBe('refused');
  });
});

describe('keys and undo', () => {
  it('F9 leaves for the hospital, then arrives there', () => {
    expect(stepOfKey('transport', given(['on_scene']))).toBe('transporting');
    expect(stepOfKey('transport', given(['on_scene', 'transporting']))).toBe('at_destination');
  });
  it('only the newest step can be undone, and neither dispatch nor clearing', () => {
    expect(undoableStep(given(['acknowledged', 'en_route']))).toBe('en_route');
    expect(undoableStep(given([]))).toBeNull();
    expect(undoableStep(given(['acknowledged', 'cleared'], false))).toBeNull();
  });
  it('transport has a column only where somebody transports', () => {
    expect(columnsOf([given(['on_scene'])], false)).not.toContain('transporting');
    expect(columnsOf([given(['transporting'])], false)).toEqual(expect.arrayContaining(['transporting', 'at_destination']));
  });
});
