/**
 * The documents that the console holds, outside React: a map for each view, a set of what changed, one flush each 100 ms. A row subscribes to
 * its own document; a list to the membership of its view; the map layer to the changes.
 */

import { useCallback, useSyncExternalStore } from 'react';
import { afterAnswer } from '../answering';
import type { UnitPosition, ViewName, Views } from '../documents';

// Ten pictures a second are what a person can follow; more would only cost the main thread.
const FLUSH_MS = 100;

type Listener = () => void;
type ChangeListener = (keys: ReadonlySet<string>) => void;

interface View {
  documents: Map<string, unknown>;
  /** While another time is shown: the live picture, kept up beside it. */
  aside: Map<string, unknown> | null;
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
let flushed_ms = Number.NEGATIVE_INFINITY;
let isAside = false;

// How sources are now is kept by no log: it is shown as it is at every time, and says so itself.
const ALWAYS_NOW: ReadonlySet<ViewName> = new Set<ViewName>(['source_health']);

function viewOf(name: ViewName): View {
  let view = views.get(name);
  if (!view) {
    view = {
      documents: new Map(),
      aside: isAside && !ALWAYS_NOW.has(name) ? new Map() : null,
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
  // What comes after a pause is shown at once; what follows close upon it waits for its turn.
  timer ??= setTimeout(() => afterAnswer(flush), Math.max(0, flushed_ms + FLUSH_MS - performance.now()));
}

/** A snapshot of the live link: exactly these documents are in the view. */
export function replaceView(name: ViewName, rows: readonly (readonly [string, number, unknown])[]): void {
  const view = viewOf(name);
  const kept = new Map<string, unknown>();
  for (const [key, , document] of rows) kept.set(key, document);
  if (view.aside) view.aside = kept;
  else show(view, kept);
}

function show(view: View, kept: ReadonlyMap<string, unknown>): void {
  for (const key of [...view.documents.keys()]) if (!kept.has(key)) removeDocument(view, key);
  for (const [key, document] of kept) if (view.documents.get(key) !== document) setDocument(view, key, document);
  view.isMembershipChanged = true;
  touch(view);
}

/** A delta of the live link: these documents are so now, those are gone. */
export function applyDelta(
  name: ViewName,
  set: readonly (readonly [string, number, unknown])[],
  gone: readonly (readonly [string, number])[],
): void {
  const view = viewOf(name);
  if (view.aside) {
    for (const [key, , document] of set) {
      if (document === null) view.aside.delete(key);
      else view.aside.set(key, document);
    }
    for (const [key] of gone) view.aside.delete(key);
    return;
  }
  for (const [key, , document] of set) {
    if (document === null) removeDocument(view, key);
    else setDocument(view, key, document);
  }
  for (const [key] of gone) removeDocument(view, key);
  touch(view);
}

/** From here on the link keeps up the live picture beside what is shown, until `bringBack`. */
export function setAside(): void {
  if (isAside) return;
  isAside = true;
  for (const [name, view] of views) if (!ALWAYS_NOW.has(name)) view.aside = new Map(view.documents);
}

/** The live picture again, with all that came meanwhile. */
export function bringBack(): void {
  if (!isAside) return;
  isAside = false;
  for (const view of views.values()) {
    if (!view.aside) continue;
    const live = view.aside;
    view.aside = null;
    show(view, live);
  }
  flush();
}

/** Shows exactly these documents of another time. Only between `setAside` and `bringBack`. */
export function showThen(name: ViewName, rows: Iterable<readonly [string, unknown]>): void {
  if (isAside && !ALWAYS_NOW.has(name)) show(viewOf(name), new Map(rows));
}

/** One document of another time; null: there was none. */
export function putThen(name: ViewName, key: string, document: unknown): void {
  if (!isAside || ALWAYS_NOW.has(name)) return;
  const view = viewOf(name);
  if (document === null || document === undefined) removeDocument(view, key);
  else setDocument(view, key, document);
  touch(view);
}

/** The documents as they are now, whatever time is shown. */
export function liveDocuments<V extends ViewName>(name: V): ReadonlyMap<string, Views[V]> {
  const view = viewOf(name);
  return (view.aside ?? view.documents) as Map<string, Views[V]>;
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
  flushed_ms = performance.now();
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
  isAside = false;
  for (const view of views.values()) view.aside = null;
  for (const [name, view] of views) {
    replaceView(name, []);
    view.isMembershipChanged = true;
  }
  flush();
}

export { subscribe, useLink } from './link';
