/** What the incident is, how it stands, and how long it has run against its target. */
import { useEffect, useRef } from 'react';
import { typeName } from '../catalogue';
import type { IncidentBoard } from '../documents';
import { useL } from '../i18n';
import { hms, mmss, ms, now, onSecond } from '../live/clock';
import { LEVEL_NAMES, PHASE_NAMES } from '../names';
import { PrioMark } from '../parts/Marks';
import { useTargets } from '../parts/useTargets';
import { TearOffButton } from '../windows/TearOff';
import { DISPOSITION_NAMES } from './dispositions';
import { EditMenu } from './EditMenu';
import { RecordLink } from './RecordLink';

export function Head({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  const isOver = incident.is_closed || Boolean(incident.merged_into);
  return (
    <header className="i-head">
      <PrioMark p={incident.priority} size={34} isInHand={isOver || incident.phase !== 'pending'} />
      <div className="i-ttl">
        <h2>
          <RecordLink number={incident.number}>{incident.short}</RecordLink> {typeName(incident.incident_type, L)}
        </h2>
        <p>
          <span className="tag">{L.of(LEVEL_NAMES[incident.level])}</span>
          <Phase incident={incident} />
          <span className="opened">
            {L('接警', 'Opened')} <span className="num">{hms(incident.opened_at)}</span>
          </span>
          {!isOver && <EditMenu incident={incident} />}
        </p>
      </div>
      <Timer incident={incident} />
      <TearOffButton panel="incident" />
    </header>
  );
}

function Phase({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  if (incident.merged_into) {
    return (
      <span className="tag">
        {L('已并入', 'Merged into')} {incident.merged_into}
      </span>
    );
  }
  if (incident.is_closed) {
    return (
      <span className="tag">
        {L('已结', 'Closed')}
        {incident.disposition && ` · ${L.of(DISPOSITION_NAMES[incident.disposition])}`}
      </span>
    );
  }
  return (
    <span className="tag" data-hot={incident.phase === 'pending' || undefined}>
      {L.of(PHASE_NAMES[incident.phase])}
    </span>
  );
}

// From this part of the target on, a running time turns ochre.
const NEAR_PART = 0.8;

/** Written straight into the page once a second: a tick renders nothing. */
function Timer({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  const box = useRef<HTMLDivElement>(null);
  const digits = useRef<HTMLElement>(null);
  const bar = useRef<HTMLElement>(null);
  const isOver = incident.is_closed || Boolean(incident.merged_into);
  const isPending = incident.phase === 'pending';
  const isTimed = !isOver && (isPending || incident.phase === 'dispatched');
  const { dispatch_s, arrival_s } = useTargets(incident.priority, incident.agency);
  const target = isPending ? dispatch_s : arrival_s;
  const isActive = isTimed && target !== undefined;
  useEffect(() => {
    const from = ms(incident.opened_at);
    const end = isOver && incident.closed_at ? ms(incident.closed_at) : null;
    const draw = (nowMs: number) => {
      const seconds = ((end ?? nowMs) - from) / 1000;
      if (digits.current) digits.current.textContent = mmss(seconds);
      if (bar.current) bar.current.style.transform = `scaleX(${target ? Math.min(1, seconds / target) : 0})`;
      if (box.current)
        box.current.dataset.t =
          !isActive || target === undefined ? '' : seconds >= target ? 'over' : seconds >= target * NEAR_PART ? 'near' : '';
    };
    draw(now());
    return isOver ? undefined : onSecond(draw);
  }, [incident.opened_at, incident.closed_at, isOver, isActive, target]);
  return (
    <div className="timer" ref={box} role="timer" aria-label={L('已过', 'Elapsed')}>
      <b className="num" ref={digits} />
      <span className="num">
        {isActive
          ? `${isPending ? L('派出', 'Dispatch') : L('首到', 'Arrival')} / ${mmss(target ?? 0)}`
          : isOver
            ? L('历时', 'Took')
            : L('已过', 'Elapsed')}
      </span>
      {isActive && (
        <i aria-hidden="true">
          <i ref={bar} />
        </i>
      )}
    </div>
  );
}
