/**
 * Rows from a spreadsheet: pasted (tabs) or from a file (commas, semicolons), with quoted cells. The first row names the columns, in either
 * language. Each row is taken or is named with what is wrong; a bad one never costs the good ones. Pure.
 */

import type { Name } from '../names';
import { type Field, fault } from './fields';

// 10,000 units are the largest fleet that is spoken of; a longer list is another list.
export const IMPORT_ROWS_MAX = 10_000;

export interface Imported {
  /** Its row in the source, the heading being 1. */
  row: number;
  values: Readonly<Record<string, unknown>>;
  /** Why it cannot be taken. */
  wrong: Name | null;
}

export interface Read {
  rows: Imported[];
  /** Why nothing could be read. */
  wrong: Name | null;
  /** Headings that mean nothing here. */
  strange: string[];
}

/** Cells by row. Quotes may hold separators, line breaks and doubled quotes. */
export function cells(text: string): string[][] {
  const head = text.slice(0, text.search(/\r?\n|$/));
  const separator = ['\t', ';', ','].find((one) => head.includes(one)) ?? ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    row.push(cell.trim());
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (row.some((one) => one !== '')) rows.push(row);
    row = [];
  };
  // A file from a spreadsheet may begin with a byte order mark.
  const plain = text.replace(/^\uFEFF/, '');
  for (let at = 0; at < plain.length; at += 1) {
    const letter = plain[at] ?? '';
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (plain[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (letter === '"' && cell.trim() === '') {
      isQuoted = true;
      cell = '';
    } else if (letter === separator) endCell();
    else if (letter === '\n') endRow();
    else if (letter !== '\r') cell += letter;
  }
  endRow();
  return rows;
}

const plainly = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_()-]+/g, '');

export function read(text: string, fields: readonly Field[]): Read {
  const [headings, ...body] = cells(text);
  const none = (zh: string, en: string): Read => ({ rows: [], wrong: { zh, en }, strange: [] });
  if (!headings) return none('没有内容。', 'There is nothing.');
  if (body.length > IMPORT_ROWS_MAX) {
    return none(`有 ${body.length} 行:一次最多 ${IMPORT_ROWS_MAX} 行。`, `${body.length} rows: at most ${IMPORT_ROWS_MAX} at once.`);
  }
  const columns = headings.map((heading) =>
    fields.find((field) => [field.name, field.zh, field.en].some((name) => plainly(name) === plainly(heading))),
  );
  const strange = headings.filter((heading, index) => heading !== '' && !columns[index]);
  const missing = fields.filter((field) => field.isRequired && !columns.includes(field));
  if (missing.length > 0) {
    return {
      rows: [],
      strange,
      wrong: {
        zh: `第一行缺少列:${missing.map((field) => field.zh).join('、')}。`,
        en: `The first row lacks: ${missing.map((field) => field.en).join(', ')}.`,
      },
    };
  }
  const seen = new Map<string, number>();
  const rows = body.map((row, index): Imported => {
    const values: Record<string, unknown> = {};
    let wrong: Name | null = null;
    for (const [place, field] of columns.entries()) {
      if (!field) continue;
      const { value, no } = cellValue(field, row[place] ?? '');
      values[field.name] = value;
      wrong ??= no ?? fault(field, value);
    }
    const key = String(values[fields.find((field) => field.isKey)?.name ?? ''] ?? '');
    const first = seen.get(key);
    if (first !== undefined) wrong ??= { zh: `与第 ${first} 行重复:${key}。`, en: `The same as row ${first}: ${key}.` };
    else seen.set(key, index + 2);
    return { row: index + 2, values, wrong };
  });
  return { rows, wrong: null, strange };
}

function cellValue(field: Field, text: string): { value: unknown; no?: Name } {
  if (field.kind === 'choice') {
    if (text === '') return { value: '' };
    const found = choiceOf(field.choices(), text);
    return found === undefined ? { value: text, no: unknown(field, text) } : { value: found };
  }
  if (field.kind === 'many') {
    const wanted = text.split(/[/、|+\s]+/).filter(Boolean);
    const found = wanted.map((one) => choiceOf(field.choices(), one));
    const strange = wanted.find((_, index) => found[index] === undefined);
    return strange === undefined ? { value: found } : { value: wanted, no: unknown(field, strange) };
  }
  return { value: text };
}

function choiceOf(choices: readonly { value: string | number; zh: string; en: string }[], text: string): string | number | undefined {
  return choices.find(({ value, zh, en }) => [String(value), zh, en].some((name) => plainly(name) === plainly(text)))?.value;
}

const unknown = (field: Field, text: string): Name => ({
  zh: `没有这个${field.zh}:${text}。`,
  en: `There is no ${field.en.toLowerCase()} ${text}.`,
});
