import { describe, expect, it } from 'vitest';
import type { Candidate, Need, Recommendation } from '../documents';
import { choiceOf, coverageOf, proposed } from './recommendation';

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
const need = (capability: string, count: number, covered = 0): Need => ({ capability, count, covered, short: count - covered });
const given = (needs: Need[], candidates: Candidate[]): Recommendation => ({
  incident: '261123-0031',
  eta_method: 'great_circle_x_1.35',
  at: '2026-11-23T06:32:07Z',
  needs,
  candidates,
});

describe('what is still short', () => {
  it('before anything is chosen it is the whole need', () => {
    const recommendation = given([need('engine', 2), need('ladder', 1)], [candidate('E1', ['engine'])]);
    expect(choiceOf(recommendation, new Set()).short).toEqual([
      { capability: 'engine', count: 2 },
      { capability: 'ladder', count: 1 },
    ]);
  });
  it('what assigned units cover is not asked for again', () => {
    expect(choiceOf(given([need('engine', 2, 1)], []), new Set()).short).toEqual([{ capability: 'engine', count: 1 }]);
  });
  it('a unit of two capabilities leaves the scarce place to itself, whatever the order of the choice', () => {
    const both = candidate('E1', ['engine', 'ladder']);
    const engine = candidate('E2', ['engine']);
    for (const order of [
      [both, engine],
      [engine, both],
    ]) {
      expect(choiceOf(given([need('engine', 1), need('ladder', 1)], order), new Set(['E1', 'E2'])).short).toEqual([]);
    }
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
    expect(choiceOf(recommendation, new Set(['E1'])).isDeparture).toBe(false);
    expect(choiceOf(recommendation, new Set(['E2'])).isDeparture).toBe(true);
    expect(choiceOf(recommendation, new Set(['E1', 'E2'])).isDeparture).toBe(true);
  });
});

it('a candidate covers so many of the needs that are open', () => {
  const recommendation = given([need('engine', 1), need('ladder', 1), need('rescue', 1, 1)], []);
  expect(coverageOf(recommendation, candidate('E1', ['engine', 'foam'], { covers: ['engine'] }))).toEqual({ covered: 1, of: 2 });
});
