/** The list of a change of shift: one tab stop, worked through by arrows; Enter accepts, and the next that waits is chosen. */

import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import { type Colleague, nameOf } from '../colleagues';
import type { HandOverBoard, HandOverItem, Priority, WorkItem, WorkKind } from '../documents';
import { useL } from '../i18n';
import { ReasonLine } from '../incident/ReasonLine';
import { useRoving } from '../incident/roving';
import { timeOn } from '../incident/timeline';
import { registerKeys } from '../keys';
import { hm, ms, now } from '../live/clock';
import { Age, Key, PrioMark } from '../parts/Marks';
import { go } from '../screens/route';
import { say, sayProblem } from '../ui';
import { KIND_NAMES, shortName, stateText, workText } from './words';

interface Props {
  shift: HandOverBoard;
  /** Whether whoever sits here may accept it. */
  mayAccept: boolean;
  colleagues: readonly Colleague[];
}

export function Items({ shift, mayAccept, colleagues }: Props) {
  const L = useL();
  const { items, hand_over, state } = shift;
  const roving = useRoving(items.length);
  const [asking, setAsking] = useState<string | null>(null);
  const current = items[roving.index];
  const isOpen = state === 'begun';
  const focusRow = (index: number) => {
    roving.setIndex(index);
    requestAnimationFrame(() => roving.ref.current?.querySelector<HTMLElement>(`[data-roving='${index}']`)?.focus());
  };
  const accept = async (item: HandOverItem | undefined) => {
    if (!item || item.accepted_by || !mayAccept) return;
    try {
      await command('accept_hand_over', { hand_over, items: [item.work.item] });
    } catch (problem) {
      sayProblem(problem);
      return;
    }
    const at = items.indexOf(item);
    const next = [...items.keys()]
      .map((step) => (at + 1 + step) % items.length)
      .find((index) => index !== at && !items[index]?.accepted_by);
    if (next !== undefined) focusRow(next);
  };
  const acceptAll = async () => {
    try {
      await command('accept_hand_over', { hand_over });
      say(`已接收 ${hand_over} 全部条目`, `All of ${hand_over} is accepted`);
    } catch (problem) {
      sayProblem(problem);
    }
  };
  // A field in the list (a question) has its own Enter.
  const isInList = () => document.activeElement?.matches('[data-pane=shift], [data-pane=shift] [data-roving]') ?? false;
  useEffect(() =>
    registerKeys([
      {
        key: 'Enter',
        zh: '接收所选条目',
        en: 'Accept the item',
        where: 'hand_over',
        run: () => (isInList() && mayAccept ? void accept(current) : false),
      },
      {
        key: 'Ctrl+Enter',
        zh: '接收全部',
        en: 'Accept all',
        where: 'hand_over',
        run: () => (isInList() && mayAccept ? void acceptAll() : false),
      },
      {
        key: 'N',
        zh: '对所选条目提问或说明',
        en: 'Ask or answer about the item',
        where: 'hand_over',
        run: () => (isInList() && isOpen && current ? setAsking(current.work.item) : false),
      },
      {
        key: 'V',
        zh: '所选警情的档案',
        en: "The incident's record",
        where: 'hand_over',
        run: () => (isInList() && current?.work.incident ? go('incident', current.work.incident) : false),
      },
    ]),
  );
  return (
    <>
      <header className="p-head">
        <h2>{L('交接清单', 'The list')}</h2>
        <Key k="J" />
        <span className="dim num">{L(`待接收 ${shift.waiting}/${items.length}`, `${shift.waiting} of ${items.length} waiting`)}</span>
        {shift.left_out > 0 && <b className="num">{L(`另有 ${shift.left_out} 项未列入`, `${shift.left_out} more are not listed`)}</b>}
        <span className="sp" />
        {mayAccept && (
          <>
            <span className="hint">
              <Key k="↵" /> {L('接收', 'accept')} <Key k="N" /> {L('提问', 'ask')} <Key k="V" /> {L('档案', 'record')}
            </span>
            <Button className="btn primary" onPress={() => void acceptAll()}>
              {L('全部接收', 'Accept all')} <Key k="Ctrl ↵" />
            </Button>
          </>
        )}
      </header>
      <ol
        className="ho-items"
        data-pane="shift"
        aria-label={L('交接清单', 'The list of the shift')}
        ref={(element) => {
          roving.ref.current = element;
        }}
        tabIndex={items.length === 0 ? 0 : -1}
        onKeyDown={roving.onKeyDown}
      >
        {items.map((item, index) => (
          <li key={item.work.item} data-accepted={item.accepted_by ? true : undefined} data-item={item.work.item}>
            {items[index - 1]?.work.kind !== item.work.kind && <KindLine kind={item.work.kind} items={items} />}
            <Row item={item} rove={roving.row(index)} colleagues={colleagues} isDead={!isOpen} />
            {item.remarks.map((remark) => (
              <p key={`${remark.at} ${remark.by}`} className="ho-said">
                <time className="num">{hm(remark.at)}</time> <b>{nameOf(remark.by, colleagues, L)}</b> {remark.text}
              </p>
            ))}
            {asking === item.work.item && (
              <ReasonLine
                label={L('提问或说明', 'Question or answer')}
                draft={`hand_over.${hand_over}.${item.work.item}`}
                onLeave={() => {
                  setAsking(null);
                  focusRow(index);
                }}
                onSave={async (text) => {
                  await command('remark_hand_over', { hand_over, item: item.work.item, text });
                }}
              />
            )}
          </li>
        ))}
        {items.length === 0 && (
          <li className="empty">{L('没有待办,清单为空;仍可接班', 'Nothing is open: the list is empty, and can be accepted')}</li>
        )}
      </ol>
    </>
  );
}

function KindLine({ kind, items }: { kind: WorkKind; items: readonly HandOverItem[] }) {
  const L = useL();
  const count = items.filter(({ work }) => work.kind === kind).length;
  return (
    <p className="ho-kind">
      {L.of(KIND_NAMES[kind])} <span className="num dim">{count}</span>
    </p>
  );
}

/** From its beginning to the moment by which something must have happened, in seconds. */
const targetOf = ({ since, due_at }: WorkItem): number | undefined => (due_at ? Math.max(0, (ms(due_at) - ms(since)) / 1000) : undefined);

interface RowProps {
  item: HandOverItem;
  rove: ReturnType<ReturnType<typeof useRoving>['row']>;
  colleagues: readonly Colleague[];
  isDead: boolean;
}

function Row({ item, rove, colleagues, isDead }: RowProps) {
  const L = useL();
  const { work } = item;
  const owner = work.owner ? nameOf(work.owner, colleagues, L) : '';
  return (
    <div className="ho-row" {...rove}>
      <span className="ho-mark">
        {work.kind === 'incident' && <PrioMark p={work.priority as Priority} size={16} isInHand={work.state !== 'pending'} />}
      </span>
      <b className="num ho-no">{shortName(work)}</b>
      <span className="ho-text">
        {workText(work, L)}
        {work.kind === 'promise' && work.incident && <span className="num dim"> · {work.incident}</span>}
        {work.overdue.length > 0 && <em>{L(`超时 ${work.overdue.join(' ')}`, `overdue ${work.overdue.join(' ')}`)}</em>}
      </span>
      <span>{stateText(work, L)}</span>
      <span className="ho-owner">{owner}</span>
      <span className="num ho-due">
        {work.due_at && (
          <>
            {L('应于', 'due')} {timeOn(work.due_at, now())}
          </>
        )}
      </span>
      {isDead ? <span /> : <Age at={work.since} target={targetOf(work)} cls="num" />}
      <span className="ho-by">
        {item.accepted_by ? (
          <>
            <span aria-hidden="true">✓</span> {nameOf(item.accepted_by, colleagues, L)} <span className="num">{hm(item.accepted_at)}</span>
          </>
        ) : (
          <span className="dim">{L('待接收', 'waiting')}</span>
        )}
      </span>
    </div>
  );
}
