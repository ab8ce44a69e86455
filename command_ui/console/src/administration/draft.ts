/**
 * What is typed into a form and not saved: only the fields that were touched. The others follow the live document, so that nobody's work is
 * undone by a form that was opened before it. A touched field that somebody else changed meanwhile is a conflict, shown with both values.
 */

import { isSame, type Values } from './fields';

export interface FormDraft {
  /** The touched fields. */
  mine: Values;
  /** The document as it was when the first field was touched, or when a conflict was decided. */
  base: Values;
  /** Its version then. */
  seen: number;
}

export interface Conflict {
  field: string;
  theirs: unknown;
  mine: unknown;
}

export const shown = (draft: FormDraft | undefined, live: Values): Values => ({ ...live, ...draft?.mine });

/** A field is written; one that is again as the document has it is no longer touched. */
export function written(draft: FormDraft | undefined, live: Values, version: number, field: string, value: unknown): FormDraft | undefined {
  const was = draft ?? { mine: {}, base: live, seen: version };
  const mine: Record<string, unknown> = { ...was.mine, [field]: value };
  if (isSame(value, live[field]) && isSame(value, was.base[field])) delete mine[field];
  return Object.keys(mine).length === 0 ? undefined : { ...was, mine };
}

/** Touched fields that the document has otherwise than it had, and otherwise than they were written here. */
export function conflicts(draft: FormDraft | undefined, live: Values): Conflict[] {
  if (!draft) return [];
  return Object.entries(draft.mine)
    .filter(([field, mine]) => !isSame(live[field], draft.base[field]) && !isSame(live[field], mine))
    .map(([field, mine]) => ({ field, theirs: live[field], mine }));
}

/** The version that a save may name: where nothing is in conflict, the newest, since all of it is on the screen. */
export const versionSeen = (draft: FormDraft, live: Values, version: number): number =>
  conflicts(draft, live).length === 0 ? version : draft.seen;

/** The operator has seen theirs and stays with their own. */
export const keptMine = (draft: FormDraft, live: Values, version: number): FormDraft => ({ ...draft, base: live, seen: version });

/** The operator takes theirs for the fields in conflict. */
export function tookTheirs(draft: FormDraft, live: Values, version: number): FormDraft | undefined {
  const taken = new Set(conflicts(draft, live).map(({ field }) => field));
  const mine = Object.fromEntries(Object.entries(draft.mine).filter(([field]) => !taken.has(field)));
  return Object.keys(mine).length === 0 ? undefined : { mine, base: live, seen: version };
}
