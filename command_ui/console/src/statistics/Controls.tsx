/** What is looked at: the tab, the period, the filters; and the ways out (table, file). One row, by keyboard. */

import { useEffect } from 'react';
import {
  Button,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  NumberField,
  Popover,
  Select,
  SelectValue,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import { entriesOf } from '../catalogue';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { Key } from '../parts/Marks';
import { type Choice, GROUPINGS } from './choice';
import { PERIOD_NAMES, PERIODS, type PeriodName } from './period';

export const TABS = [
  { id: 'response', key: 'R', zh: '响应时间', en: 'Response times', file: 'response_times' },
  { id: 'workload', key: 'W', zh: '来电与工作量', en: 'Calls and workload', file: 'workload' },
  { id: 'alarms', key: 'A', zh: '告警绩效', en: 'Alarm performance', file: 'alarms' },
] as const;

// ISA-18.2's measures are of one operator; a room with more than this has several alarm systems.
const OPERATORS_MAX = 100;

interface ControlsProps {
  choice: Choice;
  onChange: (changed: Partial<Choice>) => void;
  question: string | null;
  isTable: boolean;
  onTable: (isTable: boolean) => void;
  onAgain: () => void;
  until: string;
}

export function Controls({ choice, onChange, question, isTable, onTable, onAgain, until }: ControlsProps) {
  const L = useL();
  useEffect(
    () =>
      registerKeys(
        PERIODS.map((name, at) => ({
          key: String(at + 1),
          ...PERIOD_NAMES[name],
          where: 'screen' as const,
          run: () => onChange({ name }),
        })),
      ),
    [onChange],
  );
  const file = TABS.find(({ id }) => id === choice.tab)?.file ?? 'response_times';
  const more = choice.tab === 'response' ? `&group_by=${choice.group_by}` : choice.tab === 'alarms' ? `&operators=${choice.operators}` : '';
  return (
    <div className="fig-controls">
      <Segments
        label={L('统计', 'Figures')}
        items={TABS.map(({ id, key, zh, en }) => ({ id, key, name: L(zh, en) }))}
        value={choice.tab}
        onChange={(tab) => onChange({ tab: tab as Choice['tab'] })}
      />
      <Segments
        label={L('时段', 'Period')}
        items={PERIODS.map((id, at) => ({ id, key: String(at + 1), name: L.of(PERIOD_NAMES[id]) }))}
        value={choice.name}
        onChange={(name) => onChange({ name: name as PeriodName })}
      />
      {choice.name === 'free' ? (
        <>
          <Day label={L('从', 'From')} value={choice.from} onChange={(from) => onChange({ from })} />
          <Day label={L('至', 'To')} value={choice.to} onChange={(to) => onChange({ to })} />
        </>
      ) : null}
      <Pick
        label={L('部门', 'Agency')}
        all={L('全部部门', 'All agencies')}
        kind="agency"
        value={choice.agency}
        onChange={(agency) => onChange({ agency })}
      />
      <Pick
        label={L('区', 'District')}
        all={L('全市', 'All districts')}
        kind="district"
        value={choice.district}
        onChange={(district) => onChange({ district })}
      />
      {choice.tab === 'alarms' ? (
        <NumberField
          className="fig-number"
          value={choice.operators}
          minValue={1}
          maxValue={OPERATORS_MAX}
          onChange={(operators) => onChange({ operators: Number.isNaN(operators) ? 1 : operators })}
        >
          <Label>{L('席位', 'Operators')}</Label>
          <Input />
        </NumberField>
      ) : (
        <>
          <Pick
            label={L('类型', 'Type')}
            all={L('全部类型', 'All types')}
            kind="incident_type"
            value={choice.incident_type}
            onChange={(incident_type) => onChange({ incident_type })}
          />
          <Pick
            label={L('级别', 'Priority')}
            all={L('全部级别', 'All priorities')}
            items={['1', '2', '3', '4', '5'].map((id) => ({ id, name: `P${id}` }))}
            value={choice.priority}
            onChange={(priority) => onChange({ priority })}
          />
        </>
      )}
      {choice.tab === 'response' ? (
        <Pick
          label={L('分组', 'Grouped by')}
          items={GROUPINGS.map((one) => ({ id: one.id, name: L(`按${one.zh}`, `by ${one.en}`) }))}
          value={choice.group_by}
          onChange={(group_by) => onChange({ group_by })}
        />
      ) : null}
      <span className="sp" />
      <span className="dim">{until ? L(`截至 ${until}`, `up to ${until}`) : ''}</span>
      <Button className="btn bare" onPress={onAgain}>
        {L('重算', 'Again')} <Key k="U" />
      </Button>
      <ToggleButton className="btn" isSelected={isTable} onChange={onTable}>
        {L('表', 'Table')} <Key k="T" />
      </ToggleButton>
      {question === null ? null : (
        <a className="btn" href={`/api/statistics/${file}.csv?${question}${more}`} download>
          CSV
        </a>
      )}
    </div>
  );
}

interface SegmentsProps {
  label: string;
  items: readonly { id: string; key: string; name: string }[];
  value: string;
  onChange: (id: string) => void;
}

function Segments({ label, items, value, onChange }: SegmentsProps) {
  return (
    <ToggleButtonGroup
      className="seg"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => onChange(String([...keys][0]))}
    >
      {items.map(({ id, key, name }) => (
        <ToggleButton key={id} id={id} className="btn">
          {name} <Key k={key} />
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

function Day({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <TextField className="fig-day" type="date" value={value} onChange={onChange}>
      <Label>{label}</Label>
      <Input />
    </TextField>
  );
}

interface PickProps {
  label: string;
  /** What «no filter» is called; without it one of the items is always chosen. */
  all?: string;
  kind?: 'agency' | 'district' | 'incident_type';
  items?: readonly { id: string; name: string }[];
  value: string;
  onChange: (id: string) => void;
}

// A list's key may not be empty.
const ALL = 'all';

function Pick({ label, all, kind, items: given, value, onChange }: PickProps) {
  const L = useL();
  const items = given ?? (kind ? entriesOf(kind).map((entry) => ({ id: entry.code, name: L.of(entry, entry.code) })) : []);
  const offered = all === undefined ? items : [{ id: ALL, name: all }, ...items];
  return (
    <Select aria-label={label} value={value || ALL} onChange={(key) => onChange(key === ALL || key === null ? '' : String(key))}>
      <Button className="btn fig-pick" data-set={(all !== undefined && value !== '') || undefined}>
        <SelectValue /> <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="pop">
        <ListBox className="menu" items={offered}>
          {({ name }) => (
            <ListBoxItem className="menu-item" textValue={name}>
              {name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
