/** The acts on units and incidents, the same from a button, a key or the command bar: what is sent, what is said, what can be taken back. */
import { command } from '../api';
import type { Answer, Assignment, IncidentBoard } from '../documents';
import { hms, now } from '../live/clock';
import { documents } from '../live/store';
import { say, sayProblem, setUi } from '../ui';
import { disarm } from './arming';
import { entryOf, type Sentence, STEP_NAMES, type Step } from './steps';

export interface Assigned {
  incident: string;
  assignment: Assignment;
}

/** The incident as it is on the board, or, once it is closed, as its timeline keeps it. */
export function incidentOf(number: string | null): IncidentBoard | undefined {
  return number ? (documents('incident_board').get(number) ?? documents('incident_timeline').get(number)?.head) : undefined;
}

/** The open assignment of a unit. */
export function assignmentOf(unit: string): Assigned | null {
  const status = documents('unit_status').get(unit);
  const incident = status?.incident;
  if (!incident) return null;
  const assignment = incidentOf(incident)?.assignments.find((one) => one.unit === unit && one.is_open);
  return assignment ? { incident, assignment } : null;
}

/** Why a step cannot simply be recorded now. `late` asks for its time. */
export type StepOutcome = 'recorded' | 'late' | 'correct' | 'refused';

/** Records a step, now or at the moment when it happened. Whatever comes of it is said in a sentence. */
export async function recordStep({ incident, assignment }: Assigned, step: Step, occurredAtMs: number | null = null): Promise<StepOutcome> {
  disarm();
  const entry = entryOf(assignment, step);
  const { unit } = assignment;
  const name = STEP_NAMES[step];
  if (entry.how === 'refused') {
    say(entry.why.zh, entry.why.en, 'no');
    return 'refused';
  }
  if (entry.how === 'correct') {
    say(
      `${unit}「${name.zh}」已登记于 ${hms(entry.at)};要更改请更正时间(E)。`,
      `${unit} «${name.en.toLowerCase()}» was recorded at ${hms(entry.at)}: correct its time (E).`,
      'no',
    );
    return 'correct';
  }
  if (entry.how === 'late' && occurredAtMs === null) return 'late';
  try {
    await command('step_assignment', {
      assignment: assignment.assignment,
      step,
      ...(occurredAtMs === null ? {} : { occurred_at: new Date(occurredAtMs).toISOString() }),
    });
  } catch (problem) {
    sayProblem(problem);
    return 'refused';
  }
  const at = hms(occurredAtMs ?? now());
  const late: Sentence = occurredAtMs === null ? { zh: '', en: '' } : { zh: '(补录)', en: ' (late entry)' };
  // A cleared unit is free for others at once: that cannot be taken back, and took two presses.
  const undo = step === 'cleared' ? undefined : () => void undoStep(assignment, step);
  say(`${unit} ${name.zh} ${at}${late.zh} · ${incident}`, `${unit} ${name.en.toLowerCase()} ${at}${late.en} · ${incident}`, 'ok', undo);
  return 'recorded';
}

export async function undoStep(assignment: Assignment, step: Step): Promise<void> {
  const name = STEP_NAMES[step];
  try {
    await command('undo_step', { assignment: assignment.assignment, step });
    say(`已撤销 ${assignment.unit}「${name.zh}」`, `Undone: ${assignment.unit} «${name.en.toLowerCase()}»`);
  } catch (problem) {
    sayProblem(problem);
  }
}

export interface DispatchResult {
  assignments: string[];
  refused: ({ unit: string; code: string } & Sentence)[];
}

/** Sends units. Throws a `Refusal` where none can go; those that cannot while others can are in `refused`, and are said unless the caller shows them itself. */
export async function dispatchUnits(
  incident: string,
  units: readonly string[],
  offered: readonly string[] = [],
  reason = '',
  isRefusalSaid = true,
): Promise<DispatchResult> {
  const answer: Answer<DispatchResult> = await command<DispatchResult>('dispatch_units', {
    incident,
    units,
    ...(offered.length ? { recommended: offered } : {}),
    ...(reason ? { reason } : {}),
  });
  const { assignments, refused } = answer.result;
  const sent = assignments.map((assignment) => assignment.split('/')[1] ?? assignment);
  const not: Sentence =
    isRefusalSaid && refused.length
      ? { zh: `;未派:${refused.map(({ zh }) => zh).join('')}`, en: `; not sent: ${refused.map(({ en }) => en).join(' ')}` }
      : { zh: '', en: '' };
  setUi({ selectedUnit: sent[0] ?? null });
  say(`已派 ${sent.join('、')} 到 ${incident}${not.zh}`, `Sent ${sent.join(', ')} to ${incident}${not.en}`, not.zh ? 'no' : 'ok');
  return answer.result;
}

export async function addNote(incident: string, text: string, occurredAtMs: number | null): Promise<void> {
  await command('add_note', {
    incident,
    text,
    ...(occurredAtMs === null ? {} : { occurred_at: new Date(occurredAtMs).toISOString() }),
  });
}
