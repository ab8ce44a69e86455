/** The way in: F3 enters the time machine, and inside it leads to the field where a time is typed. */

import { registerKeys } from '../keys';
import { leaveWall } from '../screens/leaveWall';
import { enter, isThen } from './moment';

const toTyped = (): void => document.querySelector<HTMLElement>("[data-pane='time-typed']")?.focus();

export const registerTimeKey = (): (() => void) =>
  registerKeys([
    {
      key: 'F3',
      zh: '回看(时间机)',
      en: 'Look back (time machine)',
      where: 'screen',
      // The wall shows now: whoever may, looks back at the desk.
      run: () => (isThen() ? toTyped() : leaveWall() && enter(null)),
    },
  ]);
