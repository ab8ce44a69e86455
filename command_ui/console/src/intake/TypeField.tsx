/** The incident type, found by Chinese, English or initials; the gravest first among equals. */
import { type Ref, useMemo } from 'react';
import { agencyName, entriesOf } from '../catalogue';
import type { IncidentTypeEntry } from '../documents';
import { useL } from '../i18n';
import { useViewVersion } from '../live/store';
import { PrioMark } from '../parts/Marks';
import { found, indexed } from './initials';
import { Suggest } from './Suggest';

// Twice what fits without scrolling: who needs more writes another letter.
const TYPES_MAX = 20;

interface TypeFieldProps {
  text: string;
  onWrite: (text: string) => void;
  onChoose: (type: IncidentTypeEntry, text: string) => void;
  onEnter?: () => void;
  problem?: React.ReactNode;
  inputRef?: Ref<HTMLInputElement>;
  autoFocus?: boolean;
}

export function TypeField({ text, onWrite, onChoose, onEnter, problem, inputRef, autoFocus }: TypeFieldProps) {
  const L = useL();
  const version = useViewVersion('catalogue', 'content');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the catalogue is read anew when its version rises
  const index = useMemo(() => indexed(entriesOf('incident_type').filter(({ is_retired }) => !is_retired)), [version]);
  const types = useMemo(
    () =>
      found(index, text, (a, b) => a.priority - b.priority)
        .slice(0, TYPES_MAX)
        .map((type) => ({ id: type.code, type })),
    [index, text],
  );
  return (
    <Suggest
      label={L('类型', 'Type')}
      hint={L('中文 · English · 首字母', 'Chinese, English or initials')}
      field="incident_type"
      value={text}
      onWrite={onWrite}
      suggestions={types}
      onChoose={({ type }) => onChoose(type, L.of(type))}
      onEnter={onEnter}
      problem={problem}
      inputRef={inputRef}
      autoFocus={autoFocus}
      empty={L('没有这种类型。', 'There is no such type.')}
      render={({ type }) => (
        <>
          <PrioMark p={type.priority} size={15} />
          <span>{L.of(type)}</span>
          <span className="dim">
            {L(type.en, type.zh)} · {agencyName(type.agency, L)}
          </span>
        </>
      )}
    />
  );
}
