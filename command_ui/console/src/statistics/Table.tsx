/** A table of figures: the form in which every chart can be read, copied and heard. A column may carry a plain bar. */

import type { ReactNode } from 'react';
import { useL } from '../i18n';

export interface Column<Row> {
  name: string;
  of: (row: Row) => ReactNode;
  /** Text is read from the left, figures from the right. */
  isText?: boolean;
  /** The part of the column's width that a bar behind the figure fills, 0 to 1. */
  bar?: (row: Row) => number;
  /** Whether the figure misses its target. */
  isOver?: (row: Row) => boolean;
}

interface TableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>) {
  const L = useL();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reached by the keyboard.
    <section className="fig-table" aria-label={L(`${label}(表)`, `${label} (table)`)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ name, isText }) => (
              <th key={name} scope="col" data-text={isText || undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, of, isText, bar, isOver }) => (
                <td key={name} data-text={isText || undefined} data-bar={bar ? true : undefined} data-over={isOver?.(row) || undefined}>
                  {bar ? <i aria-hidden="true" style={{ width: `${Math.max(0, Math.min(1, bar(row))) * 100}%` }} /> : null}
                  <span>{of(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** One figure of the statistics: its name, what it is of, the chart and the table. */
export function Figure({ title, remark, area, children }: { title: string; remark?: ReactNode; area: string; children: ReactNode }) {
  return (
    <section className="panel fig" data-fig={area} aria-label={title}>
      <header className="p-head">
        <h2>{title}</h2>
        <span className="sp" />
        <span className="dim">{remark}</span>
      </header>
      <div className="fig-b">{children}</div>
    </section>
  );
}
