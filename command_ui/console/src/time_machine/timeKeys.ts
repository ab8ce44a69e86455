/** Time travel by keyboard: play, step, speed, clock, and back to now. */

import { useEffect } from 'react';
import { registerKeys } from '../keys';
import { back, forward, leave, play, setClock, speedBy } from './machine';
import { changeMoment, moment } from './moment';

const focusOn = (pane: string): void => document.querySelector<HTMLElement>(`[data-pane='${pane}']`)?.focus();

export const togglePlay = (): void => play(!moment()?.isPlaying);
const toggleClock = (): void => setClock(moment()?.clock === 'recorded' ? 'occurred' : 'recorded');
const toggleComparing = (): void => changeMoment({ isComparing: !moment()?.isComparing });

/** On a button Space presses it. */
const isOnButton = ({ target }: KeyboardEvent): boolean => target instanceof Element && target.closest('button') !== null;

/** The keys of the time machine, and the focus on its cursor. `canCompare`: where there is room to show now beside then. */
export function useTimeKeys(canCompare = true): void {
  useEffect(
    () =>
      registerKeys([
        { key: 'Escape', zh: '回到现在', en: 'Back to now', where: 'screen', run: leave },
        { key: 'Escape', zh: '回到时刻条', en: 'Back to the bar', where: 'time', whileTyping: true, isHidden: true, run: escaped },
        { key: 'P', zh: '播放 / 暂停', en: 'Play / pause', where: 'screen', run: togglePlay },
        {
          key: 'Space',
          zh: '播放 / 暂停',
          en: 'Play / pause',
          where: 'time',
          isHidden: true,
          run: (event) => !isOnButton(event) && togglePlay(),
        },
        { key: ',', mayRepeat: true, zh: '退一步', en: 'One event back', where: 'screen', run: back },
        { key: '.', mayRepeat: true, zh: '进一步', en: 'One event on', where: 'screen', run: forward },
        { key: '+', mayRepeat: true, zh: '更快', en: 'Faster', where: 'time', run: () => speedBy(1) },
        { key: '-', mayRepeat: true, zh: '更慢', en: 'Slower', where: 'time', run: () => speedBy(-1) },
        { key: 'Shift+K', zh: '当时所知 / 当时实情', en: 'What was known / what was true', where: 'screen', run: toggleClock },
        ...(canCompare
          ? [{ key: 'Shift+C', zh: '与现在对照', en: 'Compare with now', where: 'screen' as const, run: toggleComparing }]
          : []),
      ]),
    [canCompare],
  );
  useEffect(() => focusOn('time'), []);
}

/** From the field of the typed time back to the cursor; from there back to now. */
function escaped(): void {
  if (document.activeElement instanceof HTMLInputElement) focusOn('time');
  else leave();
}
