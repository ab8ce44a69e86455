/** The incident queue: the whole left column. It holds still while somebody works in it, and never hides a new priority 1. */

import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button, Input, SearchField, ToggleButton } from 'react-aria-components';
import { districtName, typeName } from '../catalogue';
import type { IncidentBoard, Priority } from '../documents';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { documents, useViewVersion } from '../live/store';
import { PRIORITY_NAMES } from '../names';
import { Key, PrioMark } from '../parts/Marks';
import { RowList } from '../parts/RowList';
import { route } from '../screens/route';
import { useSession } from '../session';
import { useSettings } from '../settings';
import { drafts, select, ui, useUiPart } from '../ui';
import { TearOffButton } from '../windows/TearOff';
import { askDispatch } from '../windows/windows';
import { useHeldList } from './held';
import { type Counts, counted, PRIORITIES, type QueueFilter, rowsOf } from './order';
import { Pins } from './Pins';
import { QueueRow, rowLabel } from './QueueRow';

const ROW_PX = { normal: 28, dense: 22 } as const;
const LINE_PX = { normal: 24, dense: 20 } as const;

// The words outlive a reload; they stand in the field, so that nobody wonders where the rest is.
const FILTER_DRAFT = 'queue.filter';
const NO_FILTER = { priority: 0, isPendingOnly: false, owner: '', text: '' } as const;

/** Enter on an incident goes on to what can be done with it. */
function openSelected(): void {
  if (route().screen === 'panel') askDispatch('open');
  else if (!focusPane('reco')) focusPane('assigned') || focusPane('note');
}

export function Queue() {
  const L = useL();
  const { density } = useSettings();
  const selected = useUiPart('selected');
  const scope = useUiPart('scope');
  const root = useRef<HTMLElement>(null);
  const [chosen, setChosen] = useState<Chosen>(() => ({ ...NO_FILTER, text: drafts.get<string>(FILTER_DRAFT) ?? '' }));
  useEffect(() => drafts.set(FILTER_DRAFT, chosen.text || undefined), [chosen.text]);
  const filter = useMemo(() => ({ ...chosen, scope }), [chosen, scope]);
  const words = useCallback(
    (incident: IncidentBoard) =>
      [incident.number, typeName(incident.incident_type, L), districtName(incident.district, L), incident.address, incident.description]
        .concat(incident.assignments.filter((one) => one.is_open).map((one) => one.unit))
        .join(' '),
    [L],
  );
  const { placed, news, apply, hold } = useHeldList(root, filter, words);
  const version = useViewVersion('incident_board', 'content');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map stays the same while it changes; its version says when
  const counts = useMemo(() => counted(documents('incident_board').values(), scope), [version, scope]);
  const rows = useMemo(() => rowsOf(placed, ROW_PX[density], LINE_PX[density]), [placed, density]);

  useEffect(
    () =>
      registerKeys([
        { key: 'Q', zh: '警情队列', en: 'Incident queue', where: 'screen', run: () => focusPane('queue') },
        { key: 'F', zh: '筛选警情', en: 'Filter incidents', where: 'screen', run: () => focusPane('filter') },
        {
          key: 'Escape',
          zh: '离开筛选',
          en: 'Leave the filter',
          where: 'queue',
          whileTyping: true,
          isHidden: true,
          // With text in it, the field takes the key itself and clears.
          run: ({ target }) => target instanceof HTMLInputElement && target.value === '' && focusPane('queue'),
        },
        { key: '.', zh: '显示新警情', en: 'Show new incidents', where: 'screen', run: apply },
      ]),
    [apply],
  );
  // A console that has just started looks at what waits first; after that only a person selects.
  const isStarted = useRef(ui().selected !== null);
  useEffect(() => {
    const first = placed[0];
    if (isStarted.current || !first) return;
    isStarted.current = true;
    select(first.number);
  }, [placed]);

  // What was selected elsewhere («go 2027») is shown, also in a list that holds still.
  useEffect(() => {
    if (selected !== null && news.fresh.some(({ number }) => number === selected)) apply();
  }, [selected, news, apply]);

  const first = news.fresh[0];
  return (
    <section className="panel queue" data-area="queue" aria-label={L('警情队列', 'Incident queue')} ref={root} {...hold}>
      <header className="p-head">
        <h2>{L('警情', 'Incidents')}</h2>
        <Key k="Q" />
        <fieldset className="cnts" aria-label={L('按优先级筛选', 'Filter by priority')}>
          {PRIORITIES.map((priority) => (
            <Counter
              key={priority}
              priority={priority}
              open={counts.byPriority[priority].open}
              pending={counts.byPriority[priority].pending}
              isChosen={chosen.priority === priority}
              onChange={setChosen}
            />
          ))}
        </fieldset>
        <Words text={chosen.text} onChange={setChosen} />
        <TearOff panel="queue" />
      </header>
      <div className="q-sub">
        <span>
          {L('在办', 'Open')} <b className="num">{counts.open}</b>
        </span>
        <Pending pending={counts.pending} isChosen={chosen.isPendingOnly} onChange={setChosen} />
        <Mine owner={chosen.owner ?? ''} scope={scope} onChange={setChosen} />
        <span className="q-sort">{L('级别 → 待派 → 时长', 'Priority → pending → age')}</span>
      </div>
      <Pins numbers={news.pinned} row_px={ROW_PX[density]} rows_px={rows.reduce((sum, row) => sum + row.height_px, 0)} onGo={apply} />
      <div className="q-body">
        <RowList
          label={L('警情队列', 'Incident queue')}
          pane="queue"
          rows={rows}
          active={selected}
          onActive={(number) => select(number)}
          onAct={openSelected}
          onBefore={() => root.current?.querySelector<HTMLElement>('.q-pin')?.focus()}
          render={(id) =>
            id.startsWith('line:') ? <GroupLine priority={Number(id.slice(5)) as Priority} counts={counts} /> : <QueueRow number={id} />
          }
          rowLabel={(number) => rowLabel(documents('incident_board').get(number), number, L)}
          empty={<Empty isFiltered={counts.open > 0} />}
        />
        <div role="status">
          {first ? (
            <Button className="fresh" onPress={apply}>
              <PrioMark p={first.priority} size={16} />
              {L(`${news.fresh.length} 条新警情`, `${news.fresh.length} new`)} <Key k="." />
            </Button>
          ) : null}
        </div>
      </div>
    </section>
  );
}

type Chosen = Omit<QueueFilter, 'scope'>;
type Choose = (next: (chosen: Chosen) => Chosen) => void;

// Below, each part takes what it shows as plain values: with ten changes a second most of them show the same as before.

const TearOff = memo(TearOffButton);

const Words = memo(function Words({ text, onChange }: { text: string; onChange: Choose }) {
  const L = useL();
  return (
    <SearchField
      className="filt"
      aria-label={L('筛选警情', 'Filter incidents')}
      value={text}
      onChange={(next) => onChange((chosen) => ({ ...chosen, text: next }))}
      onSubmit={() => focusPane('queue')}
    >
      <Input placeholder={L('筛选 F', 'Filter F')} data-pane="filter" />
    </SearchField>
  );
});

const Pending = memo(function Pending({ pending, isChosen, onChange }: { pending: number; isChosen: boolean; onChange: Choose }) {
  const L = useL();
  return (
    <ToggleButton
      className="cnt"
      isSelected={isChosen}
      onChange={(isPendingOnly) => onChange((chosen) => ({ ...chosen, isPendingOnly }))}
      aria-label={L(`只看待派,${pending}`, `Pending only, ${pending}`)}
    >
      {L('待派', 'Pending')} <b className={`num${pending > 0 ? ' warm' : ''}`}>{pending}</b>
    </ToggleButton>
  );
});

/** What the one who sits here answers for; strong while something was handed to them and waits for their word. */
function Mine({ owner, scope, onChange }: { owner: string; scope: string; onChange: Choose }) {
  const account = useSession()?.account ?? '';
  useViewVersion('incident_board', 'content');
  const mine = [...documents('incident_board').values()].filter(
    ({ responsible, district }) => responsible === account && (scope === '' || district === scope),
  );
  const handed = mine.filter(({ handed_by }) => handed_by !== '').length;
  return <MineButton account={account} mine={mine.length} handed={handed} isChosen={owner !== ''} onChange={onChange} />;
}

interface MineProps {
  account: string;
  mine: number;
  handed: number;
  isChosen: boolean;
  onChange: Choose;
}

const MineButton = memo(function MineButton({ account, mine, handed, isChosen, onChange }: MineProps) {
  const L = useL();
  return (
    <ToggleButton
      className="cnt"
      isSelected={isChosen}
      onChange={(isOn) => onChange((chosen) => ({ ...chosen, owner: isOn ? account : '' }))}
      aria-label={L(`只看我的,${mine},待接手 ${handed}`, `Mine only, ${mine}, ${handed} to take on`)}
    >
      {L('我的', 'Mine')} <b className="num">{mine}</b>
      {handed > 0 && (
        <b className="warm">
          {L('待接手', 'handed')} {handed}
        </b>
      )}
    </ToggleButton>
  );
});

interface CounterProps {
  priority: Priority;
  open: number;
  pending: number;
  isChosen: boolean;
  onChange: Choose;
}

const Counter = memo(function Counter({ priority, open, pending, isChosen, onChange }: CounterProps) {
  const L = useL();
  return (
    <ToggleButton
      className="cnt"
      data-zero={open === 0 || undefined}
      isSelected={isChosen}
      onChange={(isOn) => onChange((chosen) => ({ ...chosen, priority: isOn ? priority : 0 }))}
      aria-label={L(`P${priority} 在办 ${open},待派 ${pending}`, `P${priority}: ${open} open, ${pending} pending`)}
    >
      <PrioMark p={priority} size={15} isInHand={pending === 0} />
      <span className="num">{open}</span>
    </ToggleButton>
  );
});

/** The line above a group: its mark, its name, how many, and how many of them wait. */
function GroupLine({ priority, counts }: { priority: Priority; counts: Counts }) {
  const L = useL();
  const { open, pending } = counts.byPriority[priority];
  return (
    <div className="q-line">
      <PrioMark p={priority} size={13} isInHand />
      <span>{L.of(PRIORITY_NAMES[priority])}</span>
      <span className="num dim">{open}</span>
      {pending > 0 ? (
        <span className="q-wait">
          {L('待派', 'pending')} <b className="num">{pending}</b>
        </span>
      ) : null}
    </div>
  );
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  const L = useL();
  return (
    <div className="empty">
      {isFiltered ? (
        L('没有符合筛选的警情', 'No incident matches the filter')
      ) : (
        <>
          <b>{L('没有在办警情', 'No open incidents')}</b>
          <span>{L('F2 接警 · 值守正常', 'F2 take a call · watch normal')}</span>
        </>
      )}
    </div>
  );
}
