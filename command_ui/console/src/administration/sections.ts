/** The sections of the administration: start reading here. Each says what its rows are, how its form looks and what a saved form sends. */

import type { Section, SectionId } from './entries';
import { accounts } from './sections/accounts';
import { agencies, districts } from './sections/agencies';
import { capabilities, stations, units } from './sections/fleet';
import { aliases, codes, colours, timers } from './sections/settings';
import { plans, types } from './sections/types';

export const SECTIONS: readonly Section[] = [
  accounts,
  agencies,
  stations,
  units,
  capabilities,
  districts,
  types,
  plans,
  timers,
  aliases,
  colours,
  codes,
];

export const sectionOf = (id: string): Section => SECTIONS.find((section) => section.id === (id as SectionId)) ?? agencies;
