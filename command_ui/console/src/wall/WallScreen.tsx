/** The wall: for commanders and visitors at five metres. Nothing on it can be pressed, and nothing of a person comes to it. */

import { useEffect, useRef } from 'react';
import { useL } from '../i18n';
import { useInstallation } from '../installation';
import { day, now } from '../live/clock';
import { useLink } from '../live/link';
import { setSettings } from '../settings';
import { AlarmCounts } from './AlarmCounts';
import { DataState, StoppedBand, WallClock } from './DataState';
import { Districts, Priorities, Waiting } from './Incidents';
import { Times } from './Times';
import { usePerformance } from './usePerformance';
import { WallMap } from './WallMap';
import './wall.css';

// A pointer that nobody moves is dirt on the picture.
const POINTER_MS = 3_000;

export function WallScreen() {
  const L = useL();
  const root = useRef<HTMLElement>(null);
  const { state } = useLink();
  const { agency_name_zh, agency_name_en } = useInstallation();
  const { found, isOld } = usePerformance();
  useEffect(() => hidePointer(root.current), []);
  useEffect(takeAddress, []);
  return (
    <main className="main wall" ref={root} data-link={state} data-pointer="off">
      <header className="w-top">
        <div>
          <h1>{L(agency_name_zh || '鼓楼', agency_name_en || 'Drumtower')}</h1>
          <DataState />
        </div>
        <Priorities />
        <div className="w-now">
          <WallClock />
          <span className="num">{day(now())}</span>
        </div>
      </header>
      <div className="w-body">
        <div className="w-left">
          <WallMap />
          <Districts />
        </div>
        <div className="w-right">
          <Waiting />
          <Times found={found} isOld={isOld} />
          <AlarmCounts rate={found?.alarms ?? null} />
        </div>
      </div>
      <StoppedBand />
    </main>
  );
}

function hidePointer(element: HTMLElement | null): (() => void) | undefined {
  if (!element) return undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const move = () => {
    element.dataset.pointer = 'on';
    clearTimeout(timer);
    timer = setTimeout(() => {
      element.dataset.pointer = 'off';
    }, POINTER_MS);
  };
  window.addEventListener('pointermove', move);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('pointermove', move);
  };
}

/** A wall has no bar to choose in: its address says theme and language (`/wall?theme=light&lang=en`). */
function takeAddress(): void {
  const asked = new URLSearchParams(window.location.search);
  const theme = asked.get('theme');
  const lang = asked.get('lang');
  if (theme === 'dark' || theme === 'light') setSettings({ theme });
  if (lang === 'zh' || lang === 'en') setSettings({ lang });
}
