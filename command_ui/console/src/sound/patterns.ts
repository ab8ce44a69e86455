/** What rings, and when: three patterns that differ in rhythm, not only in pitch. Pure. */

export interface Tone {
  /** Between 150 and 1,000 Hz, so that older ears hear it over speech (IEC 60601-1-8 and NUREG-0700 both ask for this band). */
  frequency_hz: number;
  start_s: number;
  duration_s: number;
}

const tone = (frequency_hz: number, start_s: number, duration_s: number): Tone => ({ frequency_hz, start_s, duration_s });

/** By priority. 1: three rising and two more, twice. 2: three level. 3: one falling pair. */
export const PATTERNS: Readonly<Record<1 | 2 | 3, readonly Tone[]>> = {
  1: [0, 1.3].flatMap((at) => [
    tone(523, at, 0.13),
    tone(659, at + 0.18, 0.13),
    tone(784, at + 0.36, 0.13),
    tone(784, at + 0.66, 0.13),
    tone(988, at + 0.84, 0.18),
  ]),
  2: [tone(659, 0, 0.16), tone(659, 0.26, 0.16), tone(659, 0.52, 0.16)],
  3: [tone(523, 0, 0.18), tone(392, 0.24, 0.24)],
};

// The fundamental alone is lost in a loudspeaker of a console; its harmonics carry it.
export const HARMONICS: readonly (readonly [multiple: number, part: number])[] = [
  [1, 0.5],
  [2, 0.25],
  [3, 0.15],
  [4, 0.1],
];

/** An alarm of the highest priority that nobody acknowledged rings again after so long. */
export const AGAIN_MS = 30_000;

export interface Ringing {
  /** What waits for an acknowledgement, with when it last rang. */
  rung_ms: ReadonlyMap<string, number>;
}

/** Which pattern to play now: the gravest of what is new, or of what rang too long ago. `null`: silence. */
export function due(
  waiting: ReadonlyMap<string, 1 | 2 | 3>,
  { rung_ms }: Ringing,
  now_ms: number,
): { priority: 1 | 2 | 3 | null; rung_ms: Map<string, number> } {
  const next = new Map<string, number>();
  let priority: 1 | 2 | 3 | null = null;
  for (const [id, of] of waiting) {
    const rang_ms = rung_ms.get(id);
    const isDue = rang_ms === undefined || (of === 1 && now_ms - rang_ms >= AGAIN_MS);
    next.set(id, isDue ? now_ms : rang_ms);
    if (isDue && (priority === null || of < priority)) priority = of;
  }
  return { priority, rung_ms: next };
}
