/** Carries out what the command bar read, and says in a sentence what came of it; answers where the focus goes. */
import { command } from '../api';
import { focusPane } from '../focus';
import { addNote, assignmentOf, dispatchUnits, incidentOf, recordStep } from '../incident/acts';
import { awaitFocus } from '../incident/awaitedFocus';
import { STEP_NAMES } from '../incident/steps';
import { openIntake } from '../intake/intakeKeys';
import { hms } from '../live/clock';
import { go, toDispatch } from '../screens/route';
import { enter } from '../time_machine/moment';
import { say, sayProblem, select, setUi, ui } from '../ui';
import type { Act } from './world';

/** `back`: to where it was before the bar. `stay`: the line is kept, to be put right. `gone`: the act has moved it. */
export type FocusAfter = 'back' | 'stay' | 'gone';

export async function perform(act: Act): Promise<FocusAfter> {
  try {
    return await carryOut(act);
  } catch (problem) {
    sayProblem(problem);
    return 'stay';
  }
}

async function carryOut(act: Act): Promise<FocusAfter> {
  switch (act.do) {
    case 'dispatch':
      toDispatch();
      await dispatchUnits(act.incident, act.units);
      if (ui().selected !== act.incident) select(act.incident, act.units[0] ?? null);
      awaitFocus('assigned');
      return 'gone';
    case 'step':
      return steps(act.units, act.step, act.occurredAtMs);
    case 'select': {
      const isPending = incidentOf(act.incident)?.phase === 'pending';
      toDispatch();
      select(act.incident);
      awaitFocus(isPending ? 'reco' : 'assigned');
      return 'gone';
    }
    case 'record':
      go('incident', act.incident);
      return 'gone';
    case 'note': {
      await addNote(act.incident, act.text, act.occurredAtMs);
      const late = act.occurredAtMs === null ? '' : ` ${hms(act.occurredAtMs)}`;
      say(`已记入 ${act.incident}${late}`, `Noted on ${act.incident}${late}`);
      return 'back';
    }
    case 'scope':
      setUi({ scope: act.district ?? '' });
      return 'back';
    case 'back':
      enter(act.at_ms);
      return 'gone';
    case 'call':
      openIntake();
      return 'gone';
    case 'close':
      toDispatch();
      select(act.incident);
      setUi({ closing: act.incident });
      return 'gone';
    case 'place':
      go(act.screen, act.rest);
      // A screen that is new takes the focus itself; of one that stays, its table does.
      requestAnimationFrame(() => document.activeElement === document.body && focusPane('admin-table'));
      return 'gone';
    case 'keys':
      setUi({ helpOpen: true });
      return 'gone';
    case 'out_of_service':
      await command('put_out_of_service', { unit: act.unit, reason: act.reason });
      say(`${act.unit} 已停用:${act.reason}`, `${act.unit} is out of service: ${act.reason}`);
      return 'back';
    case 'in_service':
      await command('return_to_service', { unit: act.unit });
      say(`${act.unit} 已恢复待命`, `${act.unit} is in service`);
      return 'back';
  }
}

async function steps(units: readonly string[], step: Extract<Act, { do: 'step' }>['step'], at: number | null): Promise<FocusAfter> {
  const found = units.map((unit) => ({ unit, assigned: assignmentOf(unit) }));
  const without = found.filter(({ assigned }) => !assigned).map(({ unit }) => unit);
  if (without.length > 0) {
    say(`${without.join('、')} 已没有任务,未登记。`, `${without.join(', ')}: no assignment any more, nothing recorded.`, 'no');
    return 'stay';
  }
  const outcomes = await Promise.all(found.map(({ assigned }) => (assigned ? recordStep(assigned, step, at) : 'refused')));
  const done = units.filter((_, index) => outcomes[index] === 'recorded');
  if (done.length > 1) {
    const name = STEP_NAMES[step];
    say(`${done.join('、')} ${name.zh}`, `${done.join(', ')} ${name.en.toLowerCase()}`);
  }
  return done.length === units.length ? 'back' : 'stay';
}
