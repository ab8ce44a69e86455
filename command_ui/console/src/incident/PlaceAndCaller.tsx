/** Where it is, what was said, and who called: the number is masked until somebody says what it is needed for. */
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { command, get } from '../api';
import { districtName } from '../catalogue';
import type { CallBoard, IncidentBoard } from '../documents';
import { VIEW_READERS } from '../documents.generated';
import { useL } from '../i18n';
import { coordinates } from '../intake/coordinates';
import { hms } from '../live/clock';
import { useDocument } from '../live/store';
import { Key } from '../parts/Marks';
import { hasRole, signIn } from '../session';
import { setUi } from '../ui';
import { ReasonLine } from './ReasonLine';

export function PlaceAndCaller({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  const isOver = incident.is_closed || Boolean(incident.merged_into);
  const district = districtName(incident.district, L);
  return (
    <div className="i-loc">
      <p className="l1">
        <b>{incident.address || L('地址不详', 'No address')}</b>
        <span className="dim">{district}</span>
        {!isOver && (
          <Button className="btn ghost" data-act onPress={() => setUi({ closing: incident.number })}>
            {L('结案', 'Close')} <Key k="Alt C" />
          </Button>
        )}
      </p>
      {incident.description && <p className="l3">{incident.description}</p>}
      <p className="l2">
        {incident.calls[0] ? (
          <Caller key={incident.calls[0]} call={incident.calls[0]} />
        ) : (
          <span className="dim">
            {incident.alarms.length > 0 ? L('由告警立案', 'Opened from an alarm') : L('没有关联的报警电话', 'No call is linked')}
          </span>
        )}
        {incident.lon !== null && incident.lat !== null && !coordinates(incident.address) && (
          <span className="dim num at">
            {incident.lon.toFixed(4)}, {incident.lat.toFixed(4)}
          </span>
        )}
      </p>
      {incident.remark && (
        <p className="l3">
          {L('结案说明', 'Remark')}:{incident.remark}
        </p>
      )}
    </div>
  );
}

/** A call that is linked has left the board of open calls; its document is asked for by its key. */
function useCall(call: string): CallBoard | null {
  const live = useDocument('call_board', call);
  const [kept, setKept] = useState<CallBoard | null>(null);
  const isLive = live !== undefined;
  useEffect(() => {
    if (isLive || !hasRole(signIn().session, ...VIEW_READERS.call_board)) return;
    const asking = new AbortController();
    get<{ document: CallBoard | null }>(`/api/views/call_board/${encodeURIComponent(call)}`, asking.signal)
      .then((answer) => setKept(answer.document))
      // A call that this account may not see, or that the view no longer holds, stays a number.
      .catch(() => setKept(null));
    return () => asking.abort();
  }, [call, isLive]);
  return live ?? (kept?.call === call ? kept : null);
}

interface Revealed {
  caller_name: string;
  caller_number: string;
}

export function Caller({ call, children }: { call: string; children?: React.ReactNode }) {
  const L = useL();
  const document = useCall(call);
  const [isAsking, setAsking] = useState(false);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const leave = () => {
    setAsking(false);
    requestAnimationFrame(() => window.document.querySelector<HTMLElement>(`[data-reveal='${call}']`)?.focus());
  };
  return (
    <>
      <span className="caller">
        {!document && <span className="num dim">{call}</span>}
        {document && (
          <span className="num" title={call}>
            {document.source} {hms(document.received_at)}
          </span>
        )}
        {revealed ? (
          <b className="num caller-n" data-reveal={call} tabIndex={-1}>
            {revealed.caller_name} {spaced(revealed.caller_number)}
          </b>
        ) : (
          <>
            {document?.caller_masked && <span className="num">{document.caller_masked}</span>}
            {(document === null || document.has_caller) && (
              <Button className="btn ghost" data-act data-reveal={call} onPress={() => setAsking(true)}>
                {L('看号码', 'Reveal')}
              </Button>
            )}
            {document && !document.has_caller && <span className="dim">{L('匿名', 'Anonymous')}</span>}
          </>
        )}
        {children}
      </span>
      {isAsking && (
        <ReasonLine
          label={L('查看号码的用途(留有记录)', 'What the number is needed for (recorded)')}
          draft={`reveal.${call}`}
          onLeave={leave}
          onSave={async (purpose) => {
            const answer = await command<Revealed>('reveal_caller', { call, purpose });
            setRevealed(answer.result);
          }}
        />
      )}
    </>
  );
}

/** 138 2031 6677 is read aloud in groups. */
function spaced(number: string): string {
  return number.replace(/^(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3');
}
