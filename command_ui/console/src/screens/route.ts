/** Which screen the address names. Screens are places: they can be linked to, opened in a window of their own, and left with the back button. */

import { useSyncExternalStore } from 'react';

export const SCREEN_NAMES = ['dispatch', 'wall', 'incident', 'statistics', 'administration', 'hand-over', 'panel'] as const;
export type ScreenName = (typeof SCREEN_NAMES)[number];

export interface Route {
  screen: ScreenName;
  /** What follows the screen's name: an incident's number, a panel's name. '' for nothing. */
  rest: string;
}

/** Reads a path. Whatever is no screen is `dispatch`: nobody who mistypes an address stands before an empty page. */
export function routeOf(path: string): Route {
  const [first = '', ...more] = path.split('/').filter(Boolean);
  const screen = SCREEN_NAMES.find((name) => name === first && name !== 'dispatch');
  return screen ? { screen, rest: more.map(decoded).join('/') } : { screen: 'dispatch', rest: '' };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function pathOf(screen: ScreenName, rest = ''): string {
  if (screen === 'dispatch') return '/';
  return rest ? `/${screen}/${rest.split('/').map(encodeURIComponent).join('/')}` : `/${screen}`;
}

let current: Route = routeOf(typeof window === 'undefined' ? '/' : window.location.pathname);
const listeners = new Set<() => void>();

export const route = (): Route => current;

function follow(): void {
  const next = routeOf(window.location.pathname);
  if (next.screen === current.screen && next.rest === current.rest) return;
  current = next;
  for (const listener of [...listeners]) listener();
}

/** Goes to a screen; the back button comes back. */
export function go(screen: ScreenName, rest = ''): void {
  const path = pathOf(screen, rest);
  if (path === window.location.pathname) return;
  window.history.pushState(null, '', path);
  follow();
}

/** For an act that stands on the dispatch screen only. True when another screen was left for it. */
export function toDispatch(): boolean {
  if (current.screen === 'dispatch' || current.screen === 'panel') return false;
  go('dispatch');
  return true;
}

export function onRoute(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useRoute = (): Route => useSyncExternalStore(onRoute, route);

if (typeof window !== 'undefined') window.addEventListener('popstate', follow);
