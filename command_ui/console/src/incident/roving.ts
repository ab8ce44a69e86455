/** Lists of a handful of rows that are one tab stop: arrows, Home and End move, and the row says what happens. */
import { type KeyboardEvent, useCallback, useRef, useState } from 'react';

export interface Roving {
  /** Given to the container. */
  ref: React.RefObject<HTMLElement | null>;
  index: number;
  setIndex: (index: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  /** Given to each row; `data-roving` finds it. */
  row: (index: number) => { tabIndex: number; 'data-roving': number; onFocus: () => void };
}

export function moved(key: string, index: number, count: number): number | null {
  if (count === 0) return null;
  if (key === 'ArrowDown') return Math.min(count - 1, index + 1);
  if (key === 'ArrowUp') return Math.max(0, index - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return null;
}

export function useRoving(count: number): Roving {
  const ref = useRef<HTMLElement>(null);
  const [wanted, setIndex] = useState(0);
  const index = Math.min(wanted, Math.max(0, count - 1));
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      // A field or a button inside a row keeps its own arrows.
      if (!(event.target instanceof HTMLElement) || event.target.dataset.roving === undefined) return;
      const next = moved(event.key, index, count);
      if (next === null || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      setIndex(next);
      ref.current?.querySelector<HTMLElement>(`[data-roving='${next}']`)?.focus();
    },
    [index, count],
  );
  const row = (position: number) => ({
    tabIndex: position === index ? 0 : -1,
    'data-roving': position,
    onFocus: () => setIndex(position),
  });
  return { ref, index, setIndex, onKeyDown, row };
}
