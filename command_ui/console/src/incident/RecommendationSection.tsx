/**
 * Who could go: what is needed, what each unit covers, what is still short. A nearer unit that does not serve stands first and says why not.
 * The proposal is preselected; it is sent only by the dispatcher's act.
 */
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { Refusal } from '../api';
import { capabilityName } from '../catalogue';
import type { Candidate, IncidentBoard } from '../documents';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { hms } from '../live/clock';
import { documents, useLink } from '../live/store';
import { Key } from '../parts/Marks';
import { drafts } from '../ui';
import { dispatchUnits } from './acts';
import { awaitFocus, claimFocus, isFocusAwaited } from './awaitedFocus';
import { CandidateRow } from './CandidateRow';
import { RefusalLine, type Said, saidOf } from './RefusalLine';
import { coverageOf, departs, proposed, shortAfter, shortOf } from './recommendation';
import { useRoving } from './roving';
import { useShortScreen } from './shortScreen';
import { useRecommendation } from './useRecommendation';

const NOBODY: readonly Candidate[] = [];

export function RecommendationSection({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  const isLost = useLink().state === 'lost';
  const { recommendation, chosen, setChosen, isOutdated, isBusy, problem, refresh, hold } = useRecommendation(incident);
  const [refused, setRefused] = useState<Said[]>([]);
  const [isSending, setSending] = useState(false);
  const reasonDraft = `dispatch.reason.${incident.number}`;
  const [reason, setReason] = useState('');
  const [isUnfolded, setUnfolded] = useState(false);
  // A row that is taken away sends no blur.
  const isWithin = useRef(false);
  // Capabilities of units change with the fleet, the assignments with the incident.
  const onIncident = incident.assignments
    .filter((one) => one.is_open)
    .map((one) => documents('unit_status').get(one.unit)?.capabilities ?? []);
  const open = recommendation ? shortOf(recommendation, onIncident) : [];
  const isMet = recommendation !== null && recommendation.needs.length > 0 && open.length === 0;
  const isShort = useShortScreen();
  const isUnderway = incident.assignments.some((assignment) => assignment.is_open);
  // Nothing is short, the last unit has left, or there is no room beside the units: the list steps back until it is asked for.
  const isFolded = (isMet || incident.phase === 'closing' || (isShort && isUnderway)) && !isUnfolded;
  const all = recommendation?.candidates ?? NOBODY;
  const candidates = isFolded ? NOBODY : all;
  const roving = useRoving(candidates.length);
  const { setIndex } = roving;
  const short = !recommendation ? [] : isFolded ? open : shortAfter(recommendation, chosen, onIncident);
  const isDeparture = recommendation !== null && departs(recommendation, chosen);
  const offered = useMemo(() => (recommendation ? proposed(recommendation) : []), [recommendation]);

  useEffect(() => {
    setReason(drafts.get<string>(reasonDraft) ?? '');
    setRefused([]);
  }, [reasonDraft]);
  useEffect(() => {
    if (!recommendation) return;
    const first = recommendation.candidates.findIndex((candidate) => candidate.is_proposed);
    setIndex(Math.max(0, first));
    // After the row has become the list's tab stop, so that the focus lands on the first proposed unit.
    const frame = requestAnimationFrame(() => {
      // The row that had the focus may be gone: without this the keys would go nowhere. Where they are awaited elsewhere, they go there.
      if (claimFocus('reco') || isFocusAwaited()) return;
      if (isWithin.current && document.activeElement === document.body) focusPane('reco');
    });
    return () => cancelAnimationFrame(frame);
  }, [recommendation, setIndex]);

  const unfold = () => {
    setUnfolded(true);
    awaitFocus('reco');
    requestAnimationFrame(() => claimFocus('reco'));
  };
  const send = async () => {
    const units = isFolded ? [] : all.filter((candidate) => chosen.has(candidate.unit)).map((candidate) => candidate.unit);
    if (isSending) return;
    if (isFolded) {
      unfold();
      return;
    }
    if (units.length === 0) {
      // Where nobody can be chosen, the section says so already.
      if (all.some((candidate) => candidate.is_suitable)) setRefused([{ zh: '先用空格选择单位。', en: 'Choose units with Space first.' }]);
      return;
    }
    setSending(true);
    setRefused([]);
    awaitFocus('assigned');
    try {
      const result = await dispatchUnits(incident.number, units, offered, isDeparture ? reason.trim() : '', false);
      setRefused(result.refused);
      drafts.set(reasonDraft, undefined);
      setReason('');
      hold(false);
      refresh();
    } catch (failure) {
      setRefused([saidOf(failure)]);
      focusPane('reco');
      // The picture that was chosen from is not so any more: who can still go stays chosen, nobody is added.
      if (failure instanceof Refusal && failure.status === 409) refresh(chosen);
    } finally {
      setSending(false);
    }
  };
  useEffect(() =>
    registerKeys([
      {
        key: 'Ctrl+Enter',
        zh: '派出所选单位',
        en: 'Dispatch the chosen units',
        where: 'incident',
        // The note line and the editors have their own Enter; a chord typed there is not meant for this list.
        run: () => (document.activeElement?.closest('[data-part=reco]') ? void send() : false),
      },
      { key: 'Shift+R', zh: '重算推荐', en: 'Recompute the recommendation', where: 'screen', run: () => refresh() },
    ]),
  );
  const toggle = (candidate: Candidate) => {
    if (!candidate.is_suitable) return;
    const next = new Set(chosen);
    if (!next.delete(candidate.unit)) next.add(candidate.unit);
    setChosen(next);
    setRefused([]);
    hold(true);
  };
  return (
    <section
      className="sub reco"
      data-part="reco"
      data-underway={isUnderway || undefined}
      aria-label={L('推荐', 'Recommendation')}
      onFocus={() => hold(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) hold(isDeparture);
      }}
    >
      <header className="s-head">
        <h3>{L('推荐', 'Recommended')}</h3>
        <Key k="R" />
        <Needs incident={incident} recommendation={recommendation} short={short} />
        <span className="sp" />
        <Button className="btn ghost" onPress={() => refresh()} isDisabled={isBusy}>
          {L('重算', 'Recompute')} <Key k="⇧R" />
        </Button>
        {isFolded ? (
          <Button className="btn ghost" data-pane="reco" onPress={unfold}>
            {L('展开', 'Show')} <Key k="R ↵" />
          </Button>
        ) : (
          <Button
            className={chosen.size > 0 && !isLost ? 'btn primary' : 'btn'}
            onPress={() => void send()}
            isDisabled={isSending}
            data-off={isLost || undefined}
          >
            {L('派出', 'Dispatch')} {chosen.size || ''} <Key k="Ctrl ↵" />
          </Button>
        )}
      </header>
      {isOutdated && (
        <p className="r-old" role="status">
          {L('警情已变,名单未动', 'The incident changed; the list was left as it is')} · {L('重算', 'Recompute')} <Key k="⇧R" />
        </p>
      )}
      <div
        className="r-list"
        role="listbox"
        aria-multiselectable="true"
        aria-label={L('推荐单位', 'Recommended units')}
        ref={roving.ref as React.RefObject<HTMLDivElement>}
        onKeyDown={roving.onKeyDown}
        // An empty list still takes the focus: «R» always leads here, and goes on to the first proposed unit once there is one.
        {...(candidates.length === 0 && !isFolded ? { 'data-pane': 'reco', tabIndex: 0 } : {})}
        onFocus={() => {
          isWithin.current = true;
          if (candidates.length === 0 && !isFocusAwaited()) awaitFocus('reco');
        }}
        onBlur={(event) => {
          isWithin.current = event.currentTarget.contains(event.relatedTarget);
        }}
        hidden={isFolded}
      >
        {candidates.map((candidate, index) => (
          <CandidateRow
            key={candidate.unit}
            candidate={candidate}
            isChosen={chosen.has(candidate.unit)}
            isAfterNearer={index > 0 && candidate.is_suitable && !candidates[index - 1]?.is_suitable}
            coverage={coverageOf(candidate, open)}
            isCurrent={index === roving.index}
            rove={roving.row(index)}
            onToggle={() => toggle(candidate)}
          />
        ))}
      </div>
      {!isFolded && isDeparture && chosen.size > 0 && offered.length > 0 && (
        <label className="ask-l r-why-not">
          <span>{L('与推荐不同,理由(可不填)', 'Departs from the proposal; why (optional)')}</span>
          <input
            value={reason}
            onChange={(event) => {
              setReason(event.target.value);
              drafts.set(reasonDraft, event.target.value || undefined);
            }}
          />
        </label>
      )}
      {recommendation && !isFolded && !candidates.some((candidate) => candidate.is_suitable) && short.length > 0 && (
        <RefusalLine
          isWarning
          said={{
            zh: '没有待命单位具备所需能力。可扩大范围,或从低优先级警情改派。',
            en: 'No available unit has what is needed. Widen the scope, or divert from a lower priority.',
          }}
        />
      )}
      {problem && <RefusalLine said={problem} />}
      {refused.map((said) => (
        <RefusalLine key={said.zh} said={said} />
      ))}
      {recommendation && !isFolded && (
        <p className="r-how">
          {L('算于', 'Computed')} {hms(recommendation.at)} · {methodName(recommendation.eta_method, L)}
        </p>
      )}
    </section>
  );
}

function Needs({
  incident,
  recommendation,
  short,
}: {
  incident: IncidentBoard;
  recommendation: ReturnType<typeof useRecommendation>['recommendation'];
  short: { capability: string; count: number }[];
}) {
  const L = useL();
  if (!recommendation) return <span className="needs dim">{L('正在计算…', 'Computing…')}</span>;
  const list = (needs: { capability: string; count: number }[]) =>
    needs.map(({ capability, count }) => capabilityName(capability, L) + (count > 1 ? `×${count}` : '')).join(' + ');
  if (recommendation.needs.length === 0) {
    const isPending = incident.phase === 'pending';
    return <span className="needs dim">{isPending ? L('无预案', 'No plan') : ''}</span>;
  }
  return (
    <span className="needs">
      <span className="needs-w" title={list(recommendation.needs)}>
        {L('需', 'needs')} {list(recommendation.needs)}
      </span>
      {short.length > 0 ? (
        <b className="short">
          {L('尚缺', 'short of')} {list(short)}
        </b>
      ) : (
        <span className="met">{L('能力齐', 'all covered')}</span>
      )}
    </span>
  );
}

function methodName(method: string, L: ReturnType<typeof useL>): string {
  const factor = /^great_circle_x_([\d.]+)$/.exec(method)?.[1];
  if (factor) return L(`时间按直线距离×${factor} 估算`, `times estimated from the straight line × ${factor}`);
  return L(`时间估算:${method}`, `times by ${method}`);
}
