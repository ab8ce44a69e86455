/** A server of another version than the one that this page came from: it is said, and the page is loaded anew when that takes nothing away. */

import { useSyncExternalStore } from 'react';
import { unknownNow } from '../api';
import { isDialogOpen, isTyping } from '../focus';
import { isEditedInSight } from '../incident/editing';
import { linkNow, onVersion } from '../live/link';
import { ui } from '../ui';
import { isSafe } from './safe';

const LOOK_MS = 1_000;

let first: string | null = null;
let newer: string | null = null;
const listeners = new Set<() => void>();

/** The version that the server has now, when it is not the one that this page was loaded from. */
export const useNewerVersion = (): string | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => newer,
  );

export const loadAnew = (): void => window.location.reload();

/** Watches for a newer version. Returns how to stop. */
export function watchVersion(reload: () => void = loadAnew): () => void {
  let touched_ms = Date.now();
  const touch = () => {
    touched_ms = Date.now();
  };
  const stop = onVersion((version) => {
    first ??= version;
    newer = version === first ? null : version;
    for (const listener of [...listeners]) listener();
  });
  const timer = setInterval(() => {
    if (newer === null) return;
    const moment = {
      isLinkUp: linkNow().state === 'up',
      unknown: unknownNow().length,
      isIntakeOpen: ui().intakeOpen,
      isDialogOpen: isDialogOpen(),
      isEditing: isEditedInSight(),
      isTyping: isTyping(document.activeElement),
      idle_ms: Date.now() - touched_ms,
    };
    if (isSafe(moment)) reload();
  }, LOOK_MS);
  window.addEventListener('keydown', touch, true);
  window.addEventListener('pointerdown', touch, true);
  return () => {
    stop();
    clearInterval(timer);
    window.removeEventListener('keydown', touch, true);
    window.removeEventListener('pointerdown', touch, true);
  };
}
