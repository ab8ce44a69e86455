/** Response times: each target with its verdict, the intervals by group, and one interval by type and hour. */

import { useCallback, useMemo } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { typeName } from '../catalogue';
import type { Figures, Group, TimedInterval, Verdict } from '../documents';
import { useL } from '../i18n';
import { Chart, GROUND, INK, OVER, Plot, QUIET } from './Chart';
import { clipped, duration, durationTicks, percent } from './format';
import { INTERVAL_NAMES, verdictName } from './names';
import { type Column, Figure, Table } from './Table';
import type { ResponseFigures as Found } from './useFigures';

// A percentile of fewer cases says more of the single case than of the service: it is not drawn, and its place says so.
export const CASES_MIN = 10;
// What has room to be read beside each other; the table and the file have them all.
const GROUPS_DRAWN_MAX = 16;
const TYPES_DRAWN_MAX = 14;
const ROW_PX = 20;

export const INTERVALS: readonly TimedInterval[] = ['answer_s', 'call_processing_s', 'turnout_s', 'travel_s', 'total_s'];

type Named = (group: string) => string;

/** Each target: how many of its cases met it, against how many should. */
export function Targets({ found }: { found: Found }) {
  const L = useL();
  const rows = found.targets;
  const name = useCallback((row: Verdict) => L.of(verdictName(row)), [L]);
  const columns: Column<Verdict>[] = [
    { name: L('目标', 'Target'), isText: true, of: name },
    { name: '≤', of: (row) => duration(row.seconds) },
    { name: 'n', of: (row) => row.count },
    { name: L('达标', 'Within'), of: (row) => (row.count ? percent(row.within / row.count) : '–'), isOver: isMissed },
    { name: L('应达', 'Asked'), of: (row) => percent(row.share) },
    {
      name: L('应达处', 'At asked'),
      of: (row) => (row.count < CASES_MIN ? L('样本少', 'few') : duration(row.percentile)),
      isOver: isMissed,
    },
    { name: L('依据', 'After'), isText: true, of: (row) => <span className="dim">{L(row.source_zh, row.source_en)}</span> },
  ];
  const plot = useCallback(
    (): Plot.PlotOptions => ({
      marginLeft: 112,
      marginRight: 44,
      marginTop: 18,
      marginBottom: 4,
      x: { domain: [0, 100], axis: 'top', ticks: [0, 50, 90, 100], tickSize: 0, label: null, tickFormat: (value: number) => `${value} %` },
      y: { domain: rows.map(name), label: null, tickSize: 0, tickFormat: clipped, padding: 0.4 },
      marks: [
        Plot.barX(rows, { y: name, x: 100, fill: GROUND }),
        Plot.barX(
          rows.filter((row) => row.count >= CASES_MIN),
          {
            y: name,
            x: (row: Verdict) => (100 * row.within) / row.count,
            fill: (row: Verdict) => (isMissed(row) ? OVER : QUIET),
          },
        ),
        Plot.tickX(rows, { y: name, x: (row: Verdict) => 100 * row.share, stroke: INK, strokeWidth: 2 }),
        Plot.text(rows, { y: name, x: 100, dx: 6, textAnchor: 'start', fill: 'var(--ink-2)', text: (row: Verdict) => `n ${row.count}` }),
        Plot.text(
          rows.filter((row) => row.count < CASES_MIN),
          { y: name, x: 0, dx: 6, textAnchor: 'start', fill: 'var(--ink-2)', text: () => L('不足 10 例,不画', 'fewer than 10: not drawn') },
        ),
      ],
      color: { type: 'identity' },
    }),
    [rows, L, name],
  );
  return (
    <Figure area="targets" title={L('达标率', 'Targets met')} remark={L('竖线 = 应达', 'line: asked share')}>
      <Chart
        label={L('各目标的达标率;数字见旁表', 'How many met each target; the figures are in the table')}
        height={rows.length * 26 + 24}
        plot={plot}
      />
      <Table label={L('达标率', 'Targets met')} columns={columns} rows={rows} keyOf={({ target }) => target} />
    </Figure>
  );
}

const isMissed = (row: Verdict): boolean => row.count >= CASES_MIN && row.within / row.count < row.share;
const isSlow = (figures: Figures | undefined): boolean =>
  figures !== undefined && figures.count >= CASES_MIN && figures.target_s !== null && (figures.p90 ?? 0) > figures.target_s;

interface GroupsProps {
  found: Found;
  nameOf: Named;
  interval: TimedInterval;
  onInterval: (interval: TimedInterval) => void;
  /** What the groups are: «区». */
  what: string;
  isOrdered: boolean;
}

/** The intervals side by side, a row for each group: the bar runs from the median to the 90th percentile. */
export function Groups({ found, nameOf, interval, onInterval, what, isOrdered }: GroupsProps) {
  const L = useL();
  const groups = useMemo(
    () => (isOrdered ? found.groups : [...found.groups].sort((a, b) => b.assignments - a.assignments)),
    [found, isOrdered],
  );
  const drawn = isOrdered ? groups.slice(0, 24) : groups.slice(0, GROUPS_DRAWN_MAX);
  const figures = (row: Group) => row.intervals[interval];
  const columns: Column<Group>[] = [
    { name: what, isText: true, of: (row) => nameOf(row.group) },
    { name: 'n', of: (row) => figures(row)?.count ?? 0 },
    ...(['p50', 'p90', 'p95'] as const).map(
      (p): Column<Group> => ({
        name: p.toUpperCase(),
        of: (row) => few(figures(row), () => duration(figures(row)?.[p])),
        isOver: p === 'p90' ? (row) => isSlow(figures(row)) : undefined,
      }),
    ),
    { name: L('达标', 'Within'), of: (row) => few(figures(row), () => within(figures(row))) },
  ];
  return (
    <Figure
      area="groups"
      title={L(`各${what}的时间`, `Intervals by ${what}`)}
      remark={
        <>
          {L('条 = 中位数至第 90 百分位,竖线 = 目标', 'bar: median to 90th percentile; line: target')}
          {groups.length > drawn.length ? ` · ${L(`图中前 ${drawn.length},表中全部`, `chart: first ${drawn.length}, table: all`)}` : ''}
        </>
      }
    >
      <div className="multiples">
        {INTERVALS.map((one, at) => (
          <Multiple key={one} interval={one} groups={drawn} nameOf={nameOf} hasNames={at === 0} />
        ))}
      </div>
      <div className="fig-side">
        <ToggleButtonGroup
          className="seg"
          aria-label={L('表中的时间', 'Interval of the table')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[interval]}
          onSelectionChange={(keys) => onInterval([...keys][0] as TimedInterval)}
        >
          {INTERVALS.map((one) => (
            <ToggleButton key={one} id={one} className="btn">
              {L.of(INTERVAL_NAMES[one])}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Table label={L.of(INTERVAL_NAMES[interval])} columns={columns} rows={groups} keyOf={({ group }) => group} />
      </div>
    </Figure>
  );

  function few(of: Figures | undefined, told: () => string): string {
    return (of?.count ?? 0) < CASES_MIN ? '·' : told();
  }
}

const within = (figures: Figures | undefined): string => (figures && figures.judged > 0 ? percent(figures.within / figures.judged) : '–');

function Multiple({
  interval,
  groups,
  nameOf,
  hasNames,
}: {
  interval: TimedInterval;
  groups: readonly Group[];
  nameOf: Named;
  hasNames: boolean;
}) {
  const L = useL();
  const title = L.of(INTERVAL_NAMES[interval]);
  const plot = useCallback((): Plot.PlotOptions => {
    const rows = groups.map((group) => ({ name: nameOf(group.group), figures: group.intervals[interval] }));
    const told = rows.filter((row) => (row.figures?.count ?? 0) >= CASES_MIN);
    type Row = (typeof rows)[number];
    const most = Math.max(1, ...told.flatMap(({ figures }) => [figures?.p90 ?? 0, figures?.target_s ?? 0])) * 1.08;
    // Where nothing is told there is nothing to read off an axis.
    const ticks = told.length > 0 ? durationTicks(most) : [];
    return {
      marginLeft: hasNames ? 112 : 6,
      marginRight: 8,
      marginTop: 18,
      marginBottom: 2,
      x: {
        domain: [0, most],
        axis: 'top',
        ticks,
        tickSize: 0,
        label: null,
        tickFormat: (value: number) => duration(value),
      },
      y: {
        domain: rows.map(({ name }) => name),
        label: null,
        tickSize: 0,
        axis: hasNames ? 'left' : null,
        tickFormat: clipped,
        padding: 0.45,
      },
      marks: [
        Plot.gridX({ stroke: 'var(--line-1)', strokeOpacity: 1, ticks }),
        Plot.barX(told, {
          y: 'name',
          x1: (row: Row) => row.figures?.p50,
          x2: (row: Row) => row.figures?.p90,
          fill: (row: Row) => (isSlow(row.figures) ? OVER : QUIET),
        }),
        Plot.dot(told, { y: 'name', x: (row: Row) => row.figures?.p50, r: 3, fill: INK }),
        Plot.tickX(
          told.filter((row) => row.figures?.target_s !== null),
          { y: 'name', x: (row: Row) => row.figures?.target_s, stroke: INK, strokeWidth: 1.5, insetTop: -4, insetBottom: -4 },
        ),
        Plot.text(
          rows.filter((row) => (row.figures?.count ?? 0) < CASES_MIN),
          { y: 'name', x: 0, dx: 4, textAnchor: 'start', fill: QUIET, text: (row: Row) => `n ${row.figures?.count ?? 0}` },
        ),
      ],
      color: { type: 'identity' },
    };
  }, [groups, nameOf, interval, hasNames]);
  return (
    <div className="multiple" data-first={hasNames || undefined}>
      <h3>{title}</h3>
      <Chart label={L(`${title},各组`, `${title} by group`)} height={groups.length * ROW_PX + 24} plot={plot} />
    </div>
  );
}

/** One interval by type and hour of the day: the stronger the slower. */
export function Heat({ found, interval, isTable }: { found: Found; interval: TimedInterval; isTable: boolean }) {
  const L = useL();
  const { cells, types } = useMemo(() => heatOf(found.groups, interval), [found, interval]);
  const name = L.of(INTERVAL_NAMES[interval]);
  const plot = useCallback((): Plot.PlotOptions => {
    const named = cells.filter((cell) => types.includes(cell.type)).map((cell) => ({ ...cell, type: typeName(cell.type, L) }));
    type Cell = (typeof named)[number];
    const told = named.filter(({ count }) => count >= CASES_MIN);
    const [least, most] = [Math.min(...told.map(({ p90 }) => p90)), Math.max(...told.map(({ p90 }) => p90))];
    return {
      marginLeft: 112,
      marginTop: 18,
      marginBottom: 2,
      marginRight: 4,
      x: { domain: HOURS, axis: 'top', tickSize: 0, label: null, ticks: HOURS.filter((_, at) => at % 3 === 0) },
      y: { domain: types.map((type) => typeName(type, L)), label: null, tickSize: 0, tickFormat: clipped },
      marks: [
        Plot.cell(told, {
          x: 'hour',
          y: 'type',
          inset: 0.5,
          fill: QUIET,
          fillOpacity: (cell: Cell) => (most > least ? 0.12 + (0.78 * (cell.p90 - least)) / (most - least) : 0.5),
          title: (cell: Cell) => `${cell.type} ${cell.hour}:00 · P90 ${duration(cell.p90)} · n ${cell.count}`,
        }),
        Plot.text(
          named.filter(({ count }) => count > 0 && count < CASES_MIN),
          { x: 'hour', y: 'type', text: () => '·', fill: QUIET },
        ),
      ],
      opacity: { type: 'identity' },
    };
  }, [cells, types, L]);
  const rows = types.map((type) => ({ type, by: new Map(cells.filter((cell) => cell.type === type).map((cell) => [cell.hour, cell])) }));
  const columns: Column<(typeof rows)[number]>[] = [
    { name: L('类型', 'Type'), isText: true, of: (row) => typeName(row.type, L) },
    ...HOURS.map(
      (hour): Column<(typeof rows)[number]> => ({
        name: hour,
        of: (row) => {
          const cell = row.by.get(hour);
          return !cell || cell.count === 0 ? '' : cell.count < CASES_MIN ? '·' : duration(cell.p90);
        },
      }),
    ),
  ];
  return (
    <Figure
      area="heat"
      title={L(`${name}:类型 × 时段`, `${name} by type and hour`)}
      remark={L('第 90 百分位,越浓越慢;· = 不足 10 例', '90th percentile, stronger is slower; · fewer than 10')}
    >
      {isTable ? (
        <Table label={name} columns={columns} rows={rows} keyOf={({ type }) => type} />
      ) : cells.every(({ count }) => count < CASES_MIN) ? (
        <p className="fig-none">
          {L(
            '每个时段每个类型都不足 10 例,画不出来:选长一些的时段。按 T 看表。',
            'No type has 10 cases in any hour: nothing to draw. Choose a longer period; T shows the table.',
          )}
        </p>
      ) : (
        <Chart
          label={L(`${name},按类型和时段;按 T 看表`, `${name} by type and hour; T shows the table`)}
          height={types.length * ROW_PX + 24}
          plot={plot}
        />
      )}
    </Figure>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

function heatOf(groups: readonly Group[], interval: TimedInterval) {
  const cells = groups.map(({ group, and_group, intervals }) => ({
    type: group,
    hour: and_group,
    count: intervals[interval]?.count ?? 0,
    p90: intervals[interval]?.p90 ?? 0,
  }));
  const sums = new Map<string, number>();
  for (const { type, count } of cells) sums.set(type, (sums.get(type) ?? 0) + count);
  const types = [...sums].sort((a, b) => b[1] - a[1]).map(([type]) => type);
  return { cells, types: types.slice(0, TYPES_DRAWN_MAX) };
}
