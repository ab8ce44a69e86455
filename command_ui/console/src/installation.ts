/** What the installation says of itself: its zone, its agency's name, its map, its targets. Read once, before the first screen. */

import { useSyncExternalStore } from 'react';
import type { Priority } from './documents';
import { setZone } from './live/clock';

export interface MapSettings {
  /** [lon, lat] */
  centre?: [number, number];
  zoom?: number;
  bounds?: [w: number, s: number, e: number, n: number];
  [name: string]: unknown;
}

export interface Installation {
  time_zone: string;
  agency_name_zh: string;
  agency_name_en: string;
  map: MapSettings;
  /** Seconds from an incident's opening to its first dispatch. NFPA 1225 (2022) asks 60 s for the highest priority. */
  dispatch_target_s: Record<Priority, number>;
  /** Seconds from opening to the first unit on scene. */
  arrival_target_s: Record<Priority, number>;
  /** A position older than this is stale. */
  position_stale_s: number;
  /** Words of the command bar that this installation adds. */
  command_words: Record<string, string[]>;
}

export const INSTALLATION_DEFAULT: Installation = {
  time_zone: 'Asia/Shanghai',
  agency_name_zh: '',
  agency_name_en: '',
  map: {},
  dispatch_target_s: { 1: 60, 2: 120, 3: 300, 4: 900, 5: 1800 },
  arrival_target_s: { 1: 480, 2: 600, 3: 1200, 4: 2400, 5: 3600 },
  position_stale_s: 60,
  command_words: {},
};

let current: Installation = INSTALLATION_DEFAULT;
const listeners = new Set<() => void>();

export const installation = (): Installation => current;

/** Takes what the server says; what it does not say stays at the default. */
export function setInstallation(said: Partial<Installation>): void {
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null && value !== undefined));
  current = { ...INSTALLATION_DEFAULT, ...given };
  setZone(current.time_zone);
  for (const listener of [...listeners]) listener();
}

export const useInstallation = (): Installation =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => current,
  );
