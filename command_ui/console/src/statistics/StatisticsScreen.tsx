/** The statistics: response times, workload and alarms of a period, by filter; every chart with its table, every table as a file. */

import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { agencyName, districtName, stationName, typeName } from '../catalogue';
import type { TimedInterval } from '../documents';
import { useL } from '../i18n';
import { useInstallation } from '../installation';
import { registerKeys } from '../keys';
import { day, hm } from '../live/clock';
import { useLink } from '../live/link';
import { useViewVersion } from '../live/store';
import { Messages } from '../overlays/Messages';
import { drafts } from '../ui';
import { Measures, MostFrequent, Rate, StaleAlarms } from './AlarmFigures';
import { useAsking } from './asking';
import { Controls, TABS } from './Controls';
import { CHOICE_AT_FIRST, type Choice, GROUPINGS, questionOf } from './choice';
import { spanOf } from './period';
import { Groups, Heat, Targets } from './ResponseFigures';
import './statistics.css';
import { type AlarmFigures, type Asked, type ResponseFigures, useFigures, type WorkloadFigures } from './useFigures';
import { Answered, By, Calls, Incidents, Open, Stations } from './WorkloadFigures';

const KEPT = 'statistics';

export function StatisticsScreen() {
  const L = useL();
  const { state } = useLink();
  const { time_zone } = useInstallation();
  useViewVersion('catalogue', 'membership');
  const [choice, setChoice] = useState<Choice>(() => ({ ...CHOICE_AT_FIRST, ...drafts.get<Partial<Choice>>(KEPT) }));
  const [isTable, setTable] = useState(false);
  // A period up to now is asked anew when somebody asks, not under the reader's eyes.
  const [asked, ask] = useAsking();
  const change = useCallback(
    (changed: Partial<Choice>) => {
      setChoice((before) => ({ ...before, ...changed }));
      ask();
    },
    [ask],
  );
  useEffect(() => drafts.set(KEPT, choice), [choice]);
  useEffect(
    () =>
      registerKeys([
        { key: 'T', zh: '图 / 表', en: 'Charts or tables', where: 'screen', run: () => setTable((was) => !was) },
        { key: 'U', zh: '重算到现在', en: 'Compute up to now', where: 'screen', run: ask },
        ...TABS.map(({ id, key, zh, en }) => ({ key, zh, en, where: 'screen' as const, run: () => change({ tab: id }) })),
      ]),
    [change, ask],
  );
  const span = useMemo(() => spanOf(choice, asked.at_ms, time_zone), [choice, asked.at_ms, time_zone]);
  const question = span && questionOf(choice, span, asked.clock && { at_ms: asked.at_ms, clock: asked.clock });
  return (
    <main className="main figures" data-link={state}>
      <Controls
        choice={choice}
        onChange={change}
        question={question}
        isTable={isTable}
        onTable={setTable}
        onAgain={ask}
        until={span ? `${day(span.until_ms)} ${hm(span.until_ms)}` : ''}
      />
      {question === null ? (
        <p className="fig-none">{L('请填开始与结束日期,开始不晚于结束。', 'Give a first and a last day; the first not after the last.')}</p>
      ) : choice.tab === 'response' ? (
        <Response choice={choice} question={question} isTable={isTable} onChange={change} />
      ) : choice.tab === 'workload' ? (
        <Workload question={question} isTable={isTable} />
      ) : (
        <Alarms choice={choice} question={question} isTable={isTable} />
      )}
      <div className="fig-msgs">
        <Messages />
      </div>
    </main>
  );
}

/** What every answer may be before it is figures: on its way, refused, or of nothing. */
function Answer<Found>({
  asked,
  isEmpty,
  empty,
  children,
}: {
  asked: Asked<Found>;
  isEmpty: (found: Found) => boolean;
  empty: string;
  children: (found: Found) => ReactNode;
}) {
  const L = useL();
  const { found, refusal, isBusy } = asked;
  if (refusal)
    return (
      <p className="fig-none" role="alert">
        {L(refusal.zh, refusal.en)}
      </p>
    );
  if (!found) return <p className="fig-none">{L('正在计算…', 'Computing…')}</p>;
  return (
    <div className="fig-grid" aria-busy={isBusy} data-busy={isBusy || undefined}>
      {isEmpty(found) ? <p className="fig-none">{empty}</p> : children(found)}
    </div>
  );
}

function Response({
  choice,
  question,
  isTable,
  onChange,
}: {
  choice: Choice;
  question: string;
  isTable: boolean;
  onChange: (changed: Partial<Choice>) => void;
}) {
  const L = useL();
  const grouping = GROUPINGS.find(({ id }) => id === choice.group_by) ?? GROUPINGS[0];
  const asked = useFigures<ResponseFigures>('response_times', `${question}&group_by=${choice.group_by}`);
  const heat = useFigures<ResponseFigures>('response_times', `${question}&group_by=incident_type&and_by=hour`);
  const nameOf = useCallback((group: string) => groupName(choice.group_by, group, L), [choice.group_by, L]);
  return (
    <Answer
      asked={asked}
      isEmpty={({ assignments }) => assignments === 0}
      empty={L('这段时间里没有符合条件的派遣。', 'Nothing was dispatched in this period that these filters let through.')}
    >
      {(found) => (
        <div className="fig-tab" data-tab="response">
          <Targets found={found} />
          <Groups
            found={found}
            nameOf={nameOf}
            interval={choice.interval}
            onInterval={(interval: TimedInterval) => onChange({ interval })}
            what={grouping ? L.of(grouping) : ''}
            isOrdered={grouping?.isOrdered ?? false}
          />
          {heat.found ? <Heat found={heat.found} interval={choice.interval} isTable={isTable} /> : null}
        </div>
      )}
    </Answer>
  );
}

function groupName(by: string, group: string, L: ReturnType<typeof useL>): string {
  if (group === '') return L('未定', 'not known');
  switch (by) {
    case 'agency':
      return agencyName(group, L);
    case 'district':
      return districtName(group, L);
    case 'incident_type':
      return typeName(group, L);
    case 'station':
      return stationName(group, L);
    case 'priority':
      return `P${group}`;
    case 'weekday':
      return L(`周${'一二三四五六日'[Number(group) - 1]}`, ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][Number(group) - 1] ?? group);
    case 'hour':
      return L(`${group} 时`, `${group}:00`);
    default:
      return group;
  }
}

function Workload({ question, isTable }: { question: string; isTable: boolean }) {
  const L = useL();
  const asked = useFigures<WorkloadFigures>('workload', question);
  return (
    <Answer
      asked={asked}
      isEmpty={({ calls, incidents, stations }) => calls + incidents + stations.length === 0}
      empty={L('这段时间里没有来电,也没有警情。', 'No calls and no incidents in this period.')}
    >
      {(found) => (
        <div className="fig-tab" data-tab="workload">
          <Calls found={found} />
          <Incidents found={found} />
          <Open found={found} isTable={isTable} />
          <By found={found} by="incident_type" />
          <By found={found} by="district" />
          <Stations found={found} />
          <Answered found={found} />
        </div>
      )}
    </Answer>
  );
}

function Alarms({ choice, question, isTable }: { choice: Choice; question: string; isTable: boolean }) {
  const L = useL();
  const asked = useFigures<AlarmFigures>('alarms', `${question}&operators=${choice.operators}`);
  return (
    <Answer
      asked={asked}
      isEmpty={({ performance }) => performance.alarms + performance.stale === 0}
      empty={L('这段时间里没有告警。', 'No alarms in this period.')}
    >
      {(found) => (
        <div className="fig-tab" data-tab="alarms">
          <Measures found={found} />
          <Rate found={found} isTable={isTable} />
          <MostFrequent found={found} />
          <StaleAlarms found={found} />
        </div>
      )}
    </Answer>
  );
}
