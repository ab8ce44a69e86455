/** What was promised and is owed: the first that is due first; a line to make one, a key to keep it, a reason to drop it. */

import { useEffect, useState } from 'react';
import { command } from '../api';
import { type Colleague, nameOf } from '../colleagues';
import { useL } from '../i18n';
import { ReasonLine } from '../incident/ReasonLine';
import { RefusalLine, type Said, saidOf } from '../incident/RefusalLine';
import { useRoving } from '../incident/roving';
import { timeOn } from '../incident/timeline';
import { registerKeys } from '../keys';
import { now, onSecond } from '../live/clock';
import { documents, useViewVersion } from '../live/store';
import { Key } from '../parts/Marks';
import { drafts, say, sayProblem } from '../ui';
import { promiseText } from './promise';
import { byDue, isDue, makePromise } from './promises';

const DRAFT = 'promise';

export function Promises({ colleagues }: { colleagues: readonly Colleague[] }) {
  const L = useL();
  useViewVersion('promise_board', 'content');
  const [nowMs, setNow] = useState(now);
  useEffect(() => onSecond(setNow), []);
  const promises = [...documents('promise_board').values()].sort(byDue);
  const roving = useRoving(promises.length);
  const [dropping, setDropping] = useState<string | null>(null);
  const current = promises[roving.index];
  const isHere = () => document.activeElement?.closest('[data-pane=promises] [data-roving]') !== null;
  const keep = async () => {
    if (!current) return;
    try {
      await command('keep_promise', { promise: current.promise });
      say(`承诺「${current.text}」已履行`, `Promise «${current.text}» was kept`);
    } catch (problem) {
      sayProblem(problem);
    }
  };
  useEffect(() =>
    registerKeys([
      {
        key: 'K',
        zh: '承诺已履行',
        en: 'The promise was kept',
        where: 'hand_over',
        run: () => (isHere() && current ? void keep() : false),
      },
      {
        key: 'X',
        zh: '取消承诺',
        en: 'Drop the promise',
        where: 'hand_over',
        run: () => (isHere() && current ? setDropping(current.promise) : false),
      },
    ]),
  );
  return (
    <section className="ho-sec" aria-label={L('承诺', 'Promises')}>
      <header className="s-head">
        <h3>{L('承诺', 'Promises')}</h3>
        <span className="dim num">{promises.length}</span>
        <span className="sp" />
        {promises.length > 0 && (
          <span className="hint">
            <Key k="O" /> <Key k="K" /> {L('已履行', 'kept')} <Key k="X" /> {L('取消', 'drop')}
          </span>
        )}
      </header>
      <ul
        className="ho-list"
        data-pane="promises"
        ref={(element) => {
          roving.ref.current = element;
        }}
        onKeyDown={roving.onKeyDown}
      >
        {promises.map((promise, index) => (
          <li key={promise.promise} data-due={isDue(promise, nowMs) || undefined}>
            <div className="ho-promise" {...roving.row(index)}>
              <span className="num">{promise.due_at ? timeOn(promise.due_at, nowMs).slice(0, -3) : '–'}</span>
              <span className="ho-text">
                {promise.text}
                {promise.incident && <span className="num dim"> · {promise.incident}</span>}
                {isDue(promise, nowMs) && <em>{L('已到期', 'due')}</em>}
              </span>
              <span className="dim">{nameOf(promise.owner, colleagues, L)}</span>
            </div>
            {dropping === promise.promise && (
              <ReasonLine
                label={L('取消承诺,理由', 'Drop the promise, why')}
                draft={`drop.${promise.promise}`}
                onLeave={() => setDropping(null)}
                onSave={async (reason) => {
                  await command('drop_promise', { promise: promise.promise, reason });
                }}
              />
            )}
          </li>
        ))}
        {promises.length === 0 && <li className="dim ho-none">{L('没有未了的承诺', 'Nothing is owed')}</li>}
      </ul>
      <NewPromise />
    </section>
  );
}

function NewPromise() {
  const L = useL();
  const [text, setText] = useState(() => drafts.get<string>(DRAFT) ?? '');
  const [said, setSaid] = useState<Said | null>(null);
  const write = (next: string) => {
    setText(next);
    setSaid(null);
    drafts.set(DRAFT, next || undefined);
  };
  const save = async () => {
    const promise = promiseText(text, now());
    if (!promise.text) return;
    try {
      await makePromise(promise);
      write('');
    } catch (problem) {
      setSaid(saidOf(problem));
    }
  };
  const due = promiseText(text, now()).dueAtMs;
  return (
    <div className="note">
      {said && <RefusalLine said={said} />}
      <div className="note-l">
        <input
          data-pane="promise"
          aria-label={L('新承诺', 'New promise')}
          value={text}
          maxLength={1_000}
          placeholder={L('新承诺:14:40 回拨报警人', 'New promise: 14:40 call back')}
          onChange={(event) => write(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing || event.key !== 'Enter' || event.ctrlKey) return;
            event.preventDefault();
            event.stopPropagation();
            void save();
          }}
        />
        <span className="note-k" aria-hidden="true">
          {due !== null && (
            <em className="num">
              {L('到期', 'due')} {timeOn(due, now())}
            </em>
          )}
          <Key k="↵" />
        </span>
      </div>
    </div>
  );
}
