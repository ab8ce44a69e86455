/** What the installation says of itself: its zone, its agency's name, its map, its targets. Read once, before the first screen. */

import { useSyncExternalStore } from 'react';
import type { Target } from './documents';
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
  /** What is aimed at where the catalogue has no timers: the standards' values. */
  targets: readonly Target[];
  /** A position older than this is stale. */
  position_stale_s: number;
}

export const INSTALLATION_DEFAULT: Installation = {
  time_zone: 'Asia/Shanghai',
  agency_name_zh: '',
  agency_name_en: '',
  map: {},
  // The server says them; until then nothing is told to be late.
  targets: [],
  position_stale_s: 60,
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
