/** One panel of the dispatch screen, alone in its window. */

import { lazy, Suspense, useEffect } from 'react';
import { Alarms } from '../alarms/Alarms';
import { Board } from '../board/Board';
import { useL } from '../i18n';
import { CloseDialog } from '../incident/CloseDialog';
import { IncidentPanel } from '../incident/IncidentPanel';
import { registerKeys } from '../keys';
import { useLink } from '../live/link';
import { Messages } from '../overlays/Messages';
import { Queue } from '../queue/Queue';
import { useRoute } from '../screens/route';
import { PANELS, type PanelName, panelOf } from './panels';
import './windows.css';
import { askDispatch } from './windows';

const MapPanel = lazy(() => import('../map/MapPanel').then(({ MapPanel: Panel }) => ({ default: Panel })));

export function PanelScreen() {
  const L = useL();
  const { state } = useLink();
  const { rest } = useRoute();
  const panel = panelOf(rest);
  useEffect(
    () =>
      registerKeys([
        {
          key: 'F2',
          zh: '接警(在调度画面)',
          en: 'Take a call (in the dispatch screen)',
          where: 'screen',
          run: () => askDispatch('intake'),
        },
      ]),
    [],
  );
  return (
    <main className="panel-s" data-link={state}>
      {panel ? (
        <Suspense fallback={<div className="empty">{L('正在取画面…', 'Fetching the screen…')}</div>}>
          <Panel panel={panel} />
        </Suspense>
      ) : (
        <div className="empty" role="alert">
          <b>{L(`没有「${rest}」这个面板`, `There is no panel «${rest}»`)}</b>
          <span>
            {Object.values(PANELS)
              .map((one) => L.of(one))
              .join(' · ')}
          </span>
        </div>
      )}
      <Messages />
      <CloseDialog />
    </main>
  );
}

function Panel({ panel }: { panel: PanelName }) {
  switch (panel) {
    case 'queue':
      return <Queue />;
    case 'alarms':
      return <Alarms />;
    case 'map':
      return <MapPanel />;
    case 'incident':
      return <IncidentPanel />;
    case 'board':
      return <Board />;
  }
}
