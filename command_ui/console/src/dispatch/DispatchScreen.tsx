/** The dispatch screen, put together. */

import { lazy, Suspense } from 'react';
import { Button } from 'react-aria-components';
import { Alarms } from '../alarms/Alarms';
import { Board } from '../board/Board';
import { Calls } from '../calls/Calls';
import { useL } from '../i18n';
import { CloseDialog } from '../incident/CloseDialog';
import { IncidentPanel } from '../incident/IncidentPanel';
import { IntakePanel } from '../intake/IntakePanel';
import { useLink } from '../live/link';
import { Messages } from '../overlays/Messages';
import { Part } from '../parts/Part';
import { Queue } from '../queue/Queue';
import { route } from '../screens/route';
import { useIsThen } from '../time_machine/moment';
import { useUiPart } from '../ui';
import { TearOffButton, TornOff } from '../windows/TearOff';

// The map's library is as large as all the rest: the queue does not wait for it.
const fetchMap = () => import('../map/MapPanel').then(({ MapPanel: Panel }) => ({ default: Panel }));
const MapPanel = lazy(fetchMap);
// It is on its way while the session is asked for. Where it does not come, the panel asks again and says so.
if (route().screen === 'dispatch') fetchMap().catch(() => {});

export function DispatchScreen() {
  const L = useL();
  const { state } = useLink();
  const isThen = useIsThen();
  return (
    <>
      <main className="main" data-link={state}>
        <div className="left">
          <TornOff panel="queue">
            <Queue />
          </TornOff>
          <Calls />
          <TornOff panel="alarms">
            <Alarms />
          </TornOff>
        </div>
        <div className="mid">
          <TornOff panel="map">
            <Part instead={<NoMap />}>
              <Suspense fallback={<div className="empty">{L('正在取地图…', 'Fetching the map…')}</div>}>
                <MapPanel />
              </Suspense>
            </Part>
            <TearOffButton panel="map" />
          </TornOff>
          <Intake />
          <Messages />
        </div>
        <TornOff panel="incident">
          <IncidentPanel />
        </TornOff>
        <TornOff panel="board">
          <Board />
        </TornOff>
      </main>
      {isThen ? null : <CloseDialog />}
    </>
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
  const isOpen = useUiPart('intakeOpen');
  const alarm = useUiPart('intakeAlarm');
  const call = useUiPart('intakeCall');
  const isThen = useIsThen();
  // A call is taken now. What was being typed waits there.
  return isOpen && !isThen ? <IntakePanel key={alarm ?? call ?? ''} alarm={alarm} call={call} /> : null;
}
