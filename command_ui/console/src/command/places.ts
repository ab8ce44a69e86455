/** Where the command bar leads besides incidents: the screens of whoever sits here, and what the screen that is shown offers (sections, say). */

import { SCREENS } from '../screens/catalogue';
import { hasRole, signIn } from '../session';
import type { KnownPlace } from './world';

const offered = new Set<readonly KnownPlace[]>();

/** Offers places while a screen is shown. Returns how to take them away (give it to `useEffect`). */
export function offerPlaces(places: readonly KnownPlace[]): () => void {
  offered.add(places);
  return () => void offered.delete(places);
}

/** Those that the account may go to. */
export function placesNow(): KnownPlace[] {
  const { session } = signIn();
  const screens = SCREENS.filter(({ isHidden, roles }) => !isHidden && (!roles || hasRole(session, ...roles)));
  return [...screens.map(({ name, zh, en }) => ({ zh, en, screen: name, rest: '' })), ...[...offered].flat()];
}
