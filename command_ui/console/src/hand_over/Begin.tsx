/** The one who leaves begins: for whom, and with which words. The server takes the list. */

import { useState } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import type { Colleague } from '../colleagues';
import { useL } from '../i18n';
import { RefusalLine, type Said, saidOf } from '../incident/RefusalLine';
import { Suggest } from '../intake/Suggest';
import { Key } from '../parts/Marks';
import { drafts, say } from '../ui';

const DRAFT = 'hand_over.remark';

interface Props {
  account: string;
  colleagues: readonly Colleague[];
  onBegun: (hand_over: string) => void;
}

export function Begin({ account, colleagues, onBegun }: Props) {
  const L = useL();
  const [text, setText] = useState('');
  const [to, setTo] = useState<Colleague | null>(null);
  const [remark, setRemark] = useState(() => drafts.get<string>(DRAFT) ?? '');
  const [said, setSaid] = useState<Said | null>(null);
  const [isBusy, setBusy] = useState(false);
  const found = colleagues
    .filter(
      (one) =>
        one.account !== account && `${one.account} ${one.zh} ${one.en} ${one.seat}`.toLowerCase().includes(text.trim().toLowerCase()),
    )
    .map((one) => ({ ...one, id: one.account }));
  const begin = async () => {
    if (isBusy) return;
    if (text.trim() && !to) {
      setSaid({ zh: '请从候选中选定接班人,或清空此栏。', en: 'Choose the next operator from the list, or leave the field empty.' });
      return;
    }
    setBusy(true);
    try {
      const answer = await command<{ hand_over: string; items: number }>('begin_hand_over', {
        ...(to ? { to: to.account } : {}),
        ...(remark.trim() ? { remark: remark.trim() } : {}),
      });
      drafts.set(DRAFT, undefined);
      setRemark('');
      const { hand_over, items } = answer.result;
      say(`交接班 ${hand_over} 已发起,共 ${items} 项`, `Hand-over ${hand_over} was begun with ${items} items`);
      onBegun(hand_over);
    } catch (problem) {
      setSaid(saidOf(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section
      className="ho-sec ho-begin"
      aria-label={L('发起交班', 'Hand over')}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !event.ctrlKey || event.nativeEvent.isComposing) return;
        event.preventDefault();
        void begin();
      }}
    >
      <header className="s-head">
        <h3>{L('发起交班', 'Hand over')}</h3>
      </header>
      <div className="ho-form">
        <Suggest
          label={L('接班人(空:到岗者接)', 'Next operator (empty: whoever comes)')}
          field="shift-to"
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
          }}
          onEnter={() => void begin()}
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
        <label className="fld">
          <span>{L('交班说明', 'Remark')}</span>
          <input
            value={remark}
            maxLength={1_000}
            onChange={(event) => {
              setRemark(event.target.value);
              drafts.set(DRAFT, event.target.value || undefined);
            }}
          />
        </label>
        <Button className="btn primary" onPress={() => void begin()} isDisabled={isBusy}>
          {L('列清单并交班', 'Take the list and hand over')} <Key k="Ctrl ↵" />
        </Button>
        {said && <RefusalLine said={said} />}
      </div>
    </section>
  );
}
