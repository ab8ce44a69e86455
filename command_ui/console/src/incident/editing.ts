/** Which value of which incident is being edited, and what it was when the editor opened: a refresh never takes a field under edit. */
import { useSyncExternalStore } from 'react';
import type { IncidentBoard } from '../documents';

export type Edit =
  | 'incident_type'
  | 'priority'
  | 'level'
  | 'place'
  | 'link_call'
  | 'unlink_call'
  | 'absorb'
  | 'merge_into'
  | 'split'
  | 'hand'
  | 'reopen';

export interface Editing {
  edit: Edit;
  incident: string;
  /** The incident as the editor saw it: its `version` goes out with the command. */
  seen: IncidentBoard;
}

let current: Editing | null = null;
const listeners = new Set<() => void>();

function set(next: Editing | null): void {
  current = next;
  for (const listener of [...listeners]) listener();
}

export const edit = (incident: IncidentBoard, what: Edit): void => set({ edit: what, incident: incident.number, seen: incident });

/** After a conflict was read: the newer value is what is overwritten now, knowingly. */
export const seenAnew = (incident: IncidentBoard): void => {
  if (current?.incident === incident.number) set({ ...current, seen: incident });
};

export const leaveEdit = (): void => set(null);

let inSight = 0;

/** Said by an editor that stands on the screen, for as long as it does. */
export function standInSight(): () => void {
  inSight += 1;
  return () => {
    inSight -= 1;
  };
}

/**
 * Whether an editor stands on the screen. One that was left open on another incident does not: its words are kept as drafts, and nothing has
 * to wait for it.
 */
export const isEditedInSight = (): boolean => inSight > 0;

export const useEditing = (): Editing | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => current,
  );
