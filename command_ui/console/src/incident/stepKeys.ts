/** F6 to F10: the steps of the chosen unit, wherever the focus is; clearing takes the key twice. */

import { focusPane } from '../focus';
import { type KeyAct, registerKeys } from '../keys';
import { isThen, NOT_NOW } from '../time_machine/moment';
import { say, setUi, ui } from '../ui';
import { type Assigned, assignmentOf, incidentOf, recordStep } from './acts';
import { arm, isArmed } from './arming';
import { STEP_NAMES, type StepKey, stepOfKey } from './steps';

const KEYS: readonly { key: string; step: StepKey; zh: string; en: string }[] = [
  { key: 'F6', step: 'acknowledged', zh: '单位确认', en: 'Unit acknowledged' },
  { key: 'F7', step: 'en_route', zh: '单位出动', en: 'Unit en route' },
  { key: 'F8', step: 'on_scene', zh: '单位到场', en: 'Unit on scene' },
  { key: 'F9', step: 'transport', zh: '单位转运,再按送达', en: 'Unit transporting, then at destination' },
  { key: 'F10', step: 'cleared', zh: '单位结束(按两次)', en: 'Unit cleared (twice)' },
];

/** The unit that a step key means: the chosen one, else the only one on the selected incident. */
export function unitMeant(): Assigned | null {
  const { selected, selectedUnit } = ui();
  const chosen = selectedUnit ? assignmentOf(selectedUnit) : null;
  if (chosen) return chosen;
  const incident = incidentOf(selected);
  const open = incident?.assignments.filter((assignment) => assignment.is_open) ?? [];
  const [only] = open;
  return incident && only && open.length === 1 ? { incident: incident.number, assignment: only } : null;
}

function run(stepKey: StepKey, key: string): void {
  if (isThen()) {
    say(NOT_NOW.zh, NOT_NOW.en, 'no');
    return;
  }
  const meant = unitMeant();
  if (!meant) {
    const name = STEP_NAMES[stepKey === 'transport' ? 'transporting' : stepKey];
    say(`先选单位(A),再按 ${key} 登记「${name.zh}」。`, `Choose a unit first (A), then ${key} records «${name.en.toLowerCase()}».`, 'no');
    return;
  }
  const { assignment } = meant;
  const step = stepOfKey(stepKey, assignment);
  if (step === 'cleared' && !isArmed(assignment.assignment, step)) {
    arm(assignment.assignment, step);
    say(`再按一次 ${key}:${assignment.unit} 结束任务`, `Press ${key} again to clear ${assignment.unit}`, 'wait');
    return;
  }
  void recordStep(meant, step).then((outcome) => {
    if (outcome !== 'late') return;
    setUi({ selected: meant.incident, selectedUnit: assignment.unit });
    focusPane('assigned');
    const name = STEP_NAMES[step];
    say(
      `${assignment.unit} 已过「${name.zh}」:按 E 写明时间。`,
      `${assignment.unit} is past «${name.en.toLowerCase()}»: press E and say when.`,
      'no',
    );
  });
}

export const stepKeyActs: readonly KeyAct[] = KEYS.map(({ key, step, zh, en }) => ({
  key,
  zh,
  en,
  where: 'screen',
  run: () => run(step, key),
}));

export const registerStepKeys = (): (() => void) => registerKeys(stepKeyActs);
