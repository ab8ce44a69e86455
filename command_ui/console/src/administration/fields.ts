/**
 * What a form is made of: a description of each field, from which one component draws every form, checks what is typed, and tells a value in
 * words. The server decides what is right; what is said here is said sooner. Pure.
 */

import type { Speak } from '../i18n';
import type { Name } from '../names';

/** One line of a field of several: an alias, a target, a question. */
export type Line = Readonly<Record<string, string | number>>;
export type Values = Readonly<Record<string, unknown>>;

export interface Choice extends Name {
  value: string | number;
}

interface Described extends Name {
  name: string;
  help?: Name;
}

export type Column = Described &
  (
    | { kind: 'text'; max: number; isWide?: boolean }
    | { kind: 'number'; min: number; max: number }
    | { kind: 'choice'; choices: () => readonly Choice[] }
    | { kind: 'colour' }
  );

export type Field = Described & { isKey?: boolean; isRequired?: boolean } & (
    | { kind: 'text'; max: number; pattern?: RegExp; malformed?: Name }
    | { kind: 'choice'; choices: () => readonly Choice[] }
    | { kind: 'many'; choices: () => readonly Choice[]; none: Name }
    | { kind: 'place' }
    | { kind: 'lines'; columns: readonly Column[]; max: number; fresh: Line; isOrdered?: boolean }
    | { kind: 'plan'; capabilities: () => readonly Choice[] }
  );

/** Numbers of units by capability, for the response levels I to IV. */
export type Plan = Readonly<Record<string, readonly number[]>>;

/** An offered choice list with what is chosen already, which may be retired: it is shown and kept, not offered to others. */
export const withChosen = (choices: readonly Choice[], value: unknown): readonly Choice[] =>
  value === '' || value === null || value === undefined || choices.some((choice) => choice.value === value)
    ? choices
    : [...choices, { value: value as string, zh: `${String(value)}(已停用)`, en: `${String(value)} (retired)` }];

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? '') === JSON.stringify(b ?? '');

/** What speaks against a value, or null. */
export function fault(field: Field, value: unknown): Name | null {
  const label = field;
  const isEmpty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (field.isRequired && isEmpty) return { zh: `请填写「${label.zh}」。`, en: `“${label.en}” is needed.` };
  if (isEmpty) return null;
  if (field.kind === 'text') {
    const text = String(value);
    if (text.length > field.max) {
      return { zh: `「${label.zh}」最多 ${field.max} 个字。`, en: `“${label.en}” takes at most ${field.max} characters.` };
    }
    if (field.pattern && !field.pattern.test(text))
      return field.malformed ?? { zh: `「${label.zh}」格式不对。`, en: `“${label.en}” is malformed.` };
  }
  if (field.kind === 'place') {
    return pointOf(String(value))
      ? null
      : { zh: '位置请写「经度, 纬度」,例如 117.2000, 39.1200。', en: 'Write a place as “longitude, latitude”, such as 117.2000, 39.1200.' };
  }
  if (field.kind === 'lines') return linesFault(field.columns, value as readonly Line[]);
  return null;
}

function linesFault(columns: readonly Column[], lines: readonly Line[]): Name | null {
  for (const [index, line] of lines.entries()) {
    for (const column of columns) {
      const value = line[column.name];
      const where = { zh: `第 ${index + 1} 行「${column.zh}」`, en: `Line ${index + 1}, “${column.en}”` };
      if (column.kind === 'number' && !(Number.isInteger(Number(value)) && Number(value) >= column.min && Number(value) <= column.max)) {
        return {
          zh: `${where.zh}应是 ${column.min} 至 ${column.max} 的整数。`,
          en: `${where.en}: a whole number from ${column.min} to ${column.max}.`,
        };
      }
      if (column.kind === 'text' && String(value ?? '').length > column.max) {
        return { zh: `${where.zh}最多 ${column.max} 个字。`, en: `${where.en}: at most ${column.max} characters.` };
      }
      if (column.kind === 'colour' && !/^#[0-9a-f]{6}$/i.test(String(value ?? ''))) {
        return { zh: `${where.zh}应写作 #7fb2d9 的样子。`, en: `${where.en}: write it as #7fb2d9.` };
      }
    }
  }
  return null;
}

/** `117.2, 39.12` as a point; null where it is none. Longitude first, as everywhere. */
export function pointOf(text: string): { lon: number; lat: number } | null {
  const [lon, lat, more] = text
    .normalize('NFKC')
    .split(/[,\s]+/)
    .filter(Boolean)
    .map(Number);
  if (lon === undefined || lat === undefined || more !== undefined) return null;
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
}

export const placeText = (lon: number | null | undefined, lat: number | null | undefined): string =>
  typeof lon === 'number' && typeof lat === 'number' ? `${lon.toFixed(5)}, ${lat.toFixed(5)}` : '';

/** A value in words, for a table, a history or a conflict. */
export function told(field: Field | undefined, value: unknown, L: Speak): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? L('是', 'yes') : L('否', 'no');
  if (!field) return plainly(value);
  switch (field.kind) {
    case 'choice':
      return named(field.choices(), value, L);
    case 'many': {
      const codes = value as readonly string[];
      return codes.length === 0 ? L.of(field.none) : codes.map((code) => named(field.choices(), code, L)).join(L('、', ', '));
    }
    case 'lines':
      return (value as readonly Line[]).map((line) => lineTold(field.columns, line, L)).join(L(';', '; ')) || '–';
    case 'plan':
      return plainly(value);
    case 'place': {
      const point = value as { lon?: number; lat?: number };
      return typeof value === 'string' ? value : placeText(point.lon, point.lat);
    }
    default:
      return String(value);
  }
}

function lineTold(columns: readonly Column[], line: Line, L: Speak): string {
  // A template's or a fact's line may carry its name in both languages.
  const flat = flatLine(line);
  return columns
    .map((column) => (column.kind === 'choice' ? named(column.choices(), flat[column.name], L) : String(flat[column.name] ?? '')))
    .filter(Boolean)
    .join(' ');
}

/** `{name: {zh, en}}` of a fact as the `zh` and `en` of a form. */
export function flatLine(line: Readonly<Record<string, unknown>>): Line {
  const { name, ...rest } = line;
  const both = typeof name === 'object' && name !== null ? (name as Name) : {};
  return { ...both, ...rest } as Line;
}

function named(choices: readonly Choice[], value: unknown, L: Speak): string {
  const found = choices.find((choice) => choice.value === value);
  return found ? L.of(found) : String(value ?? '');
}

function plainly(value: unknown): string {
  if (Array.isArray(value)) return value.map(plainly).join(', ') || '–';
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, one]) => `${name} ${plainly(one)}`)
      .join(' ');
  }
  return String(value);
}
