/** The way in: F3 enters the time machine, and inside it leads to the field where a time is typed. */

import { VIEW_READERS } from '../documents.generated';
import { registerKeys } from '../keys';
import { route } from '../screens/route';
import { hasRole, signIn } from '../session';
import { enter, isThen } from './moment';

const toTyped = (): void => document.querySelector<HTMLElement>("[data-pane='time-typed']")?.focus();

/** An account that has only the wall shows now to whoever passes; a commander looks back on the same wall. */
const mayLookBack = (): boolean => route().screen !== 'wall' || hasRole(signIn().session, ...VIEW_READERS.incident_board);

export const registerTimeKey = (): (() => void) =>
  registerKeys([
    {
      key: 'F3',
      zh: '回看(时间机)',
      en: 'Look back (time machine)',
      where: 'screen',
      run: () => (isThen() ? toTyped() : mayLookBack() && enter(null)),
    },
  ]);
