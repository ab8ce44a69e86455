import { describe, expect, it } from 'vitest';
import type { Candidate, Need, Recommendation } from '../documents';
import { coverageOf, departs, proposed, shortAfter, shortOf } from './recommendation';

const candidate = (unit: string, capabilities: string[], more: Partial<Candidate> = {}): Candidate => ({
  unit,
  agency: 'fire',
  capabilities,
  covers: capabilities,
  distance_km: 1,
  eta_s: 100,
  is_suitable: true,
  is_proposed: false,
  reason_en: '',
  reason_zh: '',
  position_age_s: 1,
  status: 'available',
  incident: null,
  ...more,
});
// The server counts its own proposal in: `covered` and `short` say nothing of another choice.
const need = (capability: string, count: number): Need => ({ capability, count, covered: count, short: 0 });
const given = (needs: Need[], candidates: Candidate[] = []): Recommendation => ({
  incident: '261123-0031',
  eta_method: 'great_circle_x_1.35',
  at: '2026-11-23T06:32:07Z',
  needs,
  candidates,
});
const NOBODY: ReadonlySet<string> = new Set();

describe('what is still short', () => {
  it('before anything is chosen it is the whole need', () => {
    expect(shortAfter(given([need('engine', 2), need('ladder', 1)]), NOBODY, [])).toEqual([
      { capability: 'engine', count: 2 },
      { capability: 'ladder', count: 1 },
    ]);
  });
  it('what units on the incident cover is not asked for again', () => {
    expect(shortOf(given([need('engine', 2)]), [['engine', 'foam']])).toEqual([{ capability: 'engine', count: 1 }]);
  });
  it('a unit of two capabilities covers both needs, one unit never covers a count of two', () => {
    const recommendation = given([need('engine', 2), need('ladder', 1)], [candidate('E1', ['engine', 'ladder'])]);
    expect(shortAfter(recommendation, new Set(['E1']), [])).toEqual([{ capability: 'engine', count: 1 }]);
  });
  it('taking a proposed unit away shows what is short without it', () => {
    const recommendation = given([need('ladder', 1)], [candidate('E1', ['ladder'], { is_proposed: true })]);
    expect(shortAfter(recommendation, new Set(proposed(recommendation)), [])).toEqual([]);
    expect(shortAfter(recommendation, NOBODY, [])).toEqual([{ capability: 'ladder', count: 1 }]);
  });
});

describe('the proposal', () => {
  const recommendation = given(
    [need('engine', 1)],
    [candidate('E9', [], { is_suitable: false }), candidate('E1', ['engine'], { is_proposed: true }), candidate('E2', ['engine'])],
  );
  it('is what is preselected', () => {
    expect(proposed(recommendation)).toEqual(['E1']);
  });
  it('another choice departs from it, the same does not', () => {
    expect(departs(recommendation, new Set(['E1']))).toBe(false);
    expect(departs(recommendation, new Set(['E2']))).toBe(true);
    expect(departs(recommendation, new Set(['E1', 'E2']))).toBe(true);
  });
});

it('a candidate covers so many of the needs that are open', () => {
  const open = [
    { capability: 'engine', count: 1 },
    { capability: 'ladder', count: 1 },
  ];
  expect(coverageOf(candidate('E1', ['engine', 'foam']), open)).toEqual({ covered: 1, of: 2 });
});
