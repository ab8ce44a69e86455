/**
 * What a choice of units covers of what is needed, what is still short, and where it departs from the proposal. Pure.
 *
 * As the server reckons: a unit covers every need that it has the capability for, once. The `covered` and `short` of a recommendation count
 * its own proposal in; what is short of another choice is reckoned here, from the plan's counts and the units that are there already.
 */
import type { Candidate, Recommendation } from '../documents';

export interface Short {
  capability: string;
  count: number;
}

/** Preselected: what was proposed. Sending them stays the dispatcher's act. */
export function proposed(recommendation: Recommendation): string[] {
  return recommendation.candidates.filter((candidate) => candidate.is_proposed && candidate.is_suitable).map(({ unit }) => unit);
}

/** What is short with these units, each given by its capabilities. */
export function shortOf(recommendation: Recommendation, units: readonly (readonly string[])[]): Short[] {
  return recommendation.needs
    .map(({ capability, count }) => ({ capability, count: count - units.filter((unit) => unit.includes(capability)).length }))
    .filter(({ count }) => count > 0);
}

/** What is short once the chosen candidates join those who are on the incident already. */
export function shortAfter(
  recommendation: Recommendation,
  chosen: ReadonlySet<string>,
  onIncident: readonly (readonly string[])[],
): Short[] {
  const units = recommendation.candidates.filter(({ unit }) => chosen.has(unit)).map(({ capabilities }) => capabilities);
  return shortOf(recommendation, [...onIncident, ...units]);
}

/** Whether the choice is another than what was proposed. */
export function departs(recommendation: Recommendation, chosen: ReadonlySet<string>): boolean {
  const offered = proposed(recommendation);
  return offered.length !== chosen.size || offered.some((unit) => !chosen.has(unit));
}

/** How many of the needs that are open a candidate covers: «能力 1/2». */
export function coverageOf(candidate: Candidate, open: readonly Short[]): { covered: number; of: number } {
  return { covered: open.filter(({ capability }) => candidate.capabilities.includes(capability)).length, of: open.length };
}
