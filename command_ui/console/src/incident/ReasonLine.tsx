/** An act that needs a reason asks for it where the act is: Enter does it, Escape leaves it; a refusal stays here with the words kept. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useL } from '../i18n';
import { Key } from '../parts/Marks';
import { drafts } from '../ui';
import { RefusalLine, type Said, saidOf } from './RefusalLine';

interface ReasonLineProps {
  label: string;
  /** Under which the words are kept until they are accepted. */
  draft: string;
  onSave: (reason: string) => Promise<void>;
  onLeave: () => void;
}

export function ReasonLine({ label, draft, onSave, onLeave }: ReasonLineProps) {
  const L = useL();
  const [text, setText] = useState(() => drafts.get<string>(draft) ?? '');
  const [said, setSaid] = useState<Said | null>(null);
  const [isBusy, setBusy] = useState(false);
  const write = (next: string) => {
    setText(next);
    setSaid(null);
    drafts.set(draft, next || undefined);
  };
  const save = async () => {
    if (isBusy) return;
    if (!text.trim()) {
      setSaid({ zh: '请写明理由。', en: 'Say why.' });
      return;
    }
    setBusy(true);
    try {
      await onSave(text.trim());
      drafts.set(draft, undefined);
      onLeave();
    } catch (problem) {
      setSaid(saidOf(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="ask">
      <label className="ask-l">
        <span>{label}</span>
        <input
          // biome-ignore lint/a11y/noAutofocus: the person has just asked for this line
          autoFocus
          value={text}
          onChange={(event) => write(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter') {
              event.preventDefault();
              void save();
            }
            if (event.key === 'Escape') {
              event.preventDefault();
              event.stopPropagation();
              onLeave();
            }
          }}
        />
      </label>
      <Button className="btn primary" onPress={() => void save()} isDisabled={isBusy}>
        {L('确定', 'Do it')} <Key k="↵" />
      </Button>
      <Button className="btn ghost" onPress={onLeave}>
        {L('返回', 'Back')} <Key k="Esc" />
      </Button>
      {said && <RefusalLine said={said} />}
    </div>
  );
}
