/** The recommendation for one incident: asked for when it is opened and when its needs change, frozen while the dispatcher chooses. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { afterAnswer } from '../answering';
import { get } from '../api';
import type { IncidentBoard, Recommendation } from '../documents';
import { type Said, saidOf } from './RefusalLine';
import { proposed } from './recommendation';

export interface Recommending {
  recommendation: Recommendation | null;
  chosen: ReadonlySet<string>;
  setChosen: (chosen: ReadonlySet<string>) => void;
  /** The incident changed since, and the list was left alone because somebody is choosing. */
  isOutdated: boolean;
  isBusy: boolean;
  problem: Said | null;
  /** Asks anew. With `keeping`, those of them that can still go stay chosen; without, the new proposal is. */
  refresh: (keeping?: ReadonlySet<string>) => void;
  /** While true, nothing but `refresh` changes the list. */
  hold: (isHeld: boolean) => void;
}

const NOBODY: ReadonlySet<string> = new Set();

/** What a recommendation depends on: where and what the incident is, and who is on it. */
const basisOf = (incident: IncidentBoard): string =>
  [
    incident.number,
    incident.incident_type,
    incident.level,
    incident.lon,
    incident.lat,
    ...incident.assignments.filter((assignment) => assignment.is_open).map((assignment) => assignment.unit),
  ].join(' ');

const stillAble = (answer: Recommendation, units: ReadonlySet<string>): string[] =>
  answer.candidates.filter((candidate) => candidate.is_suitable && units.has(candidate.unit)).map(({ unit }) => unit);

export function useRecommendation(incident: IncidentBoard): Recommending {
  const [recommendation, setRecommendation] = useState<Recommendation | null>(null);
  const [chosen, setChosenNow] = useState(NOBODY);
  const [problem, setProblem] = useState<Said | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isOutdated, setOutdated] = useState(false);
  const isHeld = useRef(false);
  const asked = useRef<AbortController | null>(null);
  const shown = useRef('');
  const basis = basisOf(incident);

  const [of, setOf] = useState(incident.number);
  if (of !== incident.number) {
    setOf(incident.number);
    setRecommendation(null);
    setChosenNow(NOBODY);
    setProblem(null);
  }

  const refresh = useCallback(
    (keeping?: ReadonlySet<string>) => {
      asked.current?.abort();
      const asking = new AbortController();
      asked.current = asking;
      setBusy(true);
      get<Recommendation>(`/api/incidents/${encodeURIComponent(incident.number)}/recommendation`, asking.signal)
        .then((answer) => {
          setRecommendation(answer);
          setChosenNow(new Set(keeping ? stillAble(answer, keeping) : proposed(answer)));
          setProblem(null);
          setOutdated(false);
        })
        .catch((failure: unknown) => {
          if (!asking.signal.aborted) setProblem(saidOf(failure));
        })
        .finally(() => {
          if (asked.current === asking) setBusy(false);
        });
    },
    [incident.number],
  );

  useEffect(() => {
    if (shown.current === basis) return;
    const isAnother = !shown.current.startsWith(`${incident.number} `);
    shown.current = basis;
    if (isHeld.current && !isAnother) setOutdated(true);
    else return afterAnswer(() => refresh());
  }, [basis, incident.number, refresh]);
  useEffect(() => () => asked.current?.abort(), []);

  const setChosen = useCallback((next: ReadonlySet<string>) => setChosenNow(next), []);
  const hold = useCallback((held: boolean) => {
    isHeld.current = held;
  }, []);
  return { recommendation, chosen, setChosen, isOutdated, isBusy, problem, refresh, hold };
}
