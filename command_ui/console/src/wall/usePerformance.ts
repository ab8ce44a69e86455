/**
 * The response times and the rate of alarms, asked for again and again: percentiles are no view that could be followed. In the time machine
 * those of the moment that is shown.
 */

import { useEffect, useState } from 'react';
import { get } from '../api';
import type { AlarmRate, Verdict } from '../documents';
import { useAsking } from '../statistics/asking';

export interface Performance {
  at: string;
  shift_h: number;
  hour: Verdict[];
  shift: Verdict[];
  alarms: AlarmRate;
}

// A percentile of an hour moves slowly; the server keeps an answer for ten seconds.
const ASK_MS = 15_000;

const PATH = '/api/performance';

/** The newest answer; `isOld` while the server does not give another. Null before the first. */
export function usePerformance(): { found: Performance | null; isOld: boolean } {
  const [held, setHeld] = useState<{ found: Performance | null; isOld: boolean }>({ found: null, isOld: false });
  const [{ at_ms, clock }] = useAsking();
  const isThen = clock !== null;
  const path = isThen ? `${PATH}?${new URLSearchParams({ as_of: new Date(at_ms).toISOString(), clock })}` : PATH;
  // What is held is of the present, and the wall shows the past, or the other way round.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only entering and leaving make it old
  useEffect(() => setHeld((before) => ({ ...before, isOld: before.found !== null })), [isThen]);
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const found = await get<Performance>(path, gone.signal);
        setHeld({ found, isOld: false });
      } catch {
        // The last answer stays and says of when it is; the link's band says why.
        if (!gone.signal.aborted) setHeld((before) => ({ ...before, isOld: true }));
      }
      if (!gone.signal.aborted && !isThen) timer = setTimeout(ask, ASK_MS);
    };
    void ask();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [path, isThen]);
  return held;
}
