/** One unit that could go: what it covers, why or why not, how far and how long. Space chooses it. */
import { agencyLetter, capabilityName } from '../catalogue';
import type { Candidate } from '../documents';
import { useL } from '../i18n';
import { installation } from '../installation';
import { mmss } from '../live/clock';

interface CandidateRowProps {
  candidate: Candidate;
  isChosen: boolean;
  isAfterNearer: boolean;
  isCurrent: boolean;
  coverage: { covered: number; of: number };
  rove: { tabIndex: number; 'data-roving': number; onFocus: () => void };
  onToggle: () => void;
}

export function CandidateRow({ candidate, isChosen, isAfterNearer, isCurrent, coverage, rove, onToggle }: CandidateRowProps) {
  const L = useL();
  const covers = candidate.covers.length ? candidate.covers : candidate.capabilities;
  const isStale = candidate.position_age_s !== null && candidate.position_age_s > installation().position_stale_s;
  const why = L(candidate.reason_zh, candidate.reason_en);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: `rove` gives it its tab index
    <div
      role="option"
      className="r-row"
      aria-selected={isChosen}
      aria-disabled={!candidate.is_suitable || undefined}
      data-ok={candidate.is_suitable}
      data-first={isAfterNearer || undefined}
      data-sel={isChosen || undefined}
      {...rove}
      {...(isCurrent ? { 'data-pane': 'reco' } : {})}
      onClick={onToggle}
      onKeyDown={(event) => {
        if (event.key !== ' ' || event.ctrlKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        onToggle();
      }}
    >
      <span className="chk" aria-hidden="true">
        {candidate.is_suitable ? (isChosen ? '✓' : '') : '–'}
      </span>
      <span className="num r-id">{candidate.unit}</span>
      <span className="r-cap">
        {agencyLetter(candidate.agency, L)} {covers.map((code) => capabilityName(code, L)).join(' ')}
      </span>
      <span className="r-why">
        {candidate.is_suitable && coverage.of > 0 && (
          <span className="num">
            {L('能力', 'covers')} {coverage.covered}/{coverage.of}
            {why && ' · '}
          </span>
        )}
        {why}
        {isStale && (
          <em className="stale num">
            {' '}
            {L('位置', 'fix')} {mmss(candidate.position_age_s ?? 0)}
          </em>
        )}
      </span>
      <span className="num r">{candidate.distance_km.toFixed(1)} km</span>
      <span className="num r eta">{mmss(candidate.eta_s)}</span>
    </div>
  );
}
