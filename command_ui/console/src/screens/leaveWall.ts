/** The way from the wall to the desk, by key: a wall shows no control, and a commander who stands before it has a keyboard. */

import { VIEW_READERS } from '../documents.generated';
import { hasRole, signIn } from '../session';
import { go, route } from './route';

/** Goes to the dispatch screen where the wall is shown. False for an account that has only the wall: it stays there. */
export function leaveWall(): boolean {
  if (route().screen !== 'wall') return true;
  if (!hasRole(signIn().session, ...VIEW_READERS.incident_board)) return false;
  go('dispatch');
  return true;
}
