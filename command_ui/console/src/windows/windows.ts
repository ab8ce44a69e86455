/**
 * The windows of one operator: panels that were torn off, and what the windows share. One sign-in (the cookie and `session.ts`), one voice
 * (`sound.ts`), and, where the operator wishes it, one selection. Where a browser has no channel, every window is alone.
 */

import { useSyncExternalStore } from 'react';
import { focusPane } from '../focus';
import { registerKeys } from '../keys';
import { pathOf, route } from '../screens/route';
import { onSettings, settings } from '../settings';
import { onUi, say, select, setUi, ui } from '../ui';
import { PANELS, type PanelName, panelOf } from './panels';
import { HERE_MS, type Heard, hear, type Said, stillHeard } from './presence';

const CHANNEL = 'drumtower.windows';
const SELECTION = 'drumtower.selection';

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL);
const selections = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(SELECTION);
const opened = new Map<PanelName, Window>();
const listeners = new Set<() => void>();
let heard: Heard = new Map();

function tell(next: Heard): void {
  const isChanged = next.size !== heard.size || [...next.keys()].some((panel) => !heard.has(panel));
  heard = next;
  if (isChanged) for (const listener of [...listeners]) listener();
}

const post = (said: Said): void => channel?.postMessage(said);

/** The panel that this window is; null for the dispatch screen. */
const own = (): PanelName | null => (route().screen === 'panel' ? panelOf(route().rest) : null);

/** Opens a panel in a window of its own; one that is open already comes to the front. */
export function tearOff(panel: PanelName): void {
  const { width, height } = PANELS[panel];
  const made = window.open(pathOf('panel', panel), `drumtower.${panel}`, `popup,width=${width},height=${height}`);
  if (made) opened.set(panel, made);
  else say('浏览器拦截了新窗口:请允许本站弹出窗口。', 'The browser blocked the new window: allow pop-ups for this site.', 'no');
}

/** The key that gives the panel with the focus a window of its own. */
export function registerWindowKeys(): () => void {
  const run = () => {
    const panel = panelOf(document.activeElement?.closest<HTMLElement>('[data-area]')?.dataset.area ?? '');
    if (!panel || route().screen !== 'dispatch') return false;
    tearOff(panel);
  };
  return registerKeys([
    { key: 'Shift+W', zh: '焦点所在面板移到新窗口', en: 'The focused panel into a window of its own', where: 'screen', run },
  ]);
}

/** Closes the panel's window; it stands in the dispatch screen again. */
export function takeBackPanel(panel: PanelName): void {
  post({ kind: 'back', panel });
  opened.delete(panel);
  tell(hear(heard, { kind: 'gone', panel }, Date.now()));
}

/** Brings the window of a panel to the front, as far as the browser lets a page do that. False when the panel is not out. */
export function toPanel(panel: PanelName): boolean {
  if (!heard.has(panel)) return false;
  opened.get(panel)?.focus();
  return true;
}

/** From a panel's window: what only the dispatch screen can do. */
export function askDispatch(act: 'intake' | 'open'): void {
  post({ kind: 'do', act });
  (window.opener as Window | null)?.focus();
}

export const useIsTornOff = (panel: PanelName): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => heard.has(panel),
  );

/** Takes part in what the windows say to one another. Returns how to stop. */
export function joinWindows(): () => void {
  if (!channel || !selections) return () => {};
  const here = () => {
    const panel = own();
    if (panel) post({ kind: 'here', panel });
  };
  const onSaid = ({ data }: MessageEvent<Said>) => {
    const panel = own();
    if (data.kind === 'who') here();
    else if (data.kind === 'back' && data.panel === panel) window.close();
    else if (data.kind === 'do' && panel === null && route().screen === 'dispatch') doHere(data.act);
    else tell(hear(heard, data, Date.now()));
  };
  const onLeave = () => {
    const panel = own();
    if (panel) post({ kind: 'gone', panel });
  };
  let last = ui().selected;
  let isFollowing = false;
  const onSelected = () => {
    const { selected, selectedUnit } = ui();
    if (selected === last) return;
    last = selected;
    if (!isFollowing && settings().follows) selections.postMessage({ selected, selectedUnit });
  };
  const onSelection = ({ data }: MessageEvent<{ selected: string | null; selectedUnit: string | null }>) => {
    if (!settings().follows) return;
    isFollowing = true;
    select(data.selected, data.selectedUnit);
    isFollowing = false;
  };
  channel.addEventListener('message', onSaid);
  selections.addEventListener('message', onSelection);
  window.addEventListener('pagehide', onLeave);
  const timer = setInterval(() => {
    here();
    tell(stillHeard(heard, Date.now()));
  }, HERE_MS);
  const stops = [onUi(onSelected), onSettings(onSelected)];
  here();
  post({ kind: 'who' });
  return () => {
    clearInterval(timer);
    channel.removeEventListener('message', onSaid);
    selections.removeEventListener('message', onSelection);
    window.removeEventListener('pagehide', onLeave);
    for (const stop of stops) stop();
  };
}

function doHere(act: 'intake' | 'open'): void {
  window.focus();
  if (act === 'intake') setUi({ intakeOpen: true });
  else if (!focusPane('reco')) focusPane('assigned') || focusPane('note');
}
