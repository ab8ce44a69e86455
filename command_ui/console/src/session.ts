/** Who sits here. A session that ends lays the sign-in over the screen and leaves the screen as it is: drafts survive. */

import { useSyncExternalStore } from 'react';
import { get, post } from './api';
import type { Role, Session } from './documents';
import { type Installation, setInstallation } from './installation';
import { here } from './kept';
import { clear, start, stop } from './live/link';
import { Refusal } from './refusal';
import { atPause } from './typing';
import { draftsBelongTo, say } from './ui';

export interface SignIn {
  /** `unknown`: not asked yet. `ended`: somebody was signed in here, and the screen behind is theirs. */
  state: 'unknown' | 'signed_out' | 'signed_in' | 'ended';
  session: Session | null;
  /** Why the session ended, or why the server could not be asked. */
  why: { zh: string; en: string } | null;
}

let current: SignIn = { state: 'unknown', session: null, why: null };
const listeners = new Set<() => void>();
// Windows of one operator share one sign-in; a browser without the channel asks again at its next request.
const others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('drumtower.session');

function change(next: Partial<SignIn>): void {
  current = { ...current, ...next };
  for (const listener of [...listeners]) listener();
}

export const signIn = (): SignIn => current;

export const useSignIn = (): SignIn =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => current,
  );

/** The session of whoever sits here; null before the sign-in. */
export const useSession = (): Session | null => useSignIn().session;

export const csrf = (): string | null => current.session?.csrf ?? null;

export const hasRole = (session: Session | null, ...roles: Role[]): boolean => roles.some((role) => session?.roles.includes(role) ?? false);

/** Asks who is signed in, at the start and when another window signed in. */
export async function findSession(): Promise<void> {
  void readInstallation();
  try {
    taken(await get<Session>('/api/session'));
  } catch (problem) {
    const refusal = problem instanceof Refusal ? problem : null;
    const isRefused = refusal?.status === 401 || refusal?.status === 403;
    if (current.state === 'unknown' || !isRefused) {
      change({ state: current.session ? 'ended' : 'signed_out', why: isRefused ? null : refusal });
    }
  }
}

/** Signs in. Throws a `Refusal`. */
export async function enter(account: string, password: string): Promise<void> {
  taken(await post<Session>('/api/sign_in', { account, password }));
  others?.postMessage('signed_in');
}

/** Changes the password of whoever is signed in. Throws a `Refusal`. */
export async function changePassword(old_password: string, new_password: string): Promise<void> {
  taken(await post<Session>('/api/change_password', { old_password, new_password }));
}

const POSTPONED_KEY = 'drumtower.postponed';
const nameOf = ({ account, expires_at }: Session): string => `${account} ${expires_at}`;

/** Goes on with the first password; the next sign-in asks again, a reload does not. */
export function postpone(): void {
  if (!current.session) return;
  here.write(POSTPONED_KEY, nameOf(current.session));
  taken(current.session);
}

export async function leave(): Promise<void> {
  try {
    await post('/api/sign_out', {});
  } finally {
    callOff?.();
    callOff = null;
    clear();
    change({ state: 'signed_out', session: null, why: null });
    others?.postMessage('signed_out');
  }
}

let callOff: (() => void) | null = null;

/**
 * The server no longer knows the session (401, or the link said so). The screen stays, under the sign-in: it comes at the next pause of a hand
 * that types, or half a word would be written into the field of the password.
 */
export function sessionEnded(zh = '登录已失效,请重新登录。', en = 'The session has ended: sign in again.'): void {
  if (current.state !== 'signed_in' || callOff) return;
  stop();
  callOff = () => {};
  const later = atPause(() => {
    callOff = null;
    change({ state: 'ended', why: { zh, en } });
  });
  if (callOff) callOff = later;
}

function taken(told: Session): void {
  const isPostponed = here.read(POSTPONED_KEY) === nameOf(told);
  const session = isPostponed ? { ...told, must_change_password: false } : told;
  // Another person at the same console starts with an empty screen.
  if (current.session && current.session.account !== session.account) clear();
  draftsBelongTo(session.account);
  callOff?.();
  callOff = null;
  change({ state: 'signed_in', session, why: null });
  if (session.must_change_password) return;
  start({ onSessionEnded: sessionEnded, onRefused: (zh, en) => say(zh, en, 'no') });
  void readInstallation();
}

let isInstallationRead = false;

/** Zone, names, targets: open before the sign-in, and asked for again at it when that failed. */
async function readInstallation(): Promise<void> {
  if (isInstallationRead) return;
  try {
    setInstallation(await get<Partial<Installation>>('/api/settings'));
    isInstallationRead = true;
  } catch (problem) {
    console.warn('The settings of the installation could not be read; the defaults hold.', problem);
  }
}

if (others) {
  others.onmessage = ({ data }) => {
    if (data === 'signed_in' && current.state !== 'signed_in') void findSession();
    if (data === 'signed_out') sessionEnded('已在另一窗口退出。', 'Signed out in another window.');
  };
}
