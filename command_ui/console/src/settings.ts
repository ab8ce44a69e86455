/** What one operator sets on one console: theme, language, density, text size, sound. Kept in this browser. */

import { useSyncExternalStore } from 'react';
import type { Lang } from './i18n';
import { ours } from './kept';

export interface Settings {
  theme: 'dark' | 'light';
  lang: Lang;
  density: 'normal' | 'dense';
  text_percent: 100 | 115 | 130;
  sound: boolean;
  /** Whether the windows of one operator share the selected incident. */
  follows: boolean;
}

export const SETTINGS_DEFAULT: Settings = { theme: 'dark', lang: 'zh', density: 'normal', text_percent: 100, sound: true, follows: true };

const STORAGE_KEY = 'drumtower.settings';
const ALLOWED: { [K in keyof Settings]: readonly Settings[K][] } = {
  theme: ['dark', 'light'],
  lang: ['zh', 'en'],
  density: ['normal', 'dense'],
  text_percent: [100, 115, 130],
  sound: [true, false],
  follows: [true, false],
};

/** Reads stored text; whatever is not an allowed value falls back to the default of that one setting. */
export function settingsFrom(text: string | null): Settings {
  let stored: unknown = null;
  try {
    stored = JSON.parse(text ?? 'null');
  } catch {
    stored = null;
  }
  const given = (stored !== null && typeof stored === 'object' ? stored : {}) as Record<string, unknown>;
  const allowed = Object.entries(ALLOWED).filter(([name, values]) => (values as readonly unknown[]).includes(given[name]));
  return { ...SETTINGS_DEFAULT, ...Object.fromEntries(allowed.map(([name]) => [name, given[name]])) };
}

let current: Settings = settingsFrom(ours.read(STORAGE_KEY));
const listeners = new Set<() => void>();

export const settings = (): Settings => current;

export function setSettings(changed: Partial<Settings>): void {
  current = { ...current, ...changed };
  ours.write(STORAGE_KEY, JSON.stringify(current));
  for (const listener of [...listeners]) listener();
}

export function onSettings(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useSettings = (): Settings => useSyncExternalStore(onSettings, settings);

// Several windows of one operator share their settings; `storage` fires in all the others.
if (typeof window !== 'undefined') {
  window.addEventListener('storage', (event) => {
    if (event.key !== STORAGE_KEY) return;
    current = settingsFrom(event.newValue);
    for (const listener of [...listeners]) listener();
  });
}
