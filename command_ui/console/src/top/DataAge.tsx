/** How old the picture is, and what is wrong with what feeds it. Quiet while all is well. */

import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { useL } from '../i18n';
import { present } from '../live/clock';
import { linkNow, useLink } from '../live/link';
import { documents, useViewVersion } from '../live/store';
import { troubled } from '../overlays/Sources';
import { setUi } from '../ui';

const REDRAW_MS = 500;

// A picture older than this is told in ochre, though the link stands: something behind it is slow or stopped.
const LATE_S = 5;

/** The age of what is shown: since the last frame, plus what the slowest view is behind the log. */
export function dataAge_s(dataAt: number | null, lag: Readonly<Record<string, number>>, now_ms: number): number | null {
  if (dataAt === null) return null;
  return Math.max(0, (now_ms - dataAt) / 1000) + Math.max(0, ...Object.values(lag).filter(Number.isFinite));
}

export function DataAge() {
  const L = useL();
  const text = useRef<HTMLSpanElement>(null);
  const { state } = useLink();
  useViewVersion('source_health', 'content');
  const troubles = troubled(documents('source_health').values());
  const stopped = troubles.filter((source) => source.state === 'stopped').length;
  useEffect(() => {
    const draw = () => {
      const { dataAt, lag } = linkNow();
      const age_s = dataAge_s(dataAt, lag, present());
      if (!text.current) return;
      text.current.dataset.late = String(age_s !== null && age_s > LATE_S);
      text.current.textContent = age_s === null ? '–' : `${age_s < 100 ? age_s.toFixed(1) : Math.round(age_s)} s`;
    };
    const timer = setInterval(draw, REDRAW_MS);
    draw();
    return () => clearInterval(timer);
  }, []);
  return (
    <Button
      className="btn bare link"
      data-link={state}
      onPress={() => setUi({ sourcesOpen: true })}
      aria-label={L(`数据来源,${troubles.length} 个异常`, `Data sources, ${troubles.length} in trouble`)}
    >
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {state === 'lost' ? (
          <path d="M2 2 10 10M10 2 2 10" fill="none" stroke="currentColor" strokeWidth="2" />
        ) : (
          <path d="M1 9H3V11H1ZM5 5H7V11H5ZM9 1H11V11H9Z" />
        )}
      </svg>
      {L('数据', 'Data')} <span className="num" ref={text} />
      {troubles.length > 0 ? (
        <b className="src-n" data-state={stopped > 0 ? 'stopped' : 'silent'}>
          {stopped > 0 ? L(`停 ${stopped}`, `${stopped} stopped`) : L(`异常 ${troubles.length}`, `${troubles.length} late`)}
        </b>
      ) : null}
    </Button>
  );
}
