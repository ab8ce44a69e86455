/** The response times and the rate of alarms, asked for again and again: percentiles are no view that could be followed. */

import { useEffect, useState } from 'react';
import { get } from '../api';
import type { AlarmRate, Verdict } from '../documents';

export interface Performance {
  at: string;
  shift_h: number;
  hour: Verdict[];
  shift: Verdict[];
  alarms: AlarmRate;
}

// A percentile of an hour moves slowly; the server keeps an answer for ten seconds.
const ASK_MS = 15_000;

/** The newest answer; `isOld` while the server does not give another. Null before the first. */
export function usePerformance(): { found: Performance | null; isOld: boolean } {
  const [held, setHeld] = useState<{ found: Performance | null; isOld: boolean }>({ found: null, isOld: false });
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const found = await get<Performance>('/api/performance', gone.signal);
        setHeld({ found, isOld: false });
      } catch {
        // The last answer stays and says of when it is; the link's band says why.
        if (!gone.signal.aborted) setHeld((before) => ({ ...before, isOld: true }));
      }
      if (!gone.signal.aborted) timer = setTimeout(ask, ASK_MS);
    };
    void ask();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, []);
  return held;
}
