/**
 * A long list of which only what is seen is in the page. One tab stop; the arrows move the active row. The active row always stays in the
 * page, so that a screen reader never points at a row that is gone, and it keeps its place on the screen when rows come and go around it.
 */

import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type RowPlace, scrollTo, step, topsOf, visible } from './rows';

// Rows drawn beyond both edges, so that a fast wheel meets no empty ground.
const SPARE_ROWS = 6;

interface Props {
  label: string;
  pane: string;
  rows: readonly RowPlace[];
  active: string | null;
  onActive: (id: string) => void;
  /** Enter, or a double click. */
  onAct: (id: string) => void;
  /** Called when the arrows leave the list at its top. */
  onBefore?: () => void;
  render: (id: string) => ReactNode;
  rowLabel: (id: string) => string;
  empty: ReactNode;
}

export function RowList({ label, pane, rows, active, onActive, onAct, onBefore, render, rowLabel, empty }: Props) {
  const prefix = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scroll_px: 0, window_px: 800 });
  const tops = useMemo(() => topsOf(rows), [rows]);
  const activeIndex = useMemo(() => rows.findIndex((row) => row.id === active && !row.isLine), [rows, active]);
  const total_px = tops.at(-1) ?? 0;

  const look = useCallback(() => {
    const element = scroller.current;
    if (element) setView({ scroll_px: element.scrollTop, window_px: element.clientHeight });
  }, []);
  // The scroller comes and goes with the rows: an empty list has none.
  const hold = useCallback(
    (element: HTMLDivElement | null) => {
      scroller.current = element;
      if (!element) return;
      look();
      const observer = new ResizeObserver(look);
      observer.observe(element);
      return () => {
        observer.disconnect();
        scroller.current = null;
      };
    },
    [look],
  );

  // Rows came or went above the active one: the page scrolls by as much, so that it does not move under the eye.
  const before = useRef({ tops, rows, index: activeIndex, active });
  useLayoutEffect(() => {
    const element = scroller.current;
    const was = before.current;
    before.current = { tops, rows, index: activeIndex, active };
    if (!element || activeIndex < 0 || was.active !== active || was.index < 0 || was.rows === rows) return;
    const top_before = was.tops[was.index] ?? 0;
    const isSeen = top_before >= element.scrollTop - 1 && top_before < element.scrollTop + element.clientHeight;
    if (isSeen && element.scrollTop > 0) element.scrollTop += (tops[activeIndex] ?? 0) - top_before;
  }, [tops, rows, activeIndex, active]);

  // The selection went to another row, by key or from elsewhere: it is brought into view.
  const shown = useRef(active);
  useEffect(() => {
    const element = scroller.current;
    if (!element || activeIndex < 0 || shown.current === active) return;
    shown.current = active;
    element.scrollTop = scrollTo(tops, rows, activeIndex, element.scrollTop, element.clientHeight);
  }, [active, activeIndex, tops, rows]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.nativeEvent.isComposing) return;
    const page = Math.max(1, Math.floor(view.window_px / (rows.find((row) => !row.isLine)?.height_px ?? 28)) - 1);
    const moves: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    };
    const by = moves[event.key];
    if (by !== undefined) {
      event.preventDefault();
      const start = activeIndex < 0 && by < 0 ? rows.length : activeIndex;
      const next = step(rows, start, by);
      if (next === activeIndex && event.key === 'ArrowUp') onBefore?.();
      const row = rows[next];
      if (row && next !== activeIndex) onActive(row.id);
      // The wheel may have taken it out of sight: the key that would go there at least shows it.
      else if (scroller.current && activeIndex >= 0)
        scroller.current.scrollTop = scrollTo(tops, rows, activeIndex, scroller.current.scrollTop, scroller.current.clientHeight);
    } else if (event.key === 'Enter' && active !== null && activeIndex >= 0) {
      event.preventDefault();
      // A key that is held down acts once.
      if (!event.repeat) onAct(active);
    }
  };

  const [first, last] = visible(tops, view.scroll_px, view.window_px, SPARE_ROWS);
  const drawn: number[] = [];
  for (let index = first; index < last; index += 1) drawn.push(index);
  if (activeIndex >= 0 && (activeIndex < first || activeIndex >= last)) drawn.push(activeIndex);
  const count = useMemo(() => rows.reduce((sum, row) => sum + (row.isLine ? 0 : 1), 0), [rows]);
  if (count === 0) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: no field set: a list that has nothing to choose from
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the key of an empty list still finds it, and says that it is empty
      <div className="list" data-pane={pane} role="group" aria-label={label} tabIndex={0}>
        {empty}
      </div>
    );
  }
  return (
    <div
      ref={hold}
      className="list"
      data-pane={pane}
      role="listbox"
      aria-label={label}
      aria-activedescendant={activeIndex >= 0 ? `${prefix}${active}` : undefined}
      tabIndex={0}
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      <div className="list-all" role="presentation" style={{ height: total_px }}>
        {drawn.map((index) => {
          const row = rows[index];
          if (!row) return null;
          const place = { top: tops[index], height: row.height_px };
          if (row.isLine) {
            return (
              <div key={row.id} className="line" style={place} aria-hidden="true">
                {render(row.id)}
              </div>
            );
          }
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the list's
            // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and points at its active row
            <div
              key={row.id}
              id={`${prefix}${row.id}`}
              className="row"
              role="option"
              aria-selected={row.id === active}
              aria-label={rowLabel(row.id)}
              data-id={row.id}
              style={place}
              onClick={() => onActive(row.id)}
              onDoubleClick={() => onAct(row.id)}
            >
              {render(row.id)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
