/** A row of choices of which one holds: one tab stop, arrows choose, digits too where they are shown. */
import { type KeyboardEvent, useId, useRef } from 'react';
import { Key } from '../parts/Marks';

export interface Choice<T extends string | number> {
  value: T;
  label: React.ReactNode;
  /** Shown, and pressed while the focus is in the row. */
  digit?: string;
}

interface ChoicesProps<T extends string | number> {
  label: React.ReactNode;
  choices: readonly Choice<T>[];
  value: T | null;
  onChoose: (value: T) => void;
  autoFocus?: boolean;
  isLabelHidden?: boolean;
  /** After a choice by its digit: the next question may take the focus. */
  onDigit?: () => void;
}

export function Choices<T extends string | number>({
  label,
  choices,
  value,
  onChoose,
  autoFocus,
  isLabelHidden,
  onDigit,
}: ChoicesProps<T>) {
  const id = useId();
  const group = useRef<HTMLDivElement>(null);
  const at = choices.findIndex((choice) => choice.value === value);
  const choose = (index: number) => {
    const choice = choices[(index + choices.length) % choices.length];
    if (!choice) return;
    onChoose(choice.value);
    group.current?.querySelectorAll<HTMLElement>('[role=radio]')[(index + choices.length) % choices.length]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.nativeEvent.isComposing) return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const digit = choices.findIndex((choice) => choice.digit === event.key);
    if (step === undefined && digit < 0) return;
    event.preventDefault();
    event.stopPropagation();
    choose(digit >= 0 ? digit : at < 0 ? 0 : at + (step ?? 0));
    if (digit >= 0) onDigit?.();
  };
  return (
    <div className="pq" role="radiogroup" aria-labelledby={id} ref={group} onKeyDown={onKeyDown}>
      <span id={id} className={isLabelHidden ? 'sr' : undefined}>
        {label}
      </span>
      {choices.map((choice, index) => (
        // biome-ignore lint/a11y/useSemanticElements: a native radio cannot be a cell of a row that looks like one control
        <button
          key={choice.value}
          type="button"
          role="radio"
          className="rad"
          aria-checked={choice.value === value}
          data-selected={choice.value === value || undefined}
          tabIndex={index === Math.max(0, at) ? 0 : -1}
          // biome-ignore lint/a11y/noAutofocus: an editor that was asked for takes the focus
          autoFocus={autoFocus && index === Math.max(0, at)}
          onClick={() => choose(index)}
        >
          {choice.label}
          {choice.digit && <Key k={choice.digit} />}
        </button>
      ))}
    </div>
  );
}
