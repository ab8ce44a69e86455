/** What an act on an alarm still needs: for how long it is shelved, and why. It lies over the list, at the place of the act. */

import { useEffect, useRef, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { AlarmBoard } from '../documents';
import { focusIfLost } from '../focus';
import { useL } from '../i18n';
import { Key } from '../parts/Marks';
import type { Refusal } from '../refusal';
import { drafts } from '../ui';
import { alarmText } from './AlarmRow';
import { useEnded } from './ended';

export type Act = 'shelve' | 'dismiss';

// The bounds of the interface; shelving never is for ever.
const MINUTES_MAX = 480;
const MINUTES_OFFERED = [15, 30, 60, 120];

interface Given {
  minutes: string;
  reason: string;
}

/** Under which what is given for an act is kept until it is done. */
export const actDraft = (act: Act, alarm: string): string => `alarm.${act}.${alarm}`;

interface Props {
  act: Act;
  alarm: AlarmBoard;
  refusal: Refusal | null;
  /** Somebody else dismissed or cleared it meanwhile. */
  isGone: boolean;
  onDone: (given: { minutes: number; reason: string }) => void;
  onBack: () => void;
}

export function ActForm({ act, alarm, refusal, isGone, onDone, onBack }: Props) {
  const L = useL();
  const draft = actDraft(act, alarm.alarm);
  const [{ minutes, reason }, setGiven] = useState<Given>(() => ({ minutes: '30', reason: '', ...drafts.get<Given>(draft) }));
  const give = (changed: Partial<Given>) => {
    const given = { minutes, reason, ...changed };
    setGiven(given);
    drafts.set(draft, given);
  };
  const leave = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isGone) requestAnimationFrame(() => focusIfLost(leave.current));
  }, [isGone]);
  const gone = useEnded(act, alarm.alarm, isGone);
  const [isAsked, setAsked] = useState(false);
  const whole = Number(minutes);
  const isWrongTime = act === 'shelve' && !(Number.isInteger(whole) && whole >= 1 && whole <= MINUTES_MAX);
  const isReasonMissing = reason.trim() === '';
  const done = () => {
    if (isGone) return;
    setAsked(true);
    if (!isWrongTime && !isReasonMissing) onDone({ minutes: whole, reason: reason.trim() });
  };
  return (
    <form
      className="a-form"
      aria-label={act === 'shelve' ? L('搁置告警', 'Shelve the alarm') : L('撤销告警', 'Dismiss the alarm')}
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        onBack();
      }}
    >
      <p className="a-form-t">
        <b>{act === 'shelve' ? L('搁置', 'Shelve') : L('撤销', 'Dismiss')}</b> {alarmText(alarm, L)}
      </p>
      {act === 'shelve' ? (
        <div className="a-form-l">
          <TextField
            className="fld-l"
            value={minutes}
            onChange={(next) => give({ minutes: next })}
            isInvalid={isAsked && isWrongTime}
            autoFocus
          >
            <Label>{L('分钟', 'Minutes')}</Label>
            <Input inputMode="numeric" onFocus={(event) => event.target.select()} />
          </TextField>
          {MINUTES_OFFERED.map((offered) => (
            <Button key={offered} className="btn" excludeFromTabOrder onPress={() => give({ minutes: String(offered) })}>
              {offered}
            </Button>
          ))}
        </div>
      ) : null}
      <TextField
        className="fld-l"
        value={reason}
        onChange={(next) => give({ reason: next })}
        isInvalid={isAsked && isReasonMissing}
        autoFocus={act === 'dismiss'}
      >
        <Label>{L('原因', 'Reason')}</Label>
        <Input />
      </TextField>
      {isAsked && (isWrongTime || isReasonMissing) ? (
        <p className="refusal" role="alert">
          <span aria-hidden="true">!</span>
          {isWrongTime
            ? L(`搁置时间须为 1 到 ${MINUTES_MAX} 分钟。`, `Shelving takes 1 to ${MINUTES_MAX} minutes.`)
            : L('请写明原因。', 'Give a reason.')}
        </p>
      ) : null}
      {gone ? (
        <p className="refusal" role="alert">
          <span aria-hidden="true">!</span>
          {L(gone.zh, gone.en)}
        </p>
      ) : null}
      {refusal && !isGone ? (
        <p className="refusal" role="alert">
          <span aria-hidden="true">!</span>
          {L(refusal.zh, refusal.en)}
        </p>
      ) : null}
      <footer>
        <Button ref={leave} className="btn bare" onPress={onBack}>
          {L('返回', 'Back')} <Key k="Esc" />
        </Button>
        <Button className="btn primary" type="submit" isDisabled={isGone}>
          {act === 'shelve' ? L('搁置', 'Shelve') : L('撤销', 'Dismiss')} <Key k="↵" />
        </Button>
      </footer>
    </form>
  );
}
