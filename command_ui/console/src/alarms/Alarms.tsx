/** The alarms: unacknowledged, acknowledged and shelved, always with their counts. Shelving has a limit and a reason. */

import { useEffect, useMemo, useRef, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { command } from '../api';
import type { AlarmBoard } from '../documents';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { openIntake } from '../intake/intakeKeys';
import { registerKeys } from '../keys';
import { documents, useViewVersion } from '../live/store';
import { Key } from '../parts/Marks';
import { RowList } from '../parts/RowList';
import { Refusal } from '../refusal';
import { drafts, say, sayProblem, select, ui, useUiPart } from '../ui';
import { TearOffButton } from '../windows/TearOff';
import { type Act, ActForm, actDraft } from './ActForm';
import { AlarmRow, alarmText, stateText } from './AlarmRow';
import { onRate } from './arrivals';
import { countedAlarms, isUnacknowledged, listed, type Rate, type Tab } from './order';

const ROW_PX = 24;
// A key that bounces, or is pressed twice in a hurry, comes again within this.
const BOUNCE_MS_MAX = 400;

const alarmOf = (id: string | null): AlarmBoard | undefined => (id === null ? undefined : documents('alarm_board').get(id));

async function acknowledge(alarm: AlarmBoard): Promise<void> {
  if (!isUnacknowledged(alarm)) return say('这条告警已经确认。', 'This alarm has been acknowledged already.', 'no');
  await command('acknowledge_alarm', { alarm: alarm.alarm }).catch(sayProblem);
}

/** Links the alarm to the selected incident. It can be taken back for as long as the message stands. */
async function link(alarm: AlarmBoard): Promise<void> {
  const incident = ui().selected;
  if (incident === null) return say('先选警情,再把告警关联过去。', 'Select an incident first, then link the alarm to it.', 'no');
  const body = { alarm: alarm.alarm, incident };
  try {
    await command('link_alarm', body);
    const undo = () => void command('unlink_alarm', { ...body, reason: '撤销 undo' }).catch(sayProblem);
    say(`告警已关联 ${incident}`, `Alarm linked to ${incident}`, 'ok', undo);
  } catch (problem) {
    sayProblem(problem);
  }
}

async function clearOrUnshelve(alarm: AlarmBoard): Promise<void> {
  const name = alarm.state === 'shelved' ? 'unshelve_alarm' : 'clear_alarm';
  await command(name, { alarm: alarm.alarm }).catch(sayProblem);
}

export function Alarms() {
  const L = useL();
  const root = useRef<HTMLElement>(null);
  const [tab, setTab] = useState<Tab>('active');
  const [active, setActive] = useState<string | null>(null);
  const [act, setAct] = useState<{ act: Act; alarm: string; seen: AlarmBoard; refusal: Refusal | null } | null>(null);
  const scope = useUiPart('scope');
  const version = useViewVersion('alarm_board', 'content');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map stays the same while it changes; its version says when
  const counts = useMemo(() => countedAlarms(documents('alarm_board').values()), [version]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const ids = useMemo(
    () =>
      listed(documents('alarm_board').values(), tab, scope)
        .map(({ alarm }) => alarm)
        .join('\n'),
    [version, tab, scope],
  );
  const rows = useMemo(() => ids.split('\n').flatMap((id) => (id ? [{ id, height_px: ROW_PX }] : [])), [ids]);
  const current = rows.some(({ id }) => id === active) ? active : (rows[0]?.id ?? null);
  const latest = useRef(current);
  latest.current = current;

  useEffect(() => {
    const on = (run: (alarm: AlarmBoard) => unknown) => () => {
      const alarm = alarmOf(latest.current);
      return alarm ? void run(alarm) : false;
    };
    const ask = (name: Act) => on((alarm) => setAct({ act: name, alarm: alarm.alarm, seen: alarm, refusal: null }));
    return registerKeys([
      { key: 'L', zh: '告警', en: 'Alarms', where: 'screen', run: () => focusPane('alarms') },
      { key: 'S', zh: '搁置(时限与原因)', en: 'Shelve (limit and reason)', where: 'alarms', run: ask('shelve') },
      { key: 'D', zh: '撤销(写明原因)', en: 'Dismiss (with a reason)', where: 'alarms', run: ask('dismiss') },
      { key: 'U', zh: '取消搁置 / 清除', en: 'Unshelve / clear', where: 'alarms', run: on(clearOrUnshelve) },
      { key: 'K', zh: '关联到所选警情', en: 'Link to the selected incident', where: 'alarms', run: on(link) },
      {
        key: 'O',
        zh: '由告警建警情',
        en: 'Open an incident from it',
        where: 'alarms',
        run: on(({ alarm }) => openIntake({ intakeAlarm: alarm, intakeCall: null })),
      },
      { key: 'G', zh: '看它的警情', en: 'Go to its incident', where: 'alarms', run: on(({ incident }) => incident && select(incident)) },
      {
        key: 'V',
        zh: '搁置清单',
        en: 'List of the shelved',
        where: 'alarms',
        run: () => setTab((was) => (was === 'active' ? 'shelved' : 'active')),
      },
      { key: 'Escape', zh: '退回队列', en: 'Back to the queue', where: 'alarms', run: () => focusPane('queue'), isHidden: true },
    ]);
  }, []);

  // An Enter that is pressed twice shelves one alarm; the second does not acknowledge the next.
  const doneAt = useRef(Number.NEGATIVE_INFINITY);
  // Its own act takes the alarm away before the answer to it is here.
  const isSending = useRef(false);
  const back = () => {
    setAct(null);
    focusPane('alarms');
  };
  const done = async (given: { minutes: number; reason: string }) => {
    if (!act) return;
    const { alarm } = act;
    isSending.current = true;
    try {
      if (act.act === 'shelve') await command('shelve_alarm', { alarm, ...given });
      else await command('dismiss_alarm', { alarm, reason: given.reason });
      drafts.set(actDraft(act.act, alarm), undefined);
      doneAt.current = performance.now();
      back();
    } catch (problem) {
      if (problem instanceof Refusal) setAct({ ...act, refusal: problem });
      else sayProblem(problem);
    } finally {
      isSending.current = false;
    }
  };
  // What somebody else dismisses meanwhile leaves the list; the form and the words in it do not go with it.
  const listedNow = act ? alarmOf(act.alarm) : undefined;
  const acting = act ? (listedNow ?? act.seen) : undefined;
  const label = (id: string) => {
    const alarm = alarmOf(id);
    return alarm ? `A${alarm.priority} ${alarmText(alarm, L)} ${stateText(alarm, L)}` : id;
  };
  return (
    <section className="panel alarms" data-area="alarms" aria-label={L('告警', 'Alarms')} ref={root}>
      <header className="p-head">
        <h2>{L('告警', 'Alarms')}</h2>
        <Key k="L" />
        <ToggleButtonGroup
          className="seg"
          aria-label={L('告警状态', 'Alarm state')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[tab]}
          onSelectionChange={(keys) => setTab([...keys][0] as Tab)}
        >
          <ToggleButton id="active" className="btn">
            {L('未确认', 'Unack')} <b className={`num${counts.unacknowledged > 0 ? ' hot' : ''}`}>{counts.unacknowledged}</b>
            <span className="dim">
              {L('已确认', 'Ack')} <span className="num">{counts.acknowledged}</span>
            </span>
          </ToggleButton>
          <ToggleButton id="shelved" className="btn">
            {L('搁置', 'Shelved')} <span className="num">{counts.shelved}</span>
          </ToggleButton>
        </ToggleButtonGroup>
        <RateText />
        <span className="hint">
          <Key k="↵" />
          {L('确认', 'ack')} <Key k="S" />
          {L('搁置', 'shelve')}
        </span>
        <TearOffButton panel="alarms" />
      </header>
      <div className="a-body">
        <RowList
          label={tab === 'active' ? L('告警列表', 'Alarms') : L('搁置的告警', 'Shelved alarms')}
          pane="alarms"
          rows={rows}
          active={current}
          onActive={setActive}
          onAct={(id) => {
            if (performance.now() - doneAt.current < BOUNCE_MS_MAX) return;
            const alarm = alarmOf(id);
            if (alarm) void (alarm.state === 'shelved' ? clearOrUnshelve(alarm) : acknowledge(alarm));
          }}
          render={(id) => <AlarmRow id={id} />}
          rowLabel={label}
          empty={<div className="empty">{tab === 'active' ? L('无告警', 'No alarms') : L('没有搁置的告警', 'Nothing is shelved')}</div>}
        />
        {act && acting ? (
          <ActForm
            key={act.alarm + act.act}
            act={act.act}
            alarm={acting}
            refusal={act.refusal}
            isGone={!listedNow && !isSending.current}
            onDone={(given) => void done(given)}
            onBack={back}
          />
        ) : null}
      </div>
    </section>
  );
}

/** How many came in the last hour; a flood is said. */
function RateText() {
  const L = useL();
  const [rate, setRate] = useState<Rate>({ last_hour: 0, last_ten_minutes: 0, isFlood: false });
  useEffect(
    () =>
      onRate((next) => setRate((old) => (old.last_hour === next.last_hour && old.last_ten_minutes === next.last_ten_minutes ? old : next))),
    [],
  );
  if (rate.isFlood) {
    return (
      <span className="a-rate" data-flood>
        {L('告警泛滥', 'Flood')} <b className="num">{rate.last_ten_minutes}</b>/10 min
      </span>
    );
  }
  return (
    <span className="a-rate">
      <span className="num">{rate.last_hour}</span>/h
    </span>
  );
}
