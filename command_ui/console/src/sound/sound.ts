/** The sound of one operator: played by one of their windows only, and said to be off until a browser lets it play. */

import { useSyncExternalStore } from 'react';
import { isUnacknowledged } from '../alarms/order';
import { onSecond } from '../live/clock';
import { documents, liveDocuments, onChange } from '../live/store';
import { settings } from '../settings';
import { due, HARMONICS, PATTERNS } from './patterns';

let context: AudioContext | null = null;
// Where windows cannot agree (no lock manager), each of them rings: twice is better than not at all.
let isMine = typeof navigator === 'undefined' || !('locks' in navigator);
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of [...listeners]) listener();
}

/** Whether this browser lets sound play. It does after the first key or click, and not after Escape or a moving pointer. */
export const useIsAudible = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => context?.state === 'running',
  );

function wake(): void {
  if (typeof AudioContext === 'undefined') return;
  if (!context) {
    context = new AudioContext();
    context.onstatechange = tell;
  }
  if (context.state !== 'running') void context.resume().then(tell, () => {});
}

export function play(priority: 1 | 2 | 3): void {
  if (context?.state !== 'running') return;
  const start_s = context.currentTime + 0.02;
  for (const { frequency_hz, start_s: after_s, duration_s } of PATTERNS[priority]) {
    for (const [multiple, part] of HARMONICS) {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      const at_s = start_s + after_s;
      oscillator.frequency.value = frequency_hz * multiple;
      // Soft edges: a tone that is cut clicks, and a click startles.
      gain.gain.setValueAtTime(0, at_s);
      gain.gain.linearRampToValueAtTime(part * 0.25, at_s + 0.015);
      gain.gain.setValueAtTime(part * 0.25, at_s + duration_s - 0.03);
      gain.gain.linearRampToValueAtTime(0, at_s + duration_s);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(at_s);
      oscillator.stop(at_s + duration_s + 0.02);
    }
  }
}

/** What waits for somebody now, whatever time is shown: unacknowledged alarms, incidents that nobody was sent to, calls that nobody worked off. A waiting incident rings once. */
function waiting(): Map<string, 1 | 2 | 3> {
  const found = new Map<string, 1 | 2 | 3>();
  for (const alarm of liveDocuments('alarm_board').values()) if (isUnacknowledged(alarm)) found.set(`alarm:${alarm.alarm}`, alarm.priority);
  for (const { number, priority, phase } of liveDocuments('incident_board').values()) {
    if (phase === 'pending' && priority <= 3) found.set(`incident:${number}`, priority === 1 ? 1 : priority === 2 ? 2 : 3);
  }
  for (const { call, state } of documents('call_board').values()) if (state === 'taken') found.set(`call:${call}`, 3);
  return found;
}

/** Rings for what comes from now on; what stood there at the start is silent. Returns how to stop. */
export function ring(): () => void {
  let rung_ms: ReadonlyMap<string, number> | null = null;
  const look = () => {
    const now_ms = Date.now();
    const next = due(waiting(), { rung_ms: rung_ms ?? new Map() }, now_ms);
    const isFirst = rung_ms === null;
    rung_ms = next.rung_ms;
    if (next.priority !== null && !isFirst && isMine && settings().sound) play(next.priority);
  };
  const stops = [
    onChange('alarm_board', () => rung_ms !== null && look()),
    onChange('incident_board', () => rung_ms !== null && look()),
    onChange('call_board', () => rung_ms !== null && look()),
    // The first second of documents is the picture at the start, and no news.
    onSecond(() => {
      if (rung_ms !== null || documents('catalogue').size > 0) look();
    }),
  ];
  const release = new AbortController();
  if (!isMine) {
    navigator.locks
      .request('drumtower.sound', { signal: release.signal }, () => {
        isMine = true;
        return new Promise(() => {});
      })
      .catch(() => {});
  }
  window.addEventListener('pointerdown', wake);
  window.addEventListener('keydown', wake);
  return () => {
    for (const stop of stops) stop();
    release.abort();
    window.removeEventListener('pointerdown', wake);
    window.removeEventListener('keydown', wake);
  };
}
