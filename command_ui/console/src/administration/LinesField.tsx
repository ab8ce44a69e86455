/**
 * A field of several lines: questions, targets, words, colours, codes. Enter in the last line begins another; Alt and the arrows move a line
 * where the order says something; Alt and Delete takes it out.
 */

import { type KeyboardEvent, useRef } from 'react';
import { Button } from 'react-aria-components';
import { useL } from '../i18n';
import { Key } from '../parts/Marks';
import { chosen } from './FormField';
import { type Column, type Field, type Line, withChosen } from './fields';

interface LinesProps {
  field: Extract<Field, { kind: 'lines' }>;
  value: readonly Line[];
  isLocked: boolean;
  wrongAt?: string;
  onWrite: (value: readonly Line[]) => void;
}

const WIDTHS = { number: '84px', choice: 'minmax(72px, 1fr)', colour: 'minmax(100px, 1fr)', text: 'minmax(80px, 1fr)' } as const;

export function LinesField({ field, value, isLocked, wrongAt, onWrite }: LinesProps) {
  const L = useL();
  const box = useRef<HTMLDivElement>(null);
  const template = `24px ${field.columns.map((column) => (column.kind === 'text' && column.isWide ? 'minmax(100px, 2fr)' : WIDTHS[column.kind])).join(' ')} 28px`;
  const focusOn = (line: number, column = 0) =>
    requestAnimationFrame(() => box.current?.querySelectorAll<HTMLElement>(`[data-line="${line}"] :is(input, select)`)[column]?.focus());
  const put = (at: number, name: string, next: string | number) =>
    onWrite(value.map((line, index) => (index === at ? { ...line, [name]: next } : line)));
  const add = () => {
    if (value.length >= field.max) return;
    onWrite([...value, field.fresh]);
    focusOn(value.length);
  };
  const remove = (at: number) => {
    onWrite(value.filter((_, index) => index !== at));
    if (value.length > 1) focusOn(Math.min(at, value.length - 2));
    else requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('.adm-add')?.focus());
  };
  const move = (at: number, by: -1 | 1) => {
    const to = at + by;
    if (to < 0 || to >= value.length) return;
    const next = [...value];
    const [line] = next.splice(at, 1);
    if (line) next.splice(to, 0, line);
    onWrite(next);
    focusOn(to);
  };
  const onKeyDown = (event: KeyboardEvent, at: number) => {
    if (event.nativeEvent.isComposing) return;
    if (event.altKey && event.key === 'Delete') remove(at);
    else if (event.altKey && field.isOrdered && (event.key === 'ArrowUp' || event.key === 'ArrowDown'))
      move(at, event.key === 'ArrowUp' ? -1 : 1);
    else if (event.key === 'Enter' && !event.ctrlKey && event.target instanceof HTMLInputElement) {
      if (at === value.length - 1) add();
      else focusOn(at + 1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="adm-lines" ref={box}>
      {value.length > 0 && (
        <div className="adm-line adm-line-h" style={{ gridTemplateColumns: template }} aria-hidden="true">
          <span />
          {field.columns.map((column) => (
            <span key={column.name} className={column.kind === 'number' ? 'r' : undefined}>
              {L.of(column)}
            </span>
          ))}
          <span />
        </div>
      )}
      {value.map((line, at) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the keys of a line mean the same in each of its fields
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place; two may be alike while they are written
          key={at}
          className="adm-line"
          data-line={at}
          data-wrong={wrongAt?.startsWith(`${field.name}.${at}`) || undefined}
          style={{ gridTemplateColumns: template }}
          onKeyDown={(event) => onKeyDown(event, at)}
        >
          <span className="num dim r">{at + 1}</span>
          {field.columns.map((column) => (
            <Cell
              key={column.name}
              column={column}
              line={line}
              at={at}
              isLocked={isLocked}
              onWrite={(next) => put(at, column.name, next)}
            />
          ))}
          <Button
            className="btn bare sq"
            isDisabled={isLocked}
            aria-label={L(`删去第 ${at + 1} 行`, `Remove line ${at + 1}`)}
            onPress={() => remove(at)}
          >
            ×
          </Button>
        </div>
      ))}
      {!isLocked && (
        <div className="adm-lines-f">
          <Button className="btn adm-add" onPress={add} isDisabled={value.length >= field.max}>
            {L('加一行', 'Add a line')} {value.length > 0 && <Key k="↵" />}
          </Button>
          {value.length > 0 && (
            <span className="hint">
              <Key k="Alt Del" /> {L('删去', 'remove')}
            </span>
          )}
          {value.length > 1 && field.isOrdered && (
            <span className="hint">
              <Key k="Alt ↑↓" /> {L('换序', 'order')}
            </span>
          )}
        </div>
      )}
    </div>
  );
}

interface CellProps {
  column: Column;
  line: Line;
  at: number;
  isLocked: boolean;
  onWrite: (value: string | number) => void;
}

function Cell({ column, line, at, isLocked, onWrite }: CellProps) {
  const L = useL();
  const value = line[column.name];
  const common = {
    disabled: isLocked,
    'aria-label': L(`第 ${at + 1} 行 ${column.zh}`, `Line ${at + 1}, ${column.en}`),
    'data-column': column.name,
  } as const;
  if (column.kind === 'choice') {
    const choices = withChosen(column.choices(), value);
    return (
      <select {...common} value={String(value ?? '')} onChange={(event) => onWrite(chosen(choices, event.target.value))}>
        {(value === '' || value === undefined) && <option value="">–</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={String(choice.value)}>
            {L.of(choice)}
          </option>
        ))}
      </select>
    );
  }
  if (column.kind === 'colour') {
    return (
      <span className="adm-colour" data-on={column.name}>
        <i aria-hidden="true" style={{ background: /^#[0-9a-f]{6}$/i.test(String(value)) ? String(value) : 'transparent' }} />
        <input
          {...common}
          value={String(value ?? '')}
          spellCheck={false}
          autoComplete="off"
          maxLength={7}
          onChange={(event) => onWrite(event.target.value)}
        />
      </span>
    );
  }
  return (
    <input
      {...common}
      className={column.kind === 'number' ? 'num r' : undefined}
      inputMode={column.kind === 'number' ? 'numeric' : undefined}
      value={String(value ?? '')}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) =>
        onWrite(column.kind === 'number' && /^\d+$/.test(event.target.value) ? Number(event.target.value) : event.target.value)
      }
    />
  );
}
