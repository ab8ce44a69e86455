/** What the recommendation says of a choice of units: what is covered, what is still short, where it departs from the proposal. Pure. */

import type { Candidate, Recommendation } from '../documents';

export interface Choice {
  /** For each need, what is short once the chosen units are sent too. */
  short: { capability: string; count: number }[];
  isDeparture: boolean;
}

/** Preselected: what was proposed. Sending them stays the dispatcher's act. */
export function proposed(recommendation: Recommendation): string[] {
  return recommendation.candidates.filter((candidate) => candidate.is_proposed && candidate.is_suitable).map(({ unit }) => unit);
}

/** One unit fills one place of one need, as on a run card: two needs are not covered by one vehicle. */
export function choiceOf(recommendation: Recommendation, chosen: ReadonlySet<string>): Choice {
  const places = recommendation.needs.flatMap((need) => Array.from({ length: Math.max(0, need.short) }, () => need.capability));
  const units = recommendation.candidates.filter((candidate) => chosen.has(candidate.unit));
  const filled = assign(
    places,
    units.map((unit) => unit.capabilities),
  );
  const short = recommendation.needs
    .map((need) => ({
      capability: need.capability,
      count: places.filter((capability, index) => capability === need.capability && !filled.has(index)).length,
    }))
    .filter((need) => need.count > 0);
  return { short, isDeparture: departs(proposed(recommendation), chosen) };
}

/** How many of the places a unit could fill, of all that are short: «能力 1/2». */
export function coverageOf(recommendation: Recommendation, candidate: Candidate): { covered: number; of: number } {
  const wanted = recommendation.needs.filter((need) => need.short > 0 || candidate.covers.includes(need.capability));
  return { covered: wanted.filter((need) => candidate.capabilities.includes(need.capability)).length, of: wanted.length };
}

function departs(offered: readonly string[], chosen: ReadonlySet<string>): boolean {
  return offered.length !== chosen.size || offered.some((unit) => !chosen.has(unit));
}

/** The places that can be filled together (augmenting paths, Kuhn 1955): the most places, whichever order the units stand in. */
function assign(places: readonly string[], units: readonly (readonly string[])[]): Set<number> {
  const taker = new Map<number, number>();
  const place = (unit: number, seen: Set<number>): boolean =>
    places.some((capability, index) => {
      if (seen.has(index) || !units[unit]?.includes(capability)) return false;
      seen.add(index);
      const other = taker.get(index);
      if (other !== undefined && !place(other, seen)) return false;
      taker.set(index, unit);
      return true;
    });
  for (const unit of units.keys()) place(unit, new Set());
  return new Set(taker.keys());
}
