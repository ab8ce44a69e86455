/** One cell of the table of steps: a time, the lit next step, or a quiet step that may still be entered. */
import { Button } from 'react-aria-components';
import type { Assignment } from '../documents';
import { useL } from '../i18n';
import { hm, hms } from '../live/clock';
import { Key } from '../parts/Marks';
import { entryOf, type Moment, STEP_NAMES, type Step } from './steps';

export const STEP_KEYS: Readonly<Record<Step, string>> = {
  acknowledged: 'F6',
  en_route: 'F7',
  on_scene: 'F8',
  transporting: 'F9',
  at_destination: 'F9',
  cleared: 'F10',
};

/** The digit that arms a step: its place in the order of steps, whichever columns are shown. */
export const STEP_DIGITS: Readonly<Record<Step, string>> = {
  acknowledged: '1',
  en_route: '2',
  on_scene: '3',
  transporting: '4',
  at_destination: '5',
  cleared: '6',
};

interface StepCellProps {
  assignment: Assignment;
  moment: Moment;
  isNext: boolean;
  isArmed: boolean;
  isOff: boolean;
  onStep: (step: Step) => void;
  onTime: (moment: Moment) => void;
}

export function StepCell({ assignment, moment, isNext, isArmed, isOff, onStep, onTime }: StepCellProps) {
  const L = useL();
  const at = assignment.times[moment];
  const name = STEP_NAMES[moment];
  if (at) {
    const late = assignment.late[moment];
    const isAssumed = assignment.assumed.includes(moment);
    return (
      <button
        type="button"
        className="st-t num"
        data-late={late || isAssumed ? true : undefined}
        tabIndex={-1}
        title={
          isAssumed
            ? L('推定的时间,不计入时长;可更正', 'An assumed time, not measured from; correct it')
            : late
              ? L(`补录于 ${hms(late)}`, `entered at ${hms(late)}`)
              : L('更正时间', 'Correct this time')
        }
        onClick={() => onTime(moment)}
      >
        {hms(at)}
        {isAssumed ? (
          <span className="st-l">{L('推定', 'assumed')}</span>
        ) : (
          late && (
            <span className="st-l">
              {L('补', 'late')} {hm(late)}
            </span>
          )
        )}
      </button>
    );
  }
  if (moment === 'dispatched') return <span className="st-na">·</span>;
  if (!assignment.is_open) {
    return (
      <button type="button" className="st-na" tabIndex={-1} title={L('补录时间', 'Enter its time')} onClick={() => onTime(moment)}>
        ·
      </button>
    );
  }
  const isLate = entryOf(assignment, moment).how === 'late';
  return (
    <Button
      className={isArmed ? 'btn step armed' : isNext ? 'btn step next' : 'btn step'}
      excludeFromTabOrder
      data-off={isOff || undefined}
      onPress={() => (isLate ? onTime(moment) : onStep(moment))}
    >
      {isArmed ? L('↵ 执行', '↵ do it') : isLate ? L('补录', 'late') : L(name.zh, name.short_en)}
      {isNext && !isArmed && <Key k={STEP_KEYS[moment]} />}
    </Button>
  );
}
