/** Where a time is typed: «14:05», «昨天 14:05», «-30m». Enter goes there; what cannot be read is said beside it. */

import { useState } from 'react';
import { useL } from '../i18n';
import { present, zoneName } from '../live/clock';
import { Key } from '../parts/Marks';
import { drafts } from '../ui';
import { goTo } from './machine';
import { changeMoment } from './moment';
import { typedTime } from './typedTime';

const DRAFT = 'time_machine.typed';

export function TimeField() {
  const L = useL();
  const [text, setTextNow] = useState(() => drafts.get<string>(DRAFT) ?? '');
  const setText = (next: string) => {
    setTextNow(next);
    drafts.set(DRAFT, next || undefined);
  };
  const go = () => {
    const meant = typedTime(text, present(), zoneName());
    if ('problem' in meant) return changeMoment({ problem: meant.problem });
    setText('');
    goTo(meant.at_ms);
    document.querySelector<HTMLElement>("[data-pane='time']")?.focus();
  };
  return (
    <label className="tm-typed">
      <Key k="F3" />
      <input
        data-pane="time-typed"
        aria-label={L('到时刻', 'Go to')}
        placeholder={L('14:05 · 昨天 14:05 · -30m', '14:05 · yesterday 14:05 · -30m')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          go();
        }}
      />
    </label>
  );
}
