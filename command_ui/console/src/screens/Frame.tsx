/** What all screens have around them: the bar, the state of the link, messages, keys, the sign-in that lies over it when a session ends. */

import { lazy, Suspense, useEffect, useRef } from 'react';
import type { ViewName } from '../documents';
import { VIEW_READERS } from '../documents.generated';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { keepFocus } from '../keptFocus';
import { listenToKeys, registerKeys } from '../keys';
import { LacksBand } from '../lacks/LacksBand';
import { subscribe, unsubscribe, useLink } from '../live/link';
import { Help } from '../overlays/Help';
import { LinkBand } from '../overlays/LinkBand';
import { Sources } from '../overlays/Sources';
import { Part } from '../parts/Part';
import { usePaint } from '../parts/paint';
import { hasRole, useSession } from '../session';
import { ring } from '../sound/sound';
import { registerTimeKey } from '../time_machine/entry';
import { useIsComparing, useIsThen } from '../time_machine/moment';
import { TopBar } from '../top/TopBar';
import { say } from '../ui';
import { leftBehind } from '../underway';
import { UpgradeBand } from '../upgrade/UpgradeBand';
import { joinWindows, registerWindowKeys } from '../windows/windows';
import { screenOf } from './catalogue';
import { leaveWall } from './leaveWall';
import { NoScreen } from './NoScreen';
import { useRoute } from './route';

// The bar counts alarms and sources, and its commands speak of incidents and units.
const FRAME_VIEWS: readonly ViewName[] = ['catalogue', 'incident_board', 'unit_status', 'alarm_board', 'source_health'];

// Seldom entered, and then needed as a whole.
const timeMachine = () => import('../time_machine/TimeMachine');
const ThenBand = lazy(() => timeMachine().then((parts) => ({ default: parts.ThenBand })));
const TimeBar = lazy(() => timeMachine().then((parts) => ({ default: parts.Bar })));
const ThenWall = lazy(() => timeMachine().then((parts) => ({ default: parts.ThenWall })));
const Compare = lazy(() => timeMachine().then((parts) => ({ default: parts.Compare })));

/** What the whole screen has to know, in one row over it. */
function Bands() {
  const isThen = useIsThen();
  return (
    <div className="bands">
      {isThen && (
        <Suspense>
          <ThenBand />
        </Suspense>
      )}
      <LinkBand />
      <UpgradeBand />
      <LacksBand />
    </div>
  );
}

/** The screen of one operator. When the session has ended it stays as it is, out of reach under the sign-in. */
export function Frame({ isEnded }: { isEnded: boolean }) {
  const L = useL();
  const { state } = useLink();
  const { screen } = useRoute();
  const session = useSession();
  const isThen = useIsThen();
  const isComparing = useIsComparing();
  const { views, isBare = false, rings = !isBare, hasOwnBand = false, Screen } = screenOf(screen);
  // After the sign-in the work goes on where it stopped.
  const focused = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (isEnded) return;
    focused.current?.focus();
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement) focused.current = target;
    };
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, [isEnded]);
  useEffect(() => listenToKeys(), []);
  useEffect(() => keepFocus(), []);
  useEffect(() => sayWhatWasLeftBehind(), []);
  useEffect(() => registerWindowKeys(), []);
  useEffect(() => registerTimeKey(), []);
  useEffect(() => (rings ? ring() : undefined), [rings]);
  useEffect(() => joinWindows(), []);
  // Whatever has no way back of its own goes back to the queue.
  useEffect(
    () =>
      registerKeys([
        { key: 'Escape', zh: '退回', en: 'Back', where: 'screen', run: () => !isInEditor() && (focusPane('queue') || leaveWall()) },
      ]),
    [],
  );
  const held = useRef<readonly ViewName[]>([]);
  useEffect(() => {
    // What the roles may not read is not asked for: a refusal that nobody provoked would only puzzle.
    const wanted = (isBare && !rings ? views : [...FRAME_VIEWS, ...views]).filter((view) => hasRole(session, ...VIEW_READERS[view]));
    for (const view of wanted) subscribe(view);
    // What the next screen shows as well is not fetched anew.
    for (const view of held.current) if (!wanted.includes(view)) unsubscribe(view);
    held.current = wanted;
  }, [views, isBare, rings, session]);
  usePaint();
  return (
    <div
      className="screen"
      data-screen={screen}
      data-link={state}
      data-then={isThen || undefined}
      data-bare={isBare || undefined}
      inert={isEnded}
    >
      {!isBare && <TopBar />}
      {!hasOwnBand && <Bands />}
      <Part key={screen} instead={<NoScreen />}>
        <Suspense fallback={<div className="empty">{L('正在取画面…', 'Fetching the screen…')}</div>}>
          {isComparing && !hasOwnBand ? <Compare /> : <Screen />}
        </Suspense>
      </Part>
      {isThen && <Suspense>{hasOwnBand ? <ThenWall /> : <TimeBar />}</Suspense>}
      <TimeNews />
      <Help />
      <Sources />
    </div>
  );
}

/** A page that was loaded again with an answer on its way cannot know what became of the command; whoever sits here has to look. */
function sayWhatWasLeftBehind(): void {
  const count = leftBehind();
  if (count === 0) return;
  say(
    `重新载入前有 ${count} 项操作没有收到答复:请核对时间线。照原样重做不会做两次。`,
    `${count} command(s) had no answer when the page was loaded again: look at the timeline. The same again is not done twice.`,
    'no',
  );
}

/** A small editor is backed out of by itself, from its choices as from its fields. */
const isInEditor = (): boolean => document.activeElement?.closest('.ask') != null;

/** Says to a screen reader that the time machine was entered or left: the frame is for the eyes only. */
function TimeNews() {
  const L = useL();
  const isThen = useIsThen();
  const wasThen = useRef(false);
  useEffect(() => {
    if (isThen) wasThen.current = true;
  }, [isThen]);
  const said = isThen
    ? L('已进入时间机。不能下达命令。按 Esc 回到现在。', 'Time machine entered. No commands. Escape returns to now.')
    : wasThen.current
      ? L('已回到现在。', 'Back at the present.')
      : '';
  return (
    <p className="unseen" role="status">
      {said}
    </p>
  );
}
