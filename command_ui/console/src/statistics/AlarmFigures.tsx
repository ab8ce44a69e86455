/** The performance of the alarms after ISA-18.2 and EEMUA 191: each measure beside what is asked of it. */

import { useCallback } from 'react';
import type { AlarmPerformance, Frequent, Stale } from '../documents';
import { useL } from '../i18n';
import { day, hm, ms } from '../live/clock';
import { Chart, INK, OVER, Plot, QUIET } from './Chart';
import { decimal, duration, percent } from './format';
import { type Column, Figure, Table } from './Table';
import type { AlarmFigures as Found } from './useFigures';

const RATE_PX = 200;

interface Measure {
  name: string;
  value: string;
  asked: string;
  isMissed: boolean;
}

export function Measures({ found }: { found: Found }) {
  const L = useL();
  const rows = measures(found.performance, L);
  const columns: Column<Measure>[] = [
    { name: L('指标', 'Measure'), isText: true, of: (row) => row.name },
    { name: L('实际', 'Actual'), of: (row) => row.value, isOver: (row) => row.isMissed },
    { name: L('要求', 'Asked'), of: (row) => row.asked },
  ];
  return (
    <Figure area="measures" title={L('告警绩效', 'Alarm performance')} remark={found.performance.targets.source}>
      <Table label={L('告警绩效', 'Alarm performance')} columns={columns} rows={rows} keyOf={({ name }) => name} />
    </Figure>
  );
}

function measures(of: AlarmPerformance, L: ReturnType<typeof useL>): Measure[] {
  const { targets } = of;
  const rate = of.per_operator_hour;
  const most = of.most_frequent_share;
  const [top, high, low] = targets.priority_shares;
  const share = (priority: 1 | 2 | 3) => (of.alarms ? (of.priorities[priority] ?? 0) / of.alarms : null);
  const asked = (n: number | string) => `≤ ${n}`;
  return [
    {
      name: L('每席位每小时', 'Per operator and hour'),
      value: decimal(rate),
      asked: L(`${targets.hourly_acceptable},最多 ${targets.hourly_max}`, `${targets.hourly_acceptable}, at most ${targets.hourly_max}`),
      isMissed: rate !== null && rate > targets.hourly_max,
    },
    {
      name: L('10 分钟内最多', 'Most in 10 minutes'),
      value: of.peak_at ? `${of.peak_count} · ${day(of.peak_at).slice(5)} ${hm(of.peak_at)}` : '–',
      asked: asked(targets.ten_minutes_max * of.operators),
      isMissed: of.peak_count > targets.ten_minutes_max * of.operators,
    },
    {
      name: L('泛滥时间', 'Time in flood'),
      value: of.flood_share === null ? '–' : `${percent(of.flood_share)} · ${of.ten_minutes_flooded}/${of.ten_minutes}`,
      asked: asked(percent(targets.flood_share_max)),
      isMissed: (of.flood_share ?? 0) > targets.flood_share_max,
    },
    {
      name: L('最频繁的 10 个占', 'Share of the 10 most frequent'),
      value: percent(most),
      asked: asked(percent(targets.most_frequent_share_max)),
      isMissed: (most ?? 0) > targets.most_frequent_share_max,
    },
    { name: L('抖动告警源', 'Chattering sources'), value: String(of.chattering), asked: '0', isMissed: of.chattering > 0 },
    {
      name: L('滞留 24 小时以上', 'Standing for over 24 h'),
      value: String(of.stale),
      asked: `< ${targets.stale_max}`,
      isMissed: of.stale >= targets.stale_max,
    },
    {
      name: L('搁置过 / 现搁置', 'Shelved / shelved now'),
      value: `${of.shelved} / ${of.shelved_now}`,
      asked: '–',
      isMissed: false,
    },
    {
      name: L('高 / 中 / 低', 'High / medium / low'),
      value: of.alarms ? [share(1), share(2), share(3)].map(percent).join(' / ') : '–',
      asked: L(`约 ${[top, high, low].map(percent).join(' / ')}`, `about ${[top, high, low].map(percent).join(' / ')}`),
      // «About»: twice what is asked of the gravest is no longer about.
      isMissed: (share(1) ?? 0) > 2 * top,
    },
    {
      name: L('确认用时 P50 / P90', 'Acknowledged after, P50 / P90'),
      value: `${duration(of.acknowledged_p50_s)} / ${duration(of.acknowledged_p90_s)}`,
      asked: '–',
      isMissed: false,
    },
    { name: L('告警', 'Alarms'), value: String(of.alarms), asked: '–', isMissed: false },
  ];
}

/** Alarms in each hour, against what so many operators can take. */
export function Rate({ found, isTable }: { found: Found; isTable: boolean }) {
  const L = useL();
  const { by_hour, operators, targets } = found.performance;
  const title = L('每小时告警', 'Alarms per hour');
  const plot = useCallback((): Plot.PlotOptions => {
    const rows = by_hour.map(([at, count]) => ({ at: new Date(at), end: new Date(ms(at) + 3_600_000), count }));
    const span_ms = ms(found.until) - ms(found.since);
    const lines = [targets.hourly_acceptable, targets.hourly_max].map((rate) => rate * operators);
    return {
      marginLeft: 36,
      marginRight: 92,
      marginTop: 8,
      marginBottom: 20,
      x: {
        type: 'utc',
        domain: [new Date(found.since), new Date(found.until)],
        ticks: 8,
        tickSize: 3,
        label: null,
        tickFormat: (at: Date) => (span_ms > 2 * 86_400_000 ? day(at.getTime()).slice(5) : hm(at.getTime())),
      },
      y: { domain: [0, Math.max(lines[1] ?? 0, ...rows.map(({ count }) => count)) * 1.1], ticks: 3, tickSize: 0, label: null },
      marks: [
        Plot.gridY({ stroke: 'var(--line-1)', strokeOpacity: 1, ticks: 3 }),
        Plot.rectY(rows, {
          x1: 'at',
          x2: 'end',
          y: 'count',
          insetLeft: 0.5,
          insetRight: 0.5,
          fill: ({ count }: { count: number }) => (count > (lines[1] ?? 0) ? OVER : QUIET),
        }),
        Plot.ruleY(lines, { stroke: INK, strokeWidth: 1 }),
        Plot.text(lines, {
          y: (line: number) => line,
          frameAnchor: 'right',
          dx: 6,
          textAnchor: 'start',
          fill: 'var(--ink-2)',
          text: (line: number) => (line === lines[0] ? L(`${line} 可承受`, `${line} acceptable`) : L(`${line} 上限`, `${line} at most`)),
        }),
      ],
      color: { type: 'identity' },
    };
  }, [found, by_hour, operators, targets, L]);
  const columns: Column<[string, number]>[] = [
    { name: L('时间', 'Time'), isText: true, of: ([at]) => `${day(at)} ${hm(at)}` },
    { name: 'n', of: ([, count]) => count },
  ];
  return (
    <Figure area="rate" title={title} remark={L(`${operators} 个席位`, `${operators} ${operators === 1 ? 'operator' : 'operators'}`)}>
      {isTable ? (
        <Table label={title} columns={columns} rows={by_hour} keyOf={([at]) => at} />
      ) : (
        <Chart label={L(`${title};按 T 看表`, `${title}; T shows the table`)} height={RATE_PX} plot={plot} />
      )}
    </Figure>
  );
}

export function MostFrequent({ found }: { found: Found }) {
  const L = useL();
  const rows = found.performance.most_frequent;
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const columns: Column<Frequent>[] = [
    { name: L('告警源', 'Source'), isText: true, of: (row) => L.of(row, row.sensor) },
    { name: L('条件', 'Condition'), isText: true, of: (row) => row.condition },
    { name: 'n', of: (row) => row.count, bar: (row) => row.count / most },
    { name: L('占比', 'Share'), of: (row) => percent(row.share) },
    { name: L('抖动', 'Chatters'), of: (row) => (row.is_chattering ? L('是', 'yes') : ''), isOver: (row) => row.is_chattering },
  ];
  return (
    <Figure area="frequent" title={L('最频繁的 10 个', 'The 10 most frequent')}>
      <Table
        label={L('最频繁的 10 个', 'The 10 most frequent')}
        columns={columns}
        rows={rows}
        keyOf={(row) => `${row.sensor}/${row.condition}`}
      />
    </Figure>
  );
}

export function StaleAlarms({ found }: { found: Found }) {
  const L = useL();
  const { stale, stale_alarms } = found.performance;
  const columns: Column<Stale>[] = [
    { name: L('告警', 'Alarm'), isText: true, of: (row) => L.of(row, row.alarm) },
    { name: L('条件', 'Condition'), isText: true, of: (row) => row.condition },
    { name: L('级', 'Prio.'), of: (row) => `A${row.priority}` },
    { name: L('自', 'Since'), of: (row) => `${day(row.raised_at).slice(5)} ${hm(row.raised_at)}` },
    { name: L('至', 'Until'), of: (row) => (row.ended_at ? `${day(row.ended_at).slice(5)} ${hm(row.ended_at)}` : L('仍在', 'still')) },
  ];
  return (
    <Figure
      area="stale"
      title={L('滞留 24 小时以上', 'Standing for over 24 h')}
      remark={
        stale > stale_alarms.length ? L(`共 ${stale},列出 ${stale_alarms.length}`, `${stale} in all, ${stale_alarms.length} listed`) : stale
      }
    >
      {stale === 0 ? (
        <p className="fig-none">{L('没有。', 'None.')}</p>
      ) : (
        <Table label={L('滞留告警', 'Stale alarms')} columns={columns} rows={stale_alarms} keyOf={({ alarm }) => alarm} />
      )}
    </Figure>
  );
}
