/** Whether a console may load itself anew without taking anything from the person at it. Pure. */

export interface Moment {
  isLinkUp: boolean;
  /** Commands whose answer has not come. */
  unknown: number;
  isIntakeOpen: boolean;
  isDialogOpen: boolean;
  /** A value of an incident is being changed. */
  isEditing: boolean;
  /** The focus is in a field. */
  isTyping: boolean;
  /** How long nobody has touched keyboard or pointer. */
  idle_ms: number;
}

// Long enough that nobody is in the middle of reading a refusal, short enough that an upgrade arrives within the quiet of a shift.
export const IDLE_MS_MIN = 30_000;

export const isSafe = ({ isLinkUp, unknown, isIntakeOpen, isDialogOpen, isEditing, isTyping, idle_ms }: Moment): boolean =>
  isLinkUp && unknown === 0 && !isIntakeOpen && !isDialogOpen && !isEditing && !isTyping && idle_ms >= IDLE_MS_MIN;
