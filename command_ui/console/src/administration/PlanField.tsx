/** What an incident type needs: capabilities by response level, a number in each cell. The arrows walk the table, digits write. */

import { type KeyboardEvent, useRef } from 'react';
import { useL } from '../i18n';
import type { Field, Plan } from './fields';

const LEVELS = ['I', 'II', 'III', 'IV'] as const;
// As the server: more units of one kind than that are not sent by a plan.
const COUNT_MAX = 100;

interface PlanProps {
  field: Extract<Field, { kind: 'plan' }>;
  value: Plan;
  isLocked: boolean;
  onWrite: (value: Plan) => void;
}

export function PlanField({ field, value, isLocked, onWrite }: PlanProps) {
  const L = useL();
  const table = useRef<HTMLTableElement>(null);
  const known = field.capabilities();
  const rows = [
    ...known,
    ...Object.keys(value)
      .filter((code) => !known.some((one) => one.value === code))
      .map((code) => ({ value: code, zh: code, en: code })),
  ];
  const put = (capability: string, level: number, typed: string) => {
    const count = Math.min(COUNT_MAX, Number(typed.replace(/\D/g, '')) || 0);
    const counts = [...(value[capability] ?? [0, 0, 0, 0])];
    counts[level] = count;
    const next = { ...value, [capability]: counts };
    if (counts.every((one) => one === 0)) delete (next as Record<string, unknown>)[capability];
    // In the order of the rows, so that the same table is the same plan.
    onWrite(
      Object.fromEntries(
        rows
          .map(({ value: code }) => String(code))
          .filter((code) => code in next)
          .map((code) => [code, next[code] ?? []]),
      ),
    );
  };
  const onKeyDown = (event: KeyboardEvent, row: number, level: number) => {
    const by = { ArrowDown: [1, 0], ArrowUp: [-1, 0], Enter: [1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key];
    if (!by || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    const cell = table.current?.querySelector<HTMLInputElement>(`[data-cell="${row + (by[0] ?? 0)}/${level + (by[1] ?? 0)}"]`);
    cell?.focus();
    cell?.select();
  };
  if (rows.length === 0)
    return (
      <p className="dim">{L('还没有能力:先登记单位或能力。', 'There are no capabilities yet: register units or capabilities first.')}</p>
    );
  return (
    <table className="adm-plan" ref={table}>
      <thead>
        <tr>
          <th scope="col">{L('能力', 'Capability')}</th>
          {LEVELS.map((level) => (
            <th key={level} scope="col" className="r">
              {L(`${level}级`, `Level ${level}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((capability, row) => (
          <tr key={capability.value} data-used={value[capability.value] ? true : undefined}>
            <th scope="row">{L.of(capability)}</th>
            {LEVELS.map((level, at) => (
              <td key={level}>
                <input
                  className="num r"
                  data-cell={`${row}/${at}`}
                  inputMode="numeric"
                  disabled={isLocked}
                  aria-label={L(`${capability.zh} ${level}级`, `${capability.en}, level ${level}`)}
                  value={value[capability.value]?.[at] || ''}
                  placeholder="·"
                  onChange={(event) => put(String(capability.value), at, event.target.value)}
                  onKeyDown={(event) => onKeyDown(event, row, at)}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
