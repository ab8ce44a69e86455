/** The time of one step: entered late, or corrected with a reason. Both times stay in the record. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import type { Assignment } from '../documents';
import { useL } from '../i18n';
import { hms, now } from '../live/clock';
import { Key } from '../parts/Marks';
import { drafts, say } from '../ui';
import { recordStep } from './acts';
import { RefusalLine, type Said, saidOf } from './RefusalLine';
import { type Moment, STEP_NAMES } from './steps';
import { timeOfDay } from './timeOfDay';

interface TimeEditorProps {
  incident: string;
  assignment: Assignment;
  moment: Moment;
  onLeave: () => void;
}

export function TimeEditor({ incident, assignment, moment, onLeave }: TimeEditorProps) {
  const L = useL();
  const was = assignment.times[moment];
  const draft = `time.${assignment.assignment}.${moment}`;
  const reasonDraft = `${draft}.reason`;
  const [time, setTime] = useState(() => drafts.get<string>(draft) ?? (was ? hms(was) : ''));
  const [reason, setReason] = useState(() => drafts.get<string>(reasonDraft) ?? '');
  const [said, setSaid] = useState<Said | null>(null);
  const name = STEP_NAMES[moment];
  const save = async () => {
    const at = timeOfDay(time, now());
    if (at === null)
      return setSaid({ zh: `「${time}」不是时间:写成 14:20 或 14:20:05。`, en: `«${time}» is no time: write 14:20 or 14:20:05.` });
    if (was && !reason.trim()) return setSaid({ zh: '更正时间需要写明理由。', en: 'Say why the time is corrected.' });
    try {
      if (was) {
        const body = { assignment: assignment.assignment, step: moment, occurred_at: new Date(at).toISOString(), reason: reason.trim() };
        await command('correct_step_time', body);
        say(
          `${assignment.unit}「${name.zh}」由 ${hms(was)} 更正为 ${hms(at)}`,
          `${assignment.unit} «${name.en.toLowerCase()}» ${hms(was)} → ${hms(at)}`,
        );
      } else if (moment !== 'dispatched' && (await recordStep({ incident, assignment }, moment, at)) !== 'recorded') {
        // What was refused is said in the message line; the time stays here.
        return;
      }
      drafts.set(draft, undefined);
      drafts.set(reasonDraft, undefined);
      onLeave();
    } catch (problem) {
      setSaid(saidOf(problem));
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      void save();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onLeave();
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter and Escape of every field inside mean the same here
    <div className="ask" onKeyDown={onKeyDown}>
      <label className="ask-l ask-time">
        <span>
          {assignment.unit}「{L(name.zh, name.en)}」{was ? L('更正为', 'correct to') : L('发生于', 'occurred at')}
        </span>
        <input
          // biome-ignore lint/a11y/noAutofocus: the person has just asked for this time
          autoFocus
          className="num"
          value={time}
          placeholder="14:20"
          onFocus={(event) => event.target.select()}
          onChange={(event) => {
            setTime(event.target.value);
            setSaid(null);
            drafts.set(draft, event.target.value || undefined);
          }}
        />
      </label>
      {was && (
        <label className="ask-l">
          <span>{L('理由', 'Why')}</span>
          <input
            value={reason}
            onChange={(event) => {
              setReason(event.target.value);
              drafts.set(reasonDraft, event.target.value || undefined);
            }}
          />
        </label>
      )}
      <Button className="btn primary" onPress={() => void save()}>
        {was ? L('更正', 'Correct') : L('补录', 'Enter')} <Key k="↵" />
      </Button>
      <Button className="btn ghost" onPress={onLeave}>
        {L('返回', 'Back')} <Key k="Esc" />
      </Button>
      {said && <RefusalLine said={said} />}
    </div>
  );
}
