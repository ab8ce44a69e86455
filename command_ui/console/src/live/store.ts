/**
 * The documents that the console holds, outside React: a map for each view, a set of what changed, one flush each 100 ms. A row subscribes to
 * its own document; a list to the membership of its view; the map layer to the changes.
 */

import { useCallback, useSyncExternalStore } from 'react';
import type { UnitPosition, ViewName, Views } from '../documents';

// Ten pictures a second are what a person can follow; more would only cost the main thread.
const FLUSH_MS = 100;

type Listener = () => void;
type ChangeListener = (keys: ReadonlySet<string>) => void;

interface View {
  documents: Map<string, unknown>;
  changed: Set<string>;
  isMembershipChanged: boolean;
  /** Raised at a flush that added or removed a document. */
  membership: number;
  /** Raised at every flush that changed anything. */
  content: number;
  byKey: Map<string, Set<Listener>>;
  onMembership: Set<Listener>;
  onContent: Set<Listener>;
  onChange: Set<ChangeListener>;
}

const views = new Map<ViewName, View>();
const dirty = new Set<View>();
let timer: ReturnType<typeof setTimeout> | undefined;

function viewOf(name: ViewName): View {
  let view = views.get(name);
  if (!view) {
    view = {
      documents: new Map(),
      changed: new Set(),
      isMembershipChanged: false,
      membership: 0,
      content: 0,
      byKey: new Map(),
      onMembership: new Set(),
      onContent: new Set(),
      onChange: new Set(),
    };
    views.set(name, view);
  }
  return view;
}

function touch(view: View): void {
  dirty.add(view);
  timer ??= setTimeout(flush, FLUSH_MS);
}

/** A snapshot: exactly these documents are in the view. */
export function replaceView(name: ViewName, rows: readonly (readonly [string, number, unknown])[]): void {
  const view = viewOf(name);
  const kept = new Map<string, unknown>();
  for (const [key, , document] of rows) kept.set(key, document);
  for (const key of view.documents.keys()) if (!kept.has(key)) removeDocument(view, key);
  for (const [key, document] of kept) setDocument(view, key, document);
  view.isMembershipChanged = true;
  touch(view);
}

/** A delta: these documents are so now, those are gone. */
export function applyDelta(
  name: ViewName,
  set: readonly (readonly [string, number, unknown])[],
  gone: readonly (readonly [string, number])[],
): void {
  const view = viewOf(name);
  for (const [key, , document] of set) {
    if (document === null) removeDocument(view, key);
    else setDocument(view, key, document);
  }
  for (const [key] of gone) removeDocument(view, key);
  touch(view);
}

function setDocument(view: View, key: string, document: unknown): void {
  if (!view.documents.has(key)) view.isMembershipChanged = true;
  view.documents.set(key, document);
  view.changed.add(key);
}

function removeDocument(view: View, key: string): void {
  if (!view.documents.delete(key)) return;
  view.isMembershipChanged = true;
  view.changed.add(key);
}

/** Tells everybody what changed since the last time. Called each 100 ms while anything changes; tests call it themselves. */
export function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  const views_now = [...dirty];
  dirty.clear();
  for (const view of views_now) {
    const keys = view.changed;
    const isMembershipChanged = view.isMembershipChanged;
    view.changed = new Set();
    view.isMembershipChanged = false;
    if (keys.size === 0 && !isMembershipChanged) continue;
    view.content += 1;
    if (isMembershipChanged) view.membership += 1;
    // Few rows are on the screen and many documents change: go through whichever is shorter.
    if (keys.size < view.byKey.size) for (const key of keys) call(view.byKey.get(key));
    else for (const [key, listeners] of [...view.byKey]) if (keys.has(key)) call(listeners);
    if (isMembershipChanged) call(view.onMembership);
    call(view.onContent);
    for (const listener of [...view.onChange]) listener(keys);
  }
}

function call(listeners: ReadonlySet<Listener> | undefined): void {
  if (listeners) for (const listener of [...listeners]) listener();
}

/** All documents of a view that the console holds. The same map for ever: it changes underneath. */
export function documents<V extends ViewName>(name: V): ReadonlyMap<string, Views[V]> {
  return viewOf(name).documents as Map<string, Views[V]>;
}

export const positionsOf = (): ReadonlyMap<string, UnitPosition> => documents('unit_position');

/** Calls with the keys that changed, at most ten times a second. Returns how to stop. */
export function onChange(name: ViewName, listener: ChangeListener): () => void {
  const { onChange: listeners } = viewOf(name);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function onDocument(name: ViewName, key: string, listener: Listener): () => void {
  const { byKey } = viewOf(name);
  let listeners = byKey.get(key);
  if (!listeners) {
    listeners = new Set();
    byKey.set(key, listeners);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) byKey.delete(key);
  };
}

const nothing = (): void => {};

/** One document, rendered anew only when it changes. `null` for no key: nothing. */
export function useDocument<V extends ViewName>(name: V, key: string | null | undefined): Views[V] | undefined {
  const subscribe = useCallback(
    (listener: Listener) => (key === null || key === undefined ? nothing : onDocument(name, key, listener)),
    [name, key],
  );
  return useSyncExternalStore(subscribe, () => (key === null || key === undefined ? undefined : documents(name).get(key)));
}

/** A view, rendered anew when a document comes or goes; not when one only changes. */
export function useView<V extends ViewName>(name: V): ReadonlyMap<string, Views[V]> {
  useViewVersion(name, 'membership');
  return documents(name);
}

/** A number that rises when documents come or go (`membership`), or with every change (`content`, for counts and orders). */
export function useViewVersion(name: ViewName, of: 'membership' | 'content'): number {
  const subscribe = useCallback(
    (listener: Listener) => {
      const view = viewOf(name);
      const listeners = of === 'membership' ? view.onMembership : view.onContent;
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    [name, of],
  );
  return useSyncExternalStore(subscribe, () => viewOf(name)[of]);
}

/** Forgets everything: at sign-out, and between tests. */
export function clearViews(): void {
  for (const [name, view] of views) {
    replaceView(name, []);
    view.isMembershipChanged = true;
  }
  flush();
}

export { subscribe, useLink } from './link';
