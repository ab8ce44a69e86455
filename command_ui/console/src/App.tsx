/** The dispatch screen, put together. */

import { lazy, Suspense, useEffect, useRef } from 'react';
import { Button, I18nProvider } from 'react-aria-components';
import { Alarms } from './alarms/Alarms';
import { Board } from './board/Board';
import { focusPane } from './focus';
import { InLanguage, useL } from './i18n';
import { CloseDialog } from './incident/CloseDialog';
import { IncidentPanel } from './incident/IncidentPanel';
import { IntakePanel } from './intake/IntakePanel';
import { listenToKeys, registerKeys } from './keys';
import { subscribe, useLink } from './live/link';
import { Help } from './overlays/Help';
import { LinkBand } from './overlays/LinkBand';
import { Messages } from './overlays/Messages';
import { Sources } from './overlays/Sources';
import { Part } from './parts/Part';
import { Queue } from './queue/Queue';
import { useSignIn } from './session';
import { useSettings } from './settings';
import { SignInScreen } from './sign_in/SignInScreen';
import { ring } from './sound/sound';
import { TopBar } from './top/TopBar';
import { useUiPart } from './ui';

// The map's library is as large as all the rest: the queue does not wait for it.
const MapPanel = lazy(() => import('./map/MapPanel').then(({ MapPanel: Panel }) => ({ default: Panel })));

export function App() {
  const { lang, theme, density, text_percent } = useSettings();
  const { state, session } = useSignIn();
  const isInside = (state === 'signed_in' || state === 'ended') && session !== null && !session.must_change_password;
  useEffect(() => {
    const root = document.documentElement;
    root.lang = lang === 'zh' ? 'zh-CN' : 'en';
    root.dataset.theme = theme;
    root.dataset.density = density;
    root.style.setProperty('--zoom', String(text_percent / 100));
    document.title = lang === 'zh' ? '鼓楼 · 调度' : 'Drumtower · Dispatch';
  }, [lang, theme, density, text_percent]);
  return (
    <InLanguage lang={lang}>
      <I18nProvider locale={lang === 'zh' ? 'zh-CN' : 'en-GB'}>
        {isInside ? <Screen isEnded={state === 'ended'} /> : null}
        {state !== 'signed_in' || session?.must_change_password ? <SignInScreen /> : null}
      </I18nProvider>
    </InLanguage>
  );
}

/** The screen of one operator. When the session has ended it stays as it is, out of reach under the sign-in. */
function Screen({ isEnded }: { isEnded: boolean }) {
  const L = useL();
  const { state } = useLink();
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
  useEffect(() => ring(), []);
  // Whatever has no way back of its own goes back to the queue.
  useEffect(() => registerKeys([{ key: 'Escape', zh: '退回', en: 'Back', where: 'screen', run: () => focusPane('queue') }]), []);
  useEffect(() => {
    for (const view of [
      'catalogue',
      'incident_board',
      'unit_status',
      'call_board',
      'alarm_board',
      'source_health',
      'unit_position',
    ] as const) {
      subscribe(view);
    }
  }, []);
  return (
    <div className="screen" data-link={state} inert={isEnded}>
      <TopBar />
      <LinkBand />
      <main className="main" data-link={state}>
        <div className="left">
          <Queue />
          <Alarms />
        </div>
        <div className="mid">
          <Part instead={<NoMap />}>
            <Suspense fallback={<div className="empty">{L('正在取地图…', 'Fetching the map…')}</div>}>
              <MapPanel />
            </Suspense>
          </Part>
          <Intake />
          <Messages />
        </div>
        <IncidentPanel />
        <Board />
      </main>
      <CloseDialog />
      <Help />
      <Sources />
    </div>
  );
}

/** The map could not be fetched (the server was upgraded under an open console, say) or drawn: all the rest goes on without it. */
function NoMap() {
  const L = useL();
  return (
    <div className="empty" role="alert">
      <b>{L('地图不可用', 'No map')}</b>
      <span>{L('其余功能照常;正在输入的内容会保留', 'All the rest works; what is being typed is kept')}</span>
      <Button className="btn" onPress={() => window.location.reload()}>
        {L('重新载入', 'Load again')}
      </Button>
    </div>
  );
}

/** Calls are taken over the map, never over the queue. */
function Intake() {
  return useUiPart('intakeOpen') ? <IntakePanel /> : null;
}
