/** The one WebSocket of a console: it owns the socket and the timers, and leaves what the frames mean to `protocol.ts`. */

import { useSyncExternalStore } from 'react';
import type { ViewName } from '../documents';
import { correct, present } from './clock';
import { type Effect, type Filter, Protocol, retryAfterMs, SILENCE_MS_MAX } from './protocol';
import { applyDelta, clearViews, replaceView } from './store';

export type LinkState = 'connecting' | 'up' | 'lost';

export interface Link {
  state: LinkState;
  /** When the newest data came, in the server's time (ms); null before the first. */
  dataAt: number | null;
  positions: Record<string, number>;
  /** How far each view is behind the log, in seconds, as the server says. */
  lag: Record<string, number>;
  serverNow: () => number;
  tries: number;
}

export interface Wanted {
  view: ViewName;
  filter: Filter;
}

/** What the link tells the rest of the console. */
export interface LinkEvents {
  onSessionEnded: (zh: string, en: string) => void;
  onRefused: (zh: string, en: string) => void;
}

// Often enough to follow a drifting clock, seldom enough to cost nothing.
const PING_MS = 10_000;
const WATCH_MS = 500;

// Close codes of the interface.
const NOT_SIGNED_IN = 4401;
const NOT_UNDERSTOOD = 4400;

const protocol = new Protocol();
const listeners = new Set<() => void>();
let link: Link = { state: 'connecting', dataAt: null, positions: {}, lag: {}, serverNow: present, tries: 0 };
let events: LinkEvents | null = null;
let socket: WebSocket | null = null;
let heard_ms = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let watch: ReturnType<typeof setInterval> | undefined;
let ping: ReturnType<typeof setInterval> | undefined;

/** The link as it is now; `dataAt` is exact here, while `useLink` renders only when the state changes. */
export const linkNow = (): Link => link;

function change(changed: Partial<Link>, isTold: boolean): void {
  link = { ...link, ...changed };
  if (isTold) for (const listener of [...listeners]) listener();
}

export function onLink(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

let version: string | null = null;
const versionListeners = new Set<(version: string) => void>();

/** Calls with the server's version: at once when it is known, and at every hello. Returns how to stop. */
export function onVersion(listener: (version: string) => void): () => void {
  versionListeners.add(listener);
  if (version !== null) listener(version);
  return () => {
    versionListeners.delete(listener);
  };
}

let told: Link = link;
/** The link, rendered anew when its state changes (not at every tick). */
export function useLink(): Link {
  return useSyncExternalStore(onLink, () => {
    if (told.state !== link.state || told.tries !== link.tries) told = link;
    return told;
  });
}

/** Wants a view; the same filter again costs nothing. */
export function subscribe(view: ViewName, filter: Filter = {}): void {
  carryOut(protocol.subscribe(view, filter, Date.now()));
  for (const listener of [...wishes]) listener();
}

export function unsubscribe(view: ViewName): void {
  carryOut(protocol.unsubscribe(view));
}

/** Every view that is wanted, with its filter. */
export const wantedViews = (): readonly Wanted[] => protocol.wanted() as Wanted[];

const wishes = new Set<() => void>();

/** Calls when another view, or another filter, is wanted. Returns how to stop. */
export function onWanted(listener: () => void): () => void {
  wishes.add(listener);
  return () => {
    wishes.delete(listener);
  };
}

/** Opens the link and keeps it open. Called once signed in; again only after `stop`. */
export function start(on: LinkEvents): void {
  events = on;
  if (socket || retry) return;
  change({ state: link.dataAt === null ? 'connecting' : 'lost', tries: 0 }, true);
  open();
}

/** Closes the link, as at the end of a session. What is on the screen stays, and is said to be old. */
export function stop(): void {
  clearTimeout(retry);
  retry = undefined;
  const closing = socket;
  forget();
  closing?.close(1000);
  if (link.state === 'up') change({ state: 'lost' }, true);
}

/** Another person signs in at this console: nothing of the former's picture may stay. */
export function clear(): void {
  stop();
  protocol.forget();
  clearViews();
  change({ state: 'connecting', dataAt: null, positions: {}, lag: {}, tries: 0 }, true);
}

function address(): string {
  const { protocol: scheme, host } = window.location;
  return `${scheme === 'https:' ? 'wss' : 'ws'}://${host}/api/live`;
}

function open(): void {
  retry = undefined;
  const opened = new WebSocket(address());
  socket = opened;
  heard_ms = Date.now();
  watch = setInterval(look, WATCH_MS);
  opened.onopen = () => {
    if (socket !== opened) return;
    heard_ms = Date.now();
    carryOut(protocol.opened(heard_ms));
    ping = setInterval(() => carryOut([protocol.ping(Date.now())]), PING_MS);
  };
  opened.onmessage = (message) => {
    if (socket !== opened || typeof message.data !== 'string') return;
    heard_ms = Date.now();
    carryOut(protocol.received(message.data, heard_ms));
    if (socket === opened) heard();
  };
  opened.onclose = ({ code }) => {
    if (socket !== opened) return;
    lost(code);
  };
}

function heard(): void {
  const isNews = link.state !== 'up';
  change({ state: 'up', dataAt: present(), positions: protocol.positions(), tries: 0 }, isNews);
}

/** Looks whether the server still speaks. A socket can stay «open» for minutes after its network is gone. */
function look(): void {
  const now_ms = Date.now();
  if (now_ms - heard_ms > SILENCE_MS_MAX) reopen();
  else carryOut(protocol.overdue(now_ms));
}

function reopen(): void {
  const closing = socket;
  if (!closing) return;
  lost(0);
  closing.close();
}

function lost(code: number): void {
  forget();
  if (code === NOT_SIGNED_IN) {
    change({ state: link.dataAt === null ? 'connecting' : 'lost' }, true);
    events?.onSessionEnded('登录已失效,请重新登录。', 'The session has ended: sign in again.');
    return;
  }
  if (code === NOT_UNDERSTOOD) console.error('The server did not understand a frame of this console (4400).');
  const wait_ms = retryAfterMs(link.tries, Math.random());
  change({ state: link.dataAt === null ? 'connecting' : 'lost', tries: link.tries + 1 }, true);
  retry = setTimeout(open, wait_ms);
}

function forget(): void {
  clearInterval(watch);
  clearInterval(ping);
  socket = null;
  protocol.closed();
}

function carryOut(effects: readonly Effect[]): void {
  for (const effect of effects) {
    switch (effect.do) {
      case 'send':
        if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(effect.frame));
        break;
      case 'replace':
        replaceView(effect.view as ViewName, effect.documents);
        break;
      case 'apply':
        applyDelta(effect.view as ViewName, effect.set, effect.gone);
        break;
      case 'drop':
        replaceView(effect.view as ViewName, []);
        break;
      case 'clock':
        correct(effect.server_time, Date.now(), effect.journey_ms);
        break;
      case 'tick':
        change({ lag: effect.lag }, false);
        break;
      case 'refused':
        events?.onRefused(effect.zh, effect.en);
        break;
      case 'session_ends':
        events?.onSessionEnded(effect.zh, effect.en);
        break;
      case 'reopen':
        console.error(`The live link is opened anew: ${effect.why}.`);
        reopen();
        break;
      case 'hello':
        version = effect.version;
        for (const listener of [...versionListeners]) listener(version);
        break;
    }
  }
}
