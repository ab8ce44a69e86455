/**
 * A field that offers what it may mean (ARIA combobox): the first candidate is active while one types, Enter takes it, arrows choose another,
 * Escape closes the list first. While an input method composes, every key is its own. A list that answers what was typed before is shown on,
 * but Enter takes nothing out of it unseen: it waits for the answer to what is typed now.
 */
import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useId, useRef, useState } from 'react';
import { useListBelow } from './listBelow';

export interface Suggestion {
  id: string;
}

interface SuggestProps<T extends Suggestion> {
  label: ReactNode;
  hint?: ReactNode;
  value: string;
  onWrite: (text: string) => void;
  suggestions: readonly T[];
  /** They answer an earlier text; those for this one are on their way. */
  isStale?: boolean;
  render: (suggestion: T) => ReactNode;
  onChoose: (suggestion: T) => void;
  /** Enter with no list open: what was typed stands. */
  onEnter?: () => void;
  placeholder?: string;
  empty?: ReactNode;
  problem?: ReactNode;
  inputRef?: Ref<HTMLInputElement>;
  field?: string;
  autoFocus?: boolean;
  children?: ReactNode;
}

export function Suggest<T extends Suggestion>(props: SuggestProps<T>) {
  const { suggestions, onChoose, onEnter, isStale = false } = props;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [index, setIndex] = useState(0);
  // Enter was pressed at this text, before its suggestions were here.
  const [awaited, setAwaited] = useState<string | null>(null);
  const first = suggestions[0]?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its first candidate
  useEffect(() => setIndex(0), [first, props.value]);
  const active = isOpen ? suggestions[Math.min(index, suggestions.length - 1)] : undefined;
  const isEmptyShown = isOpen && suggestions.length === 0 && Boolean(props.empty) && props.value.trim() !== '';
  const isShown = isOpen && (suggestions.length > 0 || isEmptyShown);
  const line = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useListBelow(line, list, isShown);
  const choose = (suggestion: T) => {
    setOpen(false);
    setAwaited(null);
    onChoose(suggestion);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen is of the render in which the answer came
  useEffect(() => {
    if (awaited === null || isStale) return;
    setAwaited(null);
    if (awaited === props.value && active) choose(active);
  }, [awaited, isStale]);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.altKey) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      if (isOpen && isStale && index === 0) setAwaited(props.value);
      else if (active) choose(active);
      else onEnter?.();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) setOpen(true);
      else setIndex((at) => Math.max(0, Math.min(suggestions.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Escape' && isShown) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <div className="fld suggest" data-wrong={props.problem ? true : undefined}>
      <label htmlFor={id}>
        {props.label} {props.hint && <span className="dim">{props.hint}</span>}
      </label>
      <div className="suggest-i" ref={line}>
        <input
          id={id}
          ref={props.inputRef}
          // biome-ignore lint/a11y/noAutofocus: an editor that was asked for takes the focus
          autoFocus={props.autoFocus}
          data-field={props.field}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={isOpen && suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active ? `${id}-${active.id}` : undefined}
          aria-invalid={props.problem ? true : undefined}
          aria-describedby={props.problem ? `${id}-problem` : undefined}
          autoComplete="off"
          value={props.value}
          placeholder={props.placeholder}
          onChange={(event) => {
            setOpen(true);
            setAwaited(null);
            props.onWrite(event.target.value);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setOpen(false);
            setAwaited(null);
          }}
          onClick={() => setOpen(true)}
        />
        {props.children}
      </div>
      <div ref={list} className="pop suggest-p" id={`${id}-list`} role="listbox" aria-busy={isStale} popover="manual" hidden={!isShown}>
        {isEmptyShown && <p className="suggest-e">{props.empty}</p>}
        {isOpen &&
          suggestions.map((suggestion, at) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus; aria-activedescendant points here
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input hears the keys
            <div
              key={suggestion.id}
              id={`${id}-${suggestion.id}`}
              role="option"
              className="cmd-i"
              aria-selected={suggestion === active}
              data-focused={suggestion === active || undefined}
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setIndex(at)}
              onClick={() => choose(suggestion)}
            >
              {props.render(suggestion)}
            </div>
          ))}
      </div>
      {props.problem && (
        <p className="fld-no" id={`${id}-problem`} role="alert">
          {props.problem}
        </p>
      )}
    </div>
  );
}
