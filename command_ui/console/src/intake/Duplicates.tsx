/** Open incidents that this call may be about, asked for as soon as the place is known: how far, how old, why. Alt and a digit link the call. */
import { useEffect, useState } from 'react';
import { get } from '../api';
import { typeName } from '../catalogue';
import type { DuplicateCandidate } from '../documents';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { mmss } from '../live/clock';
import { documents } from '../live/store';
import { Key, PrioMark } from '../parts/Marks';
import type { Datum, Point } from './coordinates';

// One for each digit.
const DUPLICATES_MAX = 9;
const ASK_AFTER_MS = 150;
// A call about the same thing may come any second: the list is asked for anew while the intake is open.
const ASK_AGAIN_MS = 10_000;

interface DuplicatesProps {
  point: Point | null;
  datum: Datum;
  incidentType: string | null;
  at: string;
  onLink: (incident: string) => void;
}

export function Duplicates({ point, datum, incidentType, at, onLink }: DuplicatesProps) {
  const L = useL();
  const candidates = useDuplicates(point, datum, incidentType, at);
  useEffect(() =>
    registerKeys(
      candidates.map(({ incident }, index) => ({
        key: `Alt+${index + 1}`,
        zh: `归入可能重复 ${index + 1}`,
        en: `Link to possible duplicate ${index + 1}`,
        where: 'intake',
        isHidden: index > 0,
        run: () => onLink(incident),
      })),
    ),
  );
  return (
    <aside className="in-dup" aria-label={L('可能重复', 'Possible duplicates')} aria-live="polite">
      <h3>
        {L('可能重复', 'Possible duplicates')} <span className="num">{point ? candidates.length : ''}</span>
      </h3>
      {!point && <p className="dim">{L('选定地点后,列出附近未结警情。', 'Open incidents nearby, once a place is chosen.')}</p>}
      {point && candidates.length === 0 && <p className="dim">{L('附近没有相似的未结警情。', 'No similar open incident nearby.')}</p>}
      {candidates.map((candidate, index) => (
        <Duplicate key={candidate.incident} candidate={candidate} digit={index + 1} onLink={() => onLink(candidate.incident)} />
      ))}
      {candidates.length > 0 && (
        <p className="dim in-dup-h">
          <Key k="Alt 1-9" /> {L('把这个电话归入该警情,不另建', 'links this call to that incident; no new one is opened')}
        </p>
      )}
    </aside>
  );
}

function Duplicate({ candidate, digit, onLink }: { candidate: DuplicateCandidate; digit: number; onLink: () => void }) {
  const L = useL();
  const incident = documents('incident_board').get(candidate.incident);
  const metres = candidate.distance_m;
  return (
    <button type="button" className="dup" data-same={candidate.same_type || undefined} onClick={onLink}>
      {incident ? <PrioMark p={incident.priority} size={16} isInHand={incident.phase !== 'pending'} /> : <span />}
      <span className="num">{incident?.short ?? candidate.incident}</span>
      <b>{incident ? typeName(incident.incident_type, L) : ''}</b>
      <span className="num r">{metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`}</span>
      <span className="num r">{mmss(candidate.age_s)}</span>
      <Key k={String(digit)} />
      <span className="dup-a">
        {L(candidate.zh, candidate.en)}
        {incident?.address && ` · ${incident.address}`}
      </span>
    </button>
  );
}

function useDuplicates(point: Point | null, datum: Datum, incidentType: string | null, at: string): readonly DuplicateCandidate[] {
  const [candidates, setCandidates] = useState<readonly DuplicateCandidate[]>([]);
  const lon = point?.lon;
  const lat = point?.lat;
  useEffect(() => {
    if (lon === undefined || lat === undefined) {
      setCandidates([]);
      return;
    }
    const asking = new AbortController();
    const query = new URLSearchParams({ lon: String(lon), lat: String(lat), at });
    if (incidentType) query.set('incident_type', incidentType);
    if (datum !== 'WGS-84') query.set('datum', datum);
    const ask = () => {
      get<{ candidates: DuplicateCandidate[] }>(`/api/possible_duplicates?${query}`, asking.signal)
        .then((answer) => setCandidates(answer.candidates.slice(0, DUPLICATES_MAX)))
        // The list is a help: without it the call can still be taken, and merged afterwards.
        .catch(() => asking.signal.aborted || setCandidates([]));
    };
    const first = setTimeout(ask, ASK_AFTER_MS);
    const again = setInterval(ask, ASK_AGAIN_MS);
    return () => {
      clearTimeout(first);
      clearInterval(again);
      asking.abort();
    };
  }, [lon, lat, datum, incidentType, at]);
  return candidates;
}
