/** The unit board: one cell a unit, by agency. One tab stop; the arrows go where the eye goes. */

import { type KeyboardEvent, type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { flushSync } from 'react-dom';
import { agencyName, capabilityName, entriesOf, stationOf } from '../catalogue';
import { STATUSES, type Status, type UnitStatus } from '../documents';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { documents, useView, useViewVersion } from '../live/store';
import { STATUS_NAMES } from '../names';
import { Key, StatusMark } from '../parts/Marks';
import { paintOf } from '../parts/paint';
import { setUi, useUiPart } from '../ui';
import { TearOffButton } from '../windows/TearOff';
import { layoutOf, moved } from './layout';
import { PORTIONS_AT_FIRST, Portion, portionsOf } from './Portion';

const ARROWS = ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End'];

/** Agencies in the order of the catalogue's codes, their units by call sign; only those of the scope. */
function byAgency(units: ReadonlyMap<string, UnitStatus>, scope: string): { agency: string; units: string[] }[] {
  const found = new Map<string, string[]>(entriesOf('agency').map(({ code }) => [code, []]));
  for (const { unit, agency, station } of units.values()) {
    // A unit whose station is not known belongs everywhere: it is not hidden for want of a word.
    const district = stationOf(station)?.district || scope;
    if (scope !== '' && district !== scope) continue;
    const list = found.get(agency);
    if (list) list.push(unit);
    else found.set(agency, [unit]);
  }
  return [...found].map(([agency, list]) => ({ agency, units: list.sort() })).sort((a, b) => b.units.length - a.units.length);
}

/** Shows a unit: its incident when it has one, and the unit in it. */
function show(unit: string): void {
  const incident = documents('unit_status').get(unit)?.incident;
  setUi(incident ? { selected: incident, selectedUnit: unit } : { selectedUnit: unit });
}

export function Board() {
  const L = useL();
  const body = useRef<HTMLDivElement>(null);
  const [capability, setCapability] = useState('');
  const [isFreeOnly, setFreeOnly] = useState(false);
  const [width_px, setWidth] = useState(1400);
  const [current, setCurrent] = useState('');
  const scope = useUiPart('scope');
  const selectedUnit = useUiPart('selectedUnit');
  const units = useView('unit_status');
  const membership = useViewVersion('unit_status', 'membership');
  const catalogue = useViewVersion('catalogue', 'content');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the maps stay the same while they change; their versions say when
  const agencies = useMemo(() => byAgency(units, scope), [membership, catalogue, scope]);
  const { blocks, isCompact } = useMemo(() => layoutOf(agencies, width_px), [agencies, width_px]);
  const tabStop = blocks.some((block) => block.units.includes(current)) ? current : (blocks[0]?.units[0] ?? '');

  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(
    () =>
      registerKeys([
        {
          key: 'B',
          zh: '单位板',
          en: 'Unit board',
          where: 'screen',
          run: () => body.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus(),
        },
        { key: 'Escape', zh: '退回队列', en: 'Back to the queue', where: 'board', run: () => focusPane('queue'), isHidden: true },
      ]),
    [],
  );

  const go = (unit: string) => {
    // Its cell may be far from what is seen, and not in the page yet.
    flushSync(() => setCurrent(unit));
    body.current?.querySelector<HTMLElement>(`[data-unit="${CSS.escape(unit)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (ARROWS.includes(event.key)) {
      event.preventDefault();
      go(moved(blocks, tabStop, event.key));
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      show(tabStop);
    }
  };
  const onClick = (event: MouseEvent) => {
    const unit = (event.target as Element).closest<HTMLElement>('[data-unit]')?.dataset.unit;
    if (!unit) return;
    go(unit);
    show(unit);
  };

  return (
    <section className="panel board" data-area="board" aria-label={L('单位板', 'Unit board')}>
      <header className="p-head">
        <h2>{L('单位', 'Units')}</h2>
        <Key k="B" />
        <Legend />
        <ToggleButton className="btn bare" isSelected={isFreeOnly} onChange={setFreeOnly}>
          {L('只看待命', 'Available only')}
        </ToggleButton>
        <Capabilities chosen={capability} onChange={setCapability} />
        <TearOffButton panel="board" />
      </header>
      <div
        ref={body}
        className="b-body"
        data-compact={isCompact || undefined}
        data-pane="board"
        role="listbox"
        aria-label={L('单位', 'Units')}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        {blocks.map((block) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options
          <div
            key={block.agency}
            className="b-block"
            role="group"
            aria-label={agencyName(block.agency, L)}
            style={{ '--cols': block.columns } as React.CSSProperties}
          >
            <BlockHead agency={block.agency} units={block.units} />
            {portionsOf(block).map((units, index) => (
              <Portion
                key={units[0]}
                units={units}
                rows={Math.ceil(units.length / block.columns)}
                isFirst={index < PORTIONS_AT_FIRST}
                current={units.includes(tabStop) ? tabStop : null}
                selected={selectedUnit !== null && units.includes(selectedUnit) ? selectedUnit : null}
                capability={capability}
                isFreeOnly={isFreeOnly}
              />
            ))}
          </div>
        ))}
        {blocks.length === 0 ? (
          <div className="empty" role="option" aria-selected="false" tabIndex={0}>
            {L('没有登记的单位', 'No unit is registered')}
          </div>
        ) : null}
      </div>
    </section>
  );
}

function BlockHead({ agency, units }: { agency: string; units: readonly string[] }) {
  const L = useL();
  useViewVersion('unit_status', 'content');
  const free = units.filter((unit) => documents('unit_status').get(unit)?.status === 'available').length;
  return (
    <div
      className="b-head"
      aria-hidden="true"
      style={{ '--agency': `var(${paintOf('agency', agency)}, transparent)` } as React.CSSProperties}
    >
      {agencyName(agency, L)}{' '}
      <span className="num">
        <b>{free}</b>/{units.length}
      </span>
    </div>
  );
}

/** What the marks mean, each with its count. */
function Legend() {
  const L = useL();
  useViewVersion('unit_status', 'content');
  const counts = new Map<Status, number>();
  for (const { status } of documents('unit_status').values()) counts.set(status, (counts.get(status) ?? 0) + 1);
  return (
    <div className="legend">
      {STATUSES.map((status) => (
        <span key={status} data-s={status}>
          <StatusMark s={status} size={11} />
          <span className="legend-l">{L.of(STATUS_NAMES[status])}</span> <b className="num">{counts.get(status) ?? 0}</b>
        </span>
      ))}
      <span className="legend-stale">
        <StatusMark s="on_scene" stale size={11} />
        {L('空心 = 位置过期', 'hollow = stale')}
      </span>
    </div>
  );
}

/** The capabilities that the units have, as a filter: the others step back. */
function Capabilities({ chosen, onChange }: { chosen: string; onChange: (capability: string) => void }) {
  const L = useL();
  const membership = useViewVersion('unit_status', 'membership');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map stays the same while it changes; its version says when
  const all = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { capabilities } of documents('unit_status').values())
      for (const one of capabilities) counts.set(one, (counts.get(one) ?? 0) + 1);
    return [...counts.keys()].sort();
  }, [membership]);
  return (
    <ToggleButtonGroup
      className="seg caps"
      aria-label={L('按能力筛选', 'Filter by capability')}
      selectionMode="single"
      selectedKeys={chosen === '' ? [] : [chosen]}
      onSelectionChange={(keys) => onChange(String([...keys][0] ?? ''))}
    >
      {all.map((one) => (
        <ToggleButton key={one} id={one} className="btn bare">
          {capabilityName(one, L)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
