/** The marks: shape and fill say what colour says too, so that the screen still reads in grey. */

import { memo, useEffect, useRef } from 'react';
import type { Priority, Status } from '../documents';
import { mmss, ms, now, onSecond, type Time } from '../live/clock';

/**
 * Priority: shape and fill step down together. 1 square, 2 diamond, 3 ring, 4 corner brackets, 5 bare digit.
 * Solid: it waits for a person. `isInHand`: dim fill with a coloured outline.
 */
export const PrioMark = memo(function PrioMark({ p, size = 18, isInHand = false }: { p: Priority; size?: number; isInHand?: boolean }) {
  return (
    <svg
      className={`pm pm${p}`}
      data-in-hand={isInHand || undefined}
      width={size}
      height={size}
      viewBox="0 0 18 18"
      role="img"
      aria-label={`P${p}`}
    >
      {p === 1 && <rect x="0.5" y="0.5" width="17" height="17" />}
      {p === 2 && <path d="M9 -0.6 18.6 9 9 18.6 -0.6 9Z" />}
      {p === 3 && <circle cx="9" cy="9" r="7.6" />}
      {p === 4 && <path d="M2 6V2H6M12 16H16V12" />}
      <text x="9" y="13.2" textAnchor="middle">
        {p}
      </text>
    </svg>
  );
});

/** Unit status: shape says the stage, from a bar (at rest) over triangles (moving) to a square (there). On a grid of 12. */
export const STATUS_PATHS: Record<Status, string> = {
  available: 'M1 5H9V7H1Z',
  dispatched: 'M2 1.5 10 6 2 10.5Z',
  acknowledged: 'M2 1.5 10 6 2 10.5Z',
  en_route: 'M1 1.5 5.5 6 1 10.5ZM6 1.5 10.5 6 6 10.5Z',
  on_scene: 'M1.5 1.5H10.5V10.5H1.5Z',
  transporting: 'M1.5 4.5H10.5V7.5H1.5ZM4.5 1.5H7.5V10.5H4.5Z',
  out_of_service: 'M2 2 10 10M10 2 2 10',
};

export const StatusMark = memo(function StatusMark({ s, stale = false, size = 12 }: { s: Status; stale?: boolean; size?: number }) {
  return (
    <svg className={`sm sm-${s}${stale ? ' sm-stale' : ''}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      <path d={STATUS_PATHS[s]} />
    </svg>
  );
});

/** An alarm: square, triangle, turned triangle by priority; filled while nobody has acknowledged it. */
export const AlarmMark = memo(function AlarmMark({ p, raised, size = 16 }: { p: 1 | 2 | 3; raised: boolean; size?: number }) {
  return (
    <svg className={`am am${p}${raised ? ' am-r' : ''}`} width={size} height={size} viewBox="0 0 16 16" role="img" aria-label={`A${p}`}>
      {p === 1 && <path d="M1 1H15V15H1Z" />}
      {p === 2 && <path d="M8 0.8 15.4 15H0.6Z" />}
      {p === 3 && <path d="M0.6 1H15.4L8 15.2Z" />}
      {p === 1 && <path className="am-x" d="M7 3.5H9V9H7ZM7 10.5H9V12.5H7Z" />}
      {p === 2 && <path className="am-x" d="M7.2 5.5H8.8V10H7.2ZM7.2 11.4H8.8V13H7.2Z" />}
    </svg>
  );
});

interface AgeProps {
  at: Time;
  /** Seconds after which it is over; from 80 % on it is near. */
  target?: number;
  cls?: string;
  /** Where the age stops: it counts no further. */
  upTo?: Time | null;
  mode?: 'mmss' | 'min' | 'left';
}

// From this part of the target on, a running time turns ochre.
const NEAR_PART = 0.8;

/** What an age says at one moment, and whether it is near its target or over it. */
export function ageText(
  seconds: number,
  target: number | undefined,
  mode: AgeProps['mode'],
): { text: string; state: '' | 'near' | 'over' } {
  if (mode === 'left') return { text: mmss(-seconds), state: '' };
  if (mode === 'min') {
    const minutes = Math.max(0, Math.floor(seconds / 60));
    return { text: minutes < 100 ? String(minutes) : `${Math.floor(minutes / 60)}h`, state: '' };
  }
  if (target !== undefined && seconds >= target) return { text: `+${mmss(seconds - target)}`, state: 'over' };
  return { text: mmss(seconds), state: target !== undefined && seconds >= target * NEAR_PART ? 'near' : '' };
}

/** A running time, written straight into the page once a second: a tick renders nothing. */
export const Age = memo(function Age({ at, target, cls, upTo, mode = 'mmss' }: AgeProps) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const at_ms = ms(at);
    const end_ms = upTo === null || upTo === undefined ? undefined : ms(upTo);
    const draw = (now_ms: number) => {
      const element = ref.current;
      if (!element || Number.isNaN(at_ms)) return;
      const { text, state } = ageText(((end_ms ?? now_ms) - at_ms) / 1000, target, mode);
      if (element.textContent !== text) element.textContent = text;
      if (element.dataset.t !== state) element.dataset.t = state;
    };
    draw(now());
    return onSecond(draw);
  }, [at, target, upTo, mode]);
  return <span ref={ref} className={`age ${cls ?? ''}`} />;
});

/** A key, shown where its act is. */
export const Key = ({ k }: { k: string }) => <kbd className="key">{k}</kbd>;
