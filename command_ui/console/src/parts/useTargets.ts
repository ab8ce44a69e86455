/** What an incident's running time is measured against; drawn anew when an administrator changes a timer. */

import { arrivalTarget, dispatchTarget } from '../catalogue';
import type { Priority } from '../documents';
import { useInstallation } from '../installation';
import { useDocument } from '../live/store';

export interface Targets {
  /** Seconds from opening to the first dispatch. */
  dispatch_s: number | undefined;
  /** Seconds from opening to the first unit on scene. */
  arrival_s: number | undefined;
}

export function useTargets(priority: Priority, agency: string): Targets {
  useInstallation();
  useDocument('catalogue', 'timers:*');
  useDocument('catalogue', `timers:${agency}`);
  return { dispatch_s: dispatchTarget(priority, agency), arrival_s: arrivalTarget(priority, agency) };
}
