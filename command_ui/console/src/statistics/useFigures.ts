/** The figures of a period, asked for when the question changes; an answer that another question has overtaken is not shown. */

import { useEffect, useState } from 'react';
import { get } from '../api';
import type { AlarmPerformance, Answering, Committed, Group, Slot, Verdict } from '../documents';
import { Refusal } from '../refusal';

export interface ResponseFigures {
  since: string;
  until: string;
  group_by: string;
  and_by: string;
  assignments: number;
  groups: Group[];
  targets: Verdict[];
}

export interface WorkloadFigures {
  since: string;
  until: string;
  step: 'hour' | 'day';
  sees_calls: boolean;
  calls: number;
  incidents: number;
  slots: Slot[];
  by: Record<'incident_type' | 'district' | 'priority' | 'agency' | 'type_hour', Record<string, number>>;
  answering: Answering;
  stations: Committed[];
}

export interface AlarmFigures {
  since: string;
  until: string;
  performance: AlarmPerformance;
}

export interface Asked<Answer> {
  found: Answer | null;
  refusal: Refusal | null;
  isBusy: boolean;
}

/** `query` is the whole question; null asks nothing. The last answer stays until the next one comes. */
export function useFigures<Answer>(path: string, query: string | null): Asked<Answer> {
  const [asked, setAsked] = useState<Asked<Answer>>({ found: null, refusal: null, isBusy: query !== null });
  useEffect(() => {
    if (query === null) return;
    const gone = new AbortController();
    setAsked((before) => ({ ...before, isBusy: true }));
    get<Answer>(`/api/statistics/${path}?${query}`, gone.signal).then(
      (found) => setAsked({ found, refusal: null, isBusy: false }),
      (problem: unknown) => {
        if (gone.signal.aborted) return;
        if (!(problem instanceof Refusal)) throw problem;
        setAsked({ found: null, refusal: problem, isBusy: false });
      },
    );
    return () => gone.abort();
  }, [path, query]);
  return asked;
}
