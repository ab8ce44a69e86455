/** The span of the bar: how many incidents were opened when, the marks of the time, and the cursor, which is dragged or moved by the arrows. */

import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useL } from '../i18n';
import { day, hms, zoneName } from '../live/clock';
import { goTo } from './machine';
import { askDensity } from './questions';
import { momentAt, partOf, type Range, ticksOf } from './range';

const BINS = 240;
const TICKS_MAX = 12;
// A span that reaches up to now fills while it is looked at.
const REFRESH_MS = 60_000;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Bars as one path on a grid of bins by counts. */
function pathOf(heights: readonly number[], floors: readonly number[]): string {
  return heights.map((height, bin) => (height > 0 ? `M${bin} ${floors[bin] ?? 0}h0.85v${height}h-0.85z` : '')).join('');
}

export function Density({ range, at_ms }: { range: Range; at_ms: number }) {
  const L = useL();
  const { since_ms, until_ms } = range;
  const [bins, setBins] = useState<number[][]>([]);
  const [dragged_ms, setDragged] = useState<number | null>(null);
  const track = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const asking = new AbortController();
    const ask = () =>
      void askDensity({ since_ms, until_ms }, BINS, asking.signal)
        .then((answer) => setBins(answer.bins))
        .catch(() => {});
    ask();
    const timer = setInterval(ask, REFRESH_MS);
    return () => {
      asking.abort();
      clearInterval(timer);
    };
  }, [since_ms, until_ms]);
  const ticks = useMemo(() => ticksOf({ since_ms, until_ms }, zoneName(), TICKS_MAX), [since_ms, until_ms]);
  const urgent = bins.map(([first = 0, second = 0]) => first + second);
  const others = bins.map(([, , third = 0, fourth = 0, fifth = 0]) => third + fourth + fifth);
  const most = Math.max(1, ...urgent.map((count, bin) => count + (others[bin] ?? 0)));
  const total = urgent.reduce((sum, count) => sum + count, 0) + others.reduce((sum, count) => sum + count, 0);
  const shown_ms = dragged_ms ?? at_ms;
  const percent = `${Math.min(100, Math.max(0, partOf(range, shown_ms) * 100))}%`;

  const under = (event: PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    return box ? momentAt(range, (event.clientX - box.left) / box.width) : at_ms;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step_ms = event.shiftKey ? HOUR_MS : event.ctrlKey || event.metaKey ? SECOND_MS : MINUTE_MS;
    const wish: Record<string, number> = {
      ArrowLeft: at_ms - step_ms,
      ArrowDown: at_ms - step_ms,
      ArrowRight: at_ms + step_ms,
      ArrowUp: at_ms + step_ms,
      PageDown: at_ms - HOUR_MS,
      PageUp: at_ms + HOUR_MS,
      Home: since_ms,
      End: until_ms,
    };
    const next = wish[event.key];
    if (next === undefined || event.altKey) return;
    event.preventDefault();
    goTo(next);
  };
  return (
    <div className="tm-track" ref={track}>
      <div
        className="tm-slide"
        role="slider"
        tabIndex={0}
        data-pane="time"
        aria-label={L('时刻', 'Moment')}
        aria-valuemin={Math.round(since_ms / SECOND_MS)}
        aria-valuemax={Math.round(until_ms / SECOND_MS)}
        aria-valuenow={Math.round(shown_ms / SECOND_MS)}
        aria-valuetext={`${day(shown_ms)} ${hms(shown_ms)}`}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragged(under(event));
        }}
        onPointerMove={(event) => dragged_ms !== null && setDragged(under(event))}
        onPointerUp={() => {
          if (dragged_ms !== null) goTo(dragged_ms);
          setDragged(null);
        }}
        onPointerCancel={() => setDragged(null)}
      >
        <svg className="tm-bars" viewBox={`0 0 ${BINS} ${most}`} preserveAspectRatio="none" aria-hidden="true">
          <g transform={`matrix(1 0 0 -1 0 ${most})`}>
            <path className="tm-others" d={pathOf(others, urgent)} />
            <path className="tm-urgent" d={pathOf(urgent, [])} />
          </g>
        </svg>
        <span className="tm-cursor" style={{ left: percent }}>
          <i>{dragged_ms === null ? '' : hms(dragged_ms)}</i>
        </span>
      </div>
      <div className="tm-axis num" aria-hidden="true">
        {ticks.map(({ at_ms: tick_ms, text, isDay }) => (
          <span key={tick_ms} data-day={isDay || undefined} style={{ left: `${partOf(range, tick_ms) * 100}%` }}>
            {text}
          </span>
        ))}
      </div>
      <span className="tm-total">{L(`立案 ${total},每格最多 ${most}`, `${total} opened, at most ${most} a bar`)}</span>
    </div>
  );
}
