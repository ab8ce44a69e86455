/** Calls and workload: what came in and when, what was open at once, and how long the units were committed. */

import { useCallback, useMemo } from 'react';
import { agencyName, districtName, stationName, typeName } from '../catalogue';
import type { Committed, Slot } from '../documents';
import { useL } from '../i18n';
import { day, hm, ms } from '../live/clock';
import { Chart, INK, Plot, QUIET } from './Chart';
import { decimal, duration, percent } from './format';
import { SOURCE_NAMES } from './names';
import { type Column, Figure, Table } from './Table';
import type { WorkloadFigures as Found } from './useFigures';

const BAND_PX = 46;
const OPEN_PX = 110;

interface Series {
  name: string;
  total: number;
  most: number;
  mostAt: string;
  counts: { at: Date; end: Date; count: number }[];
}

function seriesOf(slots: readonly Slot[], of: (slot: Slot) => Record<string, number>, step_ms: number): Map<string, Series> {
  const found = new Map<string, Series>();
  for (const slot of slots) {
    for (const [name, count] of Object.entries(of(slot))) {
      let series = found.get(name);
      if (!series) {
        series = { name, total: 0, most: 0, mostAt: slot.at, counts: [] };
        found.set(name, series);
      }
      series.total += count;
      if (count > series.most) [series.most, series.mostAt] = [count, slot.at];
      series.counts.push({ at: new Date(slot.at), end: new Date(ms(slot.at) + step_ms), count });
    }
  }
  return found;
}

function Bands({
  title,
  area,
  found,
  of,
  nameOf,
}: {
  title: string;
  area: string;
  found: Found;
  of: (slot: Slot) => Record<string, number>;
  nameOf: (name: string) => string;
}) {
  const L = useL();
  const step_ms = found.step === 'hour' ? 3_600_000 : 86_400_000;
  const series = useMemo(
    () => [...seriesOf(found.slots, of, step_ms).values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    [found, of, step_ms],
  );
  const when = (at: string) => (found.step === 'hour' ? `${day(at).slice(5)} ${hm(at)}` : day(at).slice(5));
  const plot = useCallback((): Plot.PlotOptions => {
    // Each row to its own scale: beside the thousands of one, the tens of another would be a line on the ground.
    const rows = series.flatMap(({ name, most, counts }) =>
      counts.map((count) => ({ ...count, part: count.count / most, name: nameOf(name) })),
    );
    return {
      ...timeAxis(found),
      marginLeft: 36,
      marginRight: 76,
      fy: { domain: series.map(({ name }) => nameOf(name)), label: null, axis: 'right', tickSize: 0, padding: 0.12 },
      y: { domain: [0, 1], axis: null },
      marks: [
        Plot.ruleY([0], { stroke: 'var(--line-1)' }),
        Plot.text(series, {
          fy: (row: Series) => nameOf(row.name),
          text: (row: Series) => String(row.most),
          frameAnchor: 'top-left',
          dx: -6,
          textAnchor: 'end',
        }),
        Plot.rectY(rows, { x1: 'at', x2: 'end', y: 'part', fy: 'name', fill: QUIET, insetLeft: 0.5, insetRight: 0.5 }),
      ],
    };
  }, [series, nameOf, found]);
  const hours = (ms(found.until) - ms(found.since)) / 3_600_000;
  const columns: Column<Series>[] = [
    { name: title, isText: true, of: (row) => nameOf(row.name) },
    { name: 'n', of: (row) => row.total },
    { name: L('每小时', 'per hour'), of: (row) => decimal(row.total / hours) },
    { name: found.step === 'hour' ? L('最忙小时', 'busiest hour') : L('最忙日', 'busiest day'), of: (row) => row.most },
    { name: L('在', 'at'), of: (row) => when(row.mostAt) },
  ];
  return (
    <Figure
      area={area}
      title={title}
      remark={
        found.step === 'hour'
          ? L('每小时,各行自有尺度', 'per hour, each row to its own scale')
          : L('每日,各行自有尺度', 'per day, each row to its own scale')
      }
    >
      <Chart
        label={L(`${title},按时间;数字见旁表`, `${title} over time; the figures are in the table`)}
        height={Math.max(1, series.length) * BAND_PX + 28}
        plot={plot}
      />
      <Table label={title} columns={columns} rows={series} keyOf={({ name }) => name} />
    </Figure>
  );
}

// More labels than this touch each other beside a table.
const HOUR_TICKS_MAX = 12;
const DAY_TICKS_MAX = 10;
// Up to two days hours are told, beyond that the midnights.
const HOURLY_SLOTS_MAX = 49;

/** Hours and days of the agency's clock; the slots say themselves where they begin. */
function timeAxis(found: Found): Plot.PlotOptions {
  const isHours = found.step === 'hour' && found.slots.length <= HOURLY_SLOTS_MAX;
  const begins = isHours || found.step === 'day' ? found.slots : found.slots.filter(({ at }) => hm(at) === '00:00');
  const every = Math.max(1, Math.ceil(begins.length / (isHours ? HOUR_TICKS_MAX : DAY_TICKS_MAX)));
  return {
    marginTop: 4,
    marginBottom: 20,
    x: {
      type: 'utc',
      domain: [new Date(found.slots[0]?.at ?? found.since), new Date(found.until)],
      clamp: true,
      ticks: begins.filter((_, at) => at % every === 0).map(({ at }) => new Date(at)),
      tickSize: 3,
      label: null,
      tickFormat: (at: Date) => (isHours ? hm(at.getTime()) : day(at.getTime()).slice(5)),
    },
  };
}

const callsOf = (slot: Slot) => slot.calls;
const incidentsOf = (slot: Slot) => slot.incidents;

export function Calls({ found }: { found: Found }) {
  const L = useL();
  const nameOf = useCallback((source: string) => L.of(SOURCE_NAMES[source], source), [L]);
  if (!found.sees_calls)
    return (
      <Figure area="calls" title={L('来电', 'Calls')}>
        <p className="fig-none">
          {L(
            '部门账号看不到未立案的来电,因此不统计。',
            'An agency does not see calls before they are incidents: they are not counted here.',
          )}
        </p>
      </Figure>
    );
  return <Bands title={L('来电', 'Calls')} area="calls" found={found} of={callsOf} nameOf={nameOf} />;
}

export function Incidents({ found }: { found: Found }) {
  const L = useL();
  const nameOf = useCallback((priority: string) => `P${priority}`, []);
  return <Bands title={L('新警情', 'New incidents')} area="incidents" found={found} of={incidentsOf} nameOf={nameOf} />;
}

/** How many were open at once, at most, in each step. */
export function Open({ found, isTable }: { found: Found; isTable: boolean }) {
  const L = useL();
  const title = L('同时在办', 'Open at once');
  const plot = useCallback(
    (): Plot.PlotOptions => ({
      ...timeAxis(found),
      marginLeft: 36,
      marginRight: 8,
      y: { ticks: 3, tickSize: 0, label: null, nice: true, zero: true },
      marks: [
        Plot.gridY({ stroke: 'var(--line-1)', strokeOpacity: 1, ticks: 3 }),
        Plot.lineY(found.slots, { x: ({ at }: Slot) => new Date(at), y: 'open_max', curve: 'step-after', stroke: INK, strokeWidth: 1.5 }),
      ],
    }),
    [found],
  );
  const most = found.slots.reduce<Slot | null>((best, slot) => (best && best.open_max >= slot.open_max ? best : slot), null);
  const columns: Column<Slot>[] = [
    { name: L('时间', 'Time'), isText: true, of: ({ at }) => `${day(at)} ${hm(at)}` },
    { name: title, of: ({ open_max }) => open_max },
  ];
  return (
    <Figure
      area="open"
      title={title}
      remark={
        most ? L(`最多 ${most.open_max} 起,${day(most.at)} ${hm(most.at)}`, `most ${most.open_max}, ${day(most.at)} ${hm(most.at)}`) : ''
      }
    >
      {isTable ? (
        <Table label={title} columns={columns} rows={found.slots} keyOf={({ at }) => at} />
      ) : (
        <Chart label={L(`${title},按时间;按 T 看表`, `${title} over time; T shows the table`)} height={OPEN_PX} plot={plot} />
      )}
    </Figure>
  );
}

/** Counts with a bar behind them: the chart and the table are one. */
export function By({ found, by }: { found: Found; by: 'incident_type' | 'district' | 'agency' }) {
  const L = useL();
  const rows = Object.entries(found.by[by]);
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  const title = { incident_type: L('警情类型', 'Incident types'), district: L('区', 'Districts'), agency: L('部门', 'Agencies') }[by];
  const nameOf = { incident_type: typeName, district: districtName, agency: agencyName }[by];
  const columns: Column<[string, number]>[] = [
    { name: title, isText: true, of: ([code]) => (code === '' ? L('未定', 'not known') : nameOf(code, L)) },
    { name: 'n', of: ([, count]) => count, bar: ([, count]) => count / most },
    { name: L('占比', 'Share'), of: ([, count]) => percent(count / total) },
  ];
  return (
    <Figure area={by} title={title} remark={L(`共 ${total}`, `${total} in all`)}>
      <Table label={title} columns={columns} rows={rows} keyOf={([code]) => code} />
    </Figure>
  );
}

/** How much of their time the units of each station were committed. */
export function Stations({ found }: { found: Found }) {
  const L = useL();
  const columns: Column<Committed>[] = [
    { name: L('部门', 'Agency'), isText: true, of: (row) => agencyName(row.agency, L) },
    { name: L('站', 'Station'), isText: true, of: (row) => (row.station ? stationName(row.station, L) : '–') },
    { name: L('出动单位', 'Units sent'), of: (row) => row.units },
    { name: L('派遣', 'Assignments'), of: (row) => row.assignments },
    { name: L('占用 h', 'Committed h'), of: (row) => decimal(row.committed_h) },
    { name: L('占用率', 'Utilisation'), of: (row) => percent(row.utilisation), bar: (row) => row.utilisation },
  ];
  return (
    <Figure
      area="stations"
      title={L('单位占用', 'Committed units')}
      remark={L('占出动过的单位的全部时间', 'of all the time of units that were sent')}
    >
      <Table
        label={L('单位占用', 'Committed units')}
        columns={columns}
        rows={found.stations}
        keyOf={(row) => `${row.agency}/${row.station}`}
      />
    </Figure>
  );
}

export function Answered({ found }: { found: Found }) {
  const L = useL();
  const { count, p50, p90, within, target_s, target_share } = found.answering;
  if (!found.sees_calls || count === 0) return null;
  return (
    <p className="fig-line">
      {L('接听', 'Answering')} n {count} · P50 {duration(p50)} · P90 {duration(p90)}
      {target_s !== null && target_share !== null ? (
        <>
          {' · '}
          <b data-over={within / count < target_share || undefined}>
            {L(`${percent(within / count)} 在 ${target_s} 秒内`, `${percent(within / count)} within ${target_s} s`)}
          </b>{' '}
          ({L('应达', 'asked')} {percent(target_share)})
        </>
      ) : null}
    </p>
  );
}
