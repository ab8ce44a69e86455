/** The priority that the type gives, its target, and its key questions: a digit answers and leads to the next one. */
import { useRef } from 'react';
import type { IncidentTypeEntry } from '../documents';
import { useL } from '../i18n';
import { Choices } from '../incident/Choices';
import { mmss } from '../live/clock';
import { LEVEL_NAMES, PRIORITY_NAMES } from '../names';
import { PrioMark } from '../parts/Marks';
import { useTargets } from '../parts/useTargets';
import type { Answered } from './draft';

interface QuestionsProps {
  type: IncidentTypeEntry;
  answers: Readonly<Record<number, Answered>>;
  onAnswer: (question: number, answer: Answered) => void;
  onDone: () => void;
}

export function Questions({ type, answers, onAnswer, onDone }: QuestionsProps) {
  const L = useL();
  const box = useRef<HTMLDivElement>(null);
  const { dispatch_s: within } = useTargets(type.priority, type.agency);
  const questions = type.questions ?? [];
  const next = (index: number) => {
    const groups = box.current?.querySelectorAll<HTMLElement>("[role='radiogroup'] [tabindex='0']");
    const following = groups?.[index + 1];
    if (following) following.focus();
    else onDone();
  };
  return (
    <div className="proto" ref={box}>
      <p className="pr-h">
        <PrioMark p={type.priority} size={18} />
        <b>P{type.priority}</b> {L.of(PRIORITY_NAMES[type.priority])} · {L.of(LEVEL_NAMES[type.level])} · {L('派出目标', 'dispatch within')}{' '}
        <span className="num">{within === undefined ? '–' : mmss(within)}</span>
      </p>
      {questions.map((question, index) => (
        <Choices<Answered>
          // biome-ignore lint/suspicious/noArrayIndexKey: a type's questions are numbered, and answered by their number
          key={`${type.code}-${index}`}
          label={`${index + 1}. ${L.of(question)}`}
          value={answers[index] ?? null}
          onChoose={(answer) => onAnswer(index, answer)}
          onDigit={() => next(index)}
          choices={[
            { value: 'yes', label: L('是', 'Yes'), digit: '1' },
            { value: 'no', label: L('否', 'No'), digit: '2' },
            { value: 'unknown', label: L('不明', 'Unknown'), digit: '3' },
          ]}
        />
      ))}
    </div>
  );
}
