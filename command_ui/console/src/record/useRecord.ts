/** The record of one incident, asked for anew whenever its timeline changes. */

import { useEffect, useState } from 'react';
import { get } from '../api';
import type { IncidentRecord } from '../documents';
import { type Said, saidOf } from '../incident/RefusalLine';
import { subscribe, useDocument } from '../live/store';

interface Answer {
  record: IncidentRecord;
}

export interface Shown {
  record: IncidentRecord | null;
  /** Why there is none, or why it could not be read anew. */
  said: Said | null;
}

export function useRecord(number: string): Shown {
  const [shown, setShown] = useState<Shown & { number: string }>({ number, record: null, said: null });
  const timeline = useDocument('incident_timeline', number);
  useEffect(() => subscribe('incident_timeline', { keys: [number] }), [number]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a timeline that changed is what makes the record old
  useEffect(() => {
    if (!number) return;
    // A question that is overtaken by a change is given up; the view tells of changes at most ten times a second.
    const asking = new AbortController();
    get<Answer>(`/api/incidents/${encodeURIComponent(number)}/record`, asking.signal)
      .then(({ record }) => setShown({ number, record, said: null }))
      .catch((problem) => {
        if (asking.signal.aborted) return;
        setShown((before) => ({ number, record: before.number === number ? before.record : null, said: saidOf(problem) }));
      });
    return () => asking.abort();
  }, [number, timeline]);
  return shown.number === number ? shown : { record: null, said: null };
}
