/** The rows of a section: filtered, sorted, virtual (a fleet has thousands), one tab stop. */

import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { Button, ToggleButton } from 'react-aria-components';
import { type Speak, useL } from '../i18n';
import { Key } from '../parts/Marks';
import { RowList } from '../parts/RowList';
import type { RowPlace } from '../parts/rows';
import { useSettings } from '../settings';
import { drafts } from '../ui';
import type { Entry, Section, TableColumn } from './entries';
import { type Choice, told } from './fields';

interface TableProps {
  section: Section;
  entries: readonly Entry[];
  chosen: string | null;
  mayWrite: boolean;
  onChoose: (id: string) => void;
  onEnter: () => void;
  onNew: () => void;
  onImport: () => void;
}

type Cells = Readonly<Record<string, string>>;

/** Each cell's words, so that what is seen is what is filtered and sorted. */
function cellsOf(section: Section, entries: readonly Entry[], L: Speak): Map<string, Cells> {
  const tell = new Map(section.columns.map((column) => [column.field, teller(section, column, L)]));
  return new Map(entries.map((entry) => [entry.id, Object.fromEntries([...tell].map(([field, words]) => [field, words(entry)]))] as const));
}

function teller(section: Section, column: TableColumn, L: Speak): (entry: Entry) => string {
  if (column.field === 'code') return ({ id }) => id;
  if (column.field === 'name') return ({ title }) => L.of(title);
  const field = section.fields.find(({ name }) => name === column.field);
  // Once for all rows: a fleet of thousands asks for the name of the same few stations.
  const choices: readonly Choice[] = field?.kind === 'choice' || field?.kind === 'many' ? field.choices() : [];
  const names = new Map(choices.map((choice) => [String(choice.value), L.of(choice)]));
  const name = (value: unknown) => names.get(String(value)) ?? String(value ?? '');
  return ({ values }) => {
    const value = values[column.field];
    if (column.field === 'priority' || field === undefined)
      return typeof value === 'object' && value !== null ? L.of(value as Choice) : String(value ?? '');
    if (Array.isArray(value)) return value.map(name).join(L('、', ', ')) || (field.kind === 'many' ? L.of(field.none) : '');
    return field.kind === 'choice' ? name(value) : told(field, value, L).replace(/^–$/, '');
  };
}

export function EntryTable({ section, entries, chosen, mayWrite, onChoose, onEnter, onNew, onImport }: TableProps) {
  const L = useL();
  const filter = useRef<HTMLInputElement>(null);
  const { density } = useSettings();
  const key = `admin.filter.${section.id}`;
  const [text, setTextNow] = useState(() => drafts.get<string>(key) ?? '');
  const [withOff, setWithOff] = useState(false);
  const [sort, setSort] = useState<{ field: string; by: 1 | -1 }>({ field: section.columns[0]?.field ?? 'code', by: 1 });
  const setText = (next: string) => {
    setTextNow(next);
    drafts.set(key, next || undefined);
  };
  const cells = useMemo(() => cellsOf(section, entries, L), [section, entries, L]);
  const off = entries.filter(({ isOff }) => isOff).length;
  // A retired row that is chosen stays in the table. Any other choice must not sort a fleet of thousands anew.
  const kept = entries.find((entry) => entry.isOff && entry.id === chosen)?.id;
  const shown = useMemo(() => {
    const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const numeric = section.columns.find(({ field }) => field === sort.field)?.isNumber;
    const at = (entry: Entry) => cells.get(entry.id)?.[sort.field] ?? '';
    const order = new Intl.Collator(L.lang === 'zh' ? 'zh-CN' : 'en', { numeric: true });
    return entries
      .filter((entry) => withOff || !entry.isOff || entry.id === kept)
      .filter((entry) => {
        if (words.length === 0) return true;
        const all = `${Object.values(cells.get(entry.id) ?? {}).join(' ')} ${entry.title.zh} ${entry.title.en}`.toLowerCase();
        return words.every((word) => all.includes(word));
      })
      .sort((a, b) => sort.by * (numeric ? Number(at(a)) - Number(at(b)) : order.compare(at(a), at(b))) || order.compare(a.id, b.id));
  }, [entries, cells, text, withOff, sort, section, kept, L]);
  const rows = useMemo(() => shown.map(({ id }): RowPlace => ({ id, height_px: density === 'dense' ? 22 : 28 })), [shown, density]);
  const byId = useMemo(() => new Map(shown.map((entry) => [entry.id, entry])), [shown]);
  const template = section.columns.map(({ width }) => width).join(' ');
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    event.preventDefault();
    document.querySelector<HTMLElement>("[data-pane='admin-table']")?.focus();
    if (chosen === null || !byId.has(chosen)) {
      const first = shown[0];
      if (first) onChoose(first.id);
    }
  };
  return (
    <section className="panel adm-t" aria-label={L.of(section)}>
      <header className="p-head">
        <h2>{L.of(section)}</h2>
        <span className="num dim">{shown.length === entries.length ? entries.length : `${shown.length}/${entries.length}`}</span>
        <Key k="T" />
        <span className="sp" />
        <div className="filt adm-filt">
          <input
            ref={filter}
            type="search"
            data-pane="admin-filter"
            aria-label={L('筛选', 'Filter')}
            placeholder={L('筛选 F', 'Filter F')}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </div>
        {off > 0 && (
          <ToggleButton className="btn bare" isSelected={withOff} onChange={setWithOff}>
            {L(`含停用 ${off}`, `With retired ${off}`)}
          </ToggleButton>
        )}
        {section.canImport && mayWrite && (
          <Button className="btn" onPress={onImport}>
            {L('导入', 'Import')} <Key k="I" />
          </Button>
        )}
        {section.canAdd && mayWrite && (
          <Button className="btn" onPress={onNew}>
            {L(`新增${section.one.zh}`, `New ${section.one.en}`)} <Key k="N" />
          </Button>
        )}
      </header>
      <div className="adm-th" style={{ gridTemplateColumns: template }}>
        {section.columns.map((column) => (
          <Button
            key={column.field}
            className={column.isNumber ? 'adm-sort r' : 'adm-sort'}
            aria-label={L(`按${column.zh}排序`, `Sort by ${column.en}`)}
            onPress={() => setSort(({ field, by }) => ({ field: column.field, by: field === column.field && by === 1 ? -1 : 1 }))}
          >
            {L.of(column)}
            <span aria-hidden="true">{sort.field === column.field ? (sort.by === 1 ? ' ↑' : ' ↓') : ''}</span>
          </Button>
        ))}
      </div>
      <div className="adm-rows">
        <RowList
          label={L.of(section)}
          pane="admin-table"
          rows={rows}
          active={chosen}
          onActive={onChoose}
          onAct={onEnter}
          onBefore={() => filter.current?.focus()}
          rowLabel={(id) => {
            const entry = byId.get(id);
            return [...Object.values(cells.get(id) ?? {}), entry?.isOff ? L('已停用', 'retired') : ''].filter(Boolean).join(' ');
          }}
          render={(id) => <Row section={section} cells={cells.get(id) ?? {}} isOff={byId.get(id)?.isOff ?? false} template={template} />}
          empty={<Empty section={section} isFiltered={text !== ''} mayWrite={mayWrite} />}
        />
      </div>
    </section>
  );
}

function Row({ section, cells, isOff, template }: { section: Section; cells: Cells; isOff: boolean; template: string }) {
  const L = useL();
  return (
    <div className="adm-row" style={{ gridTemplateColumns: template }} data-off={isOff || undefined}>
      {section.columns.map(({ field, isNumber }, index) => (
        <span key={field} className={isNumber ? 'num r' : field === 'code' ? 'num' : undefined} title={cells[field]}>
          {cells[field]}
          {isOff && index === (section.columns.length > 1 ? 1 : 0) && <em className="tag">{L('停用', 'retired')}</em>}
        </span>
      ))}
    </div>
  );
}

function Empty({ section, isFiltered, mayWrite }: { section: Section; isFiltered: boolean; mayWrite: boolean }) {
  const L = useL();
  return (
    <div className="empty">
      <b>{isFiltered ? L('没有符合筛选的', 'Nothing matches the filter') : L(`还没有${section.one.zh}`, `No ${section.one.en} yet`)}</b>
      {!isFiltered && section.canAdd && mayWrite && (
        <span>
          <Key k="N" /> {L('新增', 'adds one')}
          {section.canImport && (
            <>
              {' · '}
              <Key k="I" /> {L('从表格导入', 'imports a table')}
            </>
          )}
        </span>
      )}
    </div>
  );
}
