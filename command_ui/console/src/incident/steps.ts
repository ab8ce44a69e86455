/** The steps of one unit on one incident: their order, names and keys, and which of them may be entered now, and how. Pure. */

export type Step = 'acknowledged' | 'en_route' | 'on_scene' | 'transporting' | 'at_destination' | 'cleared';
export type Moment = Step | 'dispatched';

export interface Sentence {
  zh: string;
  en: string;
}

/** What the rules need to know of an assignment; an `incident_board` document has more. */
export interface SteppedAssignment {
  unit: string;
  is_open: boolean;
  times: Readonly<Partial<Record<string, string>>>;
}

export const STEPS: readonly Step[] = ['acknowledged', 'en_route', 'on_scene', 'transporting', 'at_destination', 'cleared'];
export const MOMENTS: readonly Moment[] = ['dispatched', ...STEPS];

export const STEP_NAMES: Readonly<Record<Moment, Sentence & { short_en: string }>> = {
  dispatched: { zh: '派出', en: 'Dispatched', short_en: 'Disp' },
  acknowledged: { zh: '确认', en: 'Acknowledged', short_en: 'Ack' },
  en_route: { zh: '出动', en: 'En route', short_en: 'Route' },
  on_scene: { zh: '到场', en: 'On scene', short_en: 'Scene' },
  transporting: { zh: '转运', en: 'Transporting', short_en: 'Trans' },
  at_destination: { zh: '送达', en: 'At destination', short_en: 'Dest' },
  cleared: { zh: '结束', en: 'Cleared', short_en: 'Clear' },
};

export const OUTCOME_NAMES: Readonly<Record<string, Sentence>> = {
  cleared: { zh: '已结束', en: 'cleared' },
  declined: { zh: '已拒派', en: 'declined' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  diverted: { zh: '已改派', en: 'diverted' },
};

/** F9 serves both ends of a transport: leaving, then arriving. */
export type StepKey = 'acknowledged' | 'en_route' | 'on_scene' | 'transport' | 'cleared';

/** The step that a key stands for on this assignment. */
export function stepOfKey(key: StepKey, assignment: SteppedAssignment): Step {
  if (key !== 'transport') return key;
  return assignment.times.transporting ? 'at_destination' : 'transporting';
}

/**
 * The one step that is lit. A step before the furthest one is never lit again: it is entered late, with its time.
 * `transports` says whether this unit takes people to a hospital; for the others a transport stays possible, but is not proposed.
 */
export function nextStep(assignment: SteppedAssignment, transports: boolean): Step | null {
  if (!assignment.is_open) return null;
  const furthest = Math.max(-1, ...STEPS.map((step, index) => (assignment.times[step] ? index : -1)));
  const rest = STEPS.slice(furthest + 1);
  const isUnderway = Boolean(assignment.times.transporting);
  return rest.find((step) => (step === 'transporting' ? transports : step === 'at_destination' ? isUnderway : true)) ?? null;
}

/** How a step may be entered: at once, only with the time when it occurred, as a correction of its time, or not at all. */
export type Entry = { how: 'now' } | { how: 'late' } | { how: 'correct'; at: string } | { how: 'refused'; why: Sentence };

export function entryOf(assignment: SteppedAssignment, step: Moment): Entry {
  const at = assignment.times[step];
  if (at) return { how: 'correct', at };
  const { unit } = assignment;
  if (step === 'dispatched') {
    return { how: 'refused', why: { zh: `${unit} 没有派出时间。`, en: `${unit} has no time of dispatch.` } };
  }
  if (!assignment.is_open) {
    if (step === 'cleared') {
      return {
        how: 'refused',
        why: { zh: `${unit} 的派遣已经结束。`, en: `${unit}'s assignment has ended.` },
      };
    }
    return { how: 'late' };
  }
  const isPassed = STEPS.slice(STEPS.indexOf(step) + 1).some((later) => assignment.times[later]);
  return isPassed ? { how: 'late' } : { how: 'now' };
}

/** The newest step that has a time: the only one that can be undone. `dispatched` and `cleared` cannot. */
export function undoableStep(assignment: SteppedAssignment): Step | null {
  if (!assignment.is_open) return null;
  const done = STEPS.filter((step) => step !== 'cleared' && assignment.times[step]);
  return done.at(-1) ?? null;
}

/**
 * Which moments get a column: transport only where somebody transports or has transported, so that the times of the others have room.
 */
export function columnsOf(assignments: readonly SteppedAssignment[], anyTransports: boolean): Moment[] {
  const has = (step: Step) => assignments.some((assignment) => assignment.times[step]);
  return MOMENTS.filter((moment) => {
    if (moment === 'transporting') return anyTransports || has('transporting');
    if (moment === 'at_destination') return has('transporting') || has('at_destination');
    return true;
  });
}
