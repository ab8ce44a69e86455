/** A change of shift: what is open, what is due, what was promised, as a list that the next operator accepts. */

import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { command, get } from '../api';
import { type Colleague, nameOf, useColleagues } from '../colleagues';
import type { HandOverBoard } from '../documents';
import { useL } from '../i18n';
import { ReasonLine } from '../incident/ReasonLine';
import { registerKeys } from '../keys';
import { day, hms } from '../live/clock';
import { documents, subscribe, useDocument, useViewVersion } from '../live/store';
import { Messages } from '../overlays/Messages';
import { Key } from '../parts/Marks';
import { go } from '../screens/route';
import { hasRole, useSession } from '../session';
import { Begin } from './Begin';
import { Items } from './Items';
import { Promises } from './Promises';
import './hand_over.css';

/** A shift that is over has left the board; it is asked for by its key. */
function useShift(hand_over: string | null): HandOverBoard | null {
  const live = useDocument('hand_over_board', hand_over);
  const [kept, setKept] = useState<HandOverBoard | null>(null);
  const isLive = live !== undefined;
  const seen = useRef<string | null>(null);
  useEffect(() => {
    if (isLive) seen.current = hand_over;
    // One that has just begun is not on the board yet, and comes by itself.
    if (!hand_over || isLive || seen.current !== hand_over) return;
    const asking = new AbortController();
    get<{ document: HandOverBoard }>(`/api/views/hand_over_board/${encodeURIComponent(hand_over)}`, asking.signal)
      .then((answer) => setKept(answer.document))
      .catch(() => setKept(null));
    return () => asking.abort();
  }, [hand_over, isLive]);
  return live ?? (kept?.hand_over === hand_over ? kept : null);
}

export function HandOverScreen() {
  const L = useL();
  const session = useSession();
  const account = session?.account ?? '';
  const mayAct = hasRole(session, 'call_taker', 'dispatcher', 'commander');
  const colleagues = useColleagues(mayAct);
  const version = useViewVersion('hand_over_board', 'membership');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map stays the same while it changes; its version says when
  const shifts = useMemo(
    () => [...documents('hand_over_board').values()].sort((a, b) => b.hand_over.localeCompare(a.hand_over)),
    [version],
  );
  useEffect(() => subscribe('promise_board'), []);
  const [chosen, setChosen] = useState<string | null>(null);
  // What waits for whoever sits here comes first.
  const first = shifts.find((one) => one.to === account) ?? shifts.find((one) => one.begun_by !== account) ?? shifts[0];
  const shown = chosen ?? first?.hand_over ?? null;
  const held = useRef<string | null>(null);
  if (shown !== null) held.current = shown;
  const shift = useShift(held.current);
  useEffect(
    () =>
      registerKeys([
        { key: 'J', zh: '交接清单', en: 'The list of the shift', where: 'screen', run: () => focusIn('shift') },
        { key: 'O', zh: '承诺', en: 'Promises', where: 'screen', run: () => focusIn('promises') || focusIn('promise') },
        { key: 'Escape', zh: '回到调度', en: 'Back to dispatch', where: 'screen', run: () => go('dispatch') },
      ]),
    [],
  );
  return (
    <main className="main ho" data-area="hand_over">
      <div className="ho-left panel">
        <header className="p-head">
          <h2>{L('交接班', 'Hand-over')}</h2>
        </header>
        <Shifts shifts={shifts} shown={shift?.hand_over ?? null} onChoose={setChosen} colleagues={colleagues} />
        {mayAct && <Begin account={account} colleagues={colleagues} onBegun={setChosen} />}
        <Promises colleagues={colleagues} />
      </div>
      <div className="ho-right panel">
        {shift ? (
          <>
            <Head shift={shift} account={account} isCommander={hasRole(session, 'commander')} colleagues={colleagues} />
            <Items
              key={shift.hand_over}
              shift={shift}
              colleagues={colleagues}
              mayAccept={mayAct && shift.state === 'begun' && shift.begun_by !== account && (shift.to === '' || shift.to === account)}
            />
          </>
        ) : (
          <div className="empty">
            <b>{L('没有进行中的交接班', 'No change of shift is under way')}</b>
            <span>{L('交班人在左侧发起,清单由系统列出', 'Whoever leaves begins it on the left; the list is taken by the server')}</span>
          </div>
        )}
      </div>
      <Messages />
    </main>
  );
}

function focusIn(pane: string): boolean {
  const list = document.querySelector<HTMLElement>(`[data-pane='${pane}']`);
  const target = list?.querySelector<HTMLElement>("[data-roving][tabindex='0']") ?? (list?.matches('input, [tabindex="0"]') ? list : null);
  target?.focus();
  return target !== null && target !== undefined;
}

interface ShiftsProps {
  shifts: readonly HandOverBoard[];
  shown: string | null;
  onChoose: (hand_over: string) => void;
  colleagues: readonly Colleague[];
}

function Shifts({ shifts, shown, onChoose, colleagues }: ShiftsProps) {
  const L = useL();
  return (
    <section className="ho-sec" aria-label={L('进行中的交接班', 'Changes of shift under way')}>
      <header className="s-head">
        <h3>{L('进行中', 'Under way')}</h3>
        <span className="dim num">{shifts.length}</span>
      </header>
      <div className="ho-shifts">
        {shifts.map((one) => (
          <Button key={one.hand_over} className="ho-shift" aria-pressed={one.hand_over === shown} onPress={() => onChoose(one.hand_over)}>
            <span className="num">{one.hand_over}</span>
            <span>
              {nameOf(one.begun_by, colleagues, L)} → {one.to ? nameOf(one.to, colleagues, L) : L('到岗者', 'whoever comes')}
            </span>
            <span className="num dim">{hms(one.begun_at)}</span>
          </Button>
        ))}
        {shifts.length === 0 && <p className="dim ho-none">{L('没有', 'none')}</p>}
      </div>
    </section>
  );
}

interface HeadProps {
  shift: HandOverBoard;
  account: string;
  isCommander: boolean;
  colleagues: readonly Colleague[];
}

function Head({ shift, account, isCommander, colleagues }: HeadProps) {
  const L = useL();
  const [isLeaving, setLeaving] = useState(false);
  const mayWithdraw = shift.state === 'begun' && (shift.begun_by === account || isCommander);
  const who = nameOf(shift.begun_by, colleagues, L);
  const over = shift.over_by ? nameOf(shift.over_by, colleagues, L) : '';
  useEffect(() => {
    if (!mayWithdraw) return;
    return registerKeys([{ key: 'Alt+W', zh: '撤回交接班', en: 'Withdraw the hand-over', where: 'screen', run: () => setLeaving(true) }]);
  }, [mayWithdraw]);
  return (
    <header className="ho-head">
      <h2>
        {L('交接班', 'Hand-over')} <span className="num">{shift.hand_over}</span>
      </h2>
      <span className="num">
        {who} {day(shift.begun_at)} {hms(shift.begun_at)} {L('发起', 'began it')}
      </span>
      {shift.state === 'accepted' && (
        <b className="num">
          ✓ {over} {hms(shift.over_at)} {L('接班', 'took over')}
        </b>
      )}
      {shift.state === 'withdrawn' && (
        <b className="num">
          {over} {hms(shift.over_at)} {L(`撤回:${shift.reason}`, `withdrew it: ${shift.reason}`)}
        </b>
      )}
      {shift.state === 'begun' && shift.begun_by === account && <span className="tag">{L('等待接班', 'Waiting to be accepted')}</span>}
      <span className="sp" />
      {mayWithdraw && (
        <Button className="btn" onPress={() => setLeaving(true)}>
          {L('撤回', 'Withdraw')} <Key k="Alt W" />
        </Button>
      )}
      {shift.remark && <p className="ho-remark">{shift.remark}</p>}
      {isLeaving && (
        <ReasonLine
          label={L('撤回交接班,理由', 'Withdraw the hand-over, why')}
          draft={`withdraw.${shift.hand_over}`}
          onLeave={() => setLeaving(false)}
          onSave={async (reason) => {
            await command('withdraw_hand_over', { hand_over: shift.hand_over, reason });
          }}
        />
      )}
    </header>
  );
}
