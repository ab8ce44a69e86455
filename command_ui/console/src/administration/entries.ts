/** What a section's table has: rows made of live documents, and the commands that a saved form becomes. */

import type { Name } from '../names';
import type { Field, Line, Plan, Values } from './fields';

export type SectionId =
  | 'accounts'
  | 'agencies'
  | 'stations'
  | 'units'
  | 'capabilities'
  | 'districts'
  | 'types'
  | 'plans'
  | 'timers'
  | 'aliases'
  | 'colours'
  | 'codes';

export interface Entry {
  /** Its code: account, call sign, agency's code … */
  id: string;
  title: Name;
  version: number;
  /** Retired, or a disabled account. */
  isOff: boolean;
  values: Values;
  /** Sub-documents with versions of their own: the plans of an incident type by level. */
  versions?: Readonly<Record<string, number>>;
}

export interface TableColumn extends Name {
  field: string;
  /** As CSS grid has it. */
  width: string;
  isNumber?: boolean;
}

export type Sent = readonly [name: string, body: object];

export interface Section extends Name {
  id: SectionId;
  key: string;
  /** What one row is called: 新增账号. */
  one: Name;
  /** As `/api/catalogue/{kind}/…` and `retire_entry` have it. */
  kind: string;
  columns: readonly TableColumn[];
  fields: readonly Field[];
  entries: () => Entry[];
  /** The commands of a form; `seen` is the version that it names. `was` null: a new one. */
  save: (id: string, values: Values, seen: number, was: Entry | null) => Sent[];
  /** Whether rows are added and retired; settings are only set. */
  canAdd: boolean;
  canRetire: boolean;
  canImport?: boolean;
  templates?: 'timers' | 'status_codes';
  hasFile?: boolean;
  /** The things whose past is shown: one, or a plan for each level. */
  pasts: (entry: Entry) => readonly (readonly [kind: string, code: string])[];
  help?: Name;
}

export const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value).trim());
export const list = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);
export const lines = (value: unknown): readonly Line[] => (Array.isArray(value) ? (value as Line[]) : []);
export const planOf = (value: unknown): Plan => (typeof value === 'object' && value !== null ? (value as Plan) : {});
