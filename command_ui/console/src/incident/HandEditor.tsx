/** Hand the incident to a colleague: who, by name or seat, and why. It is theirs at once; they are asked to say so. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import { type Colleague, useColleagues } from '../colleagues';
import type { IncidentBoard } from '../documents';
import { useL } from '../i18n';
import { Suggest } from '../intake/Suggest';
import { Key } from '../parts/Marks';
import { useSession } from '../session';
import { drafts, say } from '../ui';
import { RefusalLine, type Said, saidOf } from './RefusalLine';

export function HandEditor({ incident, onLeave }: { incident: IncidentBoard; onLeave: () => void }) {
  const L = useL();
  const account = useSession()?.account;
  const draft = `hand.${incident.number}`;
  const [text, setText] = useState('');
  const [to, setTo] = useState<Colleague | null>(null);
  const [reason, setReason] = useState(() => drafts.get<string>(draft) ?? '');
  const [said, setSaid] = useState<Said | null>(null);
  const wanted = text.trim().toLowerCase();
  const found = useColleagues()
    .filter((one) => one.account !== account && one.roles.some((role) => role === 'dispatcher' || role === 'commander'))
    .filter((one) => `${one.account} ${one.zh} ${one.en} ${one.seat}`.toLowerCase().includes(wanted))
    .map((one) => ({ ...one, id: one.account }));
  const save = async () => {
    if (!to) {
      setSaid({ zh: '请先从候选中选定同事。', en: 'Choose a colleague from the list first.' });
      return;
    }
    if (!reason.trim()) {
      setSaid({ zh: '请写明理由。', en: 'Say why.' });
      return;
    }
    try {
      await command('hand_incident', { incident: incident.number, to: to.account, reason: reason.trim() });
      drafts.set(draft, undefined);
      say(`${incident.number} 已移交给 ${to.zh}`, `${incident.number} was handed to ${to.en}`);
      onLeave();
    } catch (problem) {
      setSaid(saidOf(problem));
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape of every field inside means the same here
    <div
      className="ask edit"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        onLeave();
      }}
    >
      <Suggest
        autoFocus
        label={L('移交给', 'Hand to')}
        value={text}
        onWrite={(next) => {
          setText(next);
          setTo(null);
          setSaid(null);
        }}
        suggestions={found}
        onChoose={(one) => {
          setTo(one);
          setText(`${L.of(one, one.account)} ${one.seat}`.trim());
          requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-field=hand-reason]')?.focus());
        }}
        onEnter={() => void save()}
        empty={L('没有这样的同事。', 'There is no such colleague.')}
        render={(one) => (
          <>
            <span>{L.of(one, one.account)}</span>
            <span className="dim num">
              {one.account} {one.seat}
            </span>
          </>
        )}
      />
      <label className="ask-l">
        <span>{L('理由', 'Why')}</span>
        <input
          data-field="hand-reason"
          value={reason}
          maxLength={500}
          onChange={(event) => {
            setReason(event.target.value);
            setSaid(null);
            drafts.set(draft, event.target.value || undefined);
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing || event.key !== 'Enter') return;
            event.preventDefault();
            void save();
          }}
        />
      </label>
      <Button className="btn primary" onPress={() => void save()} isDisabled={!to}>
        {L('移交', 'Hand over')} <Key k="↵" />
      </Button>
      <Button className="btn ghost" onPress={onLeave}>
        {L('返回', 'Back')} <Key k="Esc" />
      </Button>
      {said && <RefusalLine said={said} />}
    </div>
  );
}
