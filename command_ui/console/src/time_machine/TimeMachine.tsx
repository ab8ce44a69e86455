/** What the time machine adds to a screen: the band over it and the bar under it. Fetched when it is first entered. */

import { useEffect, useRef } from 'react';
import { useL } from '../i18n';
import { useSession } from '../session';
import { say, setUi, ui, useUiPart } from '../ui';
import { Band } from './Band';
import { leave } from './machine';
import { NOT_NOW } from './moment';
import { WallTime } from './WallTime';
import './time_machine.css';

export { Bar } from './Bar';
export { Compare } from './Compare';

/** The band, and the announcements of coming and going. */
export function ThenBand() {
  useThen();
  return <Band />;
}

/** Band and bar of a wall, in one. */
export function ThenWall() {
  useThen();
  return <WallTime />;
}

/** Whoever signs out or gives the console to another leaves the time machine. */
function useThen(): void {
  const L = useL();
  const account = useSession()?.account;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person's past is not this one's
  useEffect(() => leave, [account]);
  useStandStill();
  useEffect(() => {
    const before = document.title;
    document.title = `${L('回看', 'Looking back')} · ${before}`;
    return () => {
      document.title = before;
    };
  }, [L]);
}

/** Intake and closing are acts of now: what asks for them is told so. An intake that was open waits for the return. */
function useStandStill(): void {
  const closing = useUiPart('closing');
  const isIntakeOpen = useUiPart('intakeOpen');
  const isEntered = useRef(false);
  useEffect(() => {
    const wasOpen = ui().intakeOpen;
    setUi({ intakeOpen: false, closing: null });
    return () => {
      if (wasOpen) setUi({ intakeOpen: true });
    };
  }, []);
  useEffect(() => {
    if (!isEntered.current) {
      isEntered.current = true;
      return;
    }
    if (closing === null && !isIntakeOpen) return;
    setUi({ closing: null, intakeOpen: false });
    say(NOT_NOW.zh, NOT_NOW.en, 'no');
  }, [closing, isIntakeOpen]);
}
