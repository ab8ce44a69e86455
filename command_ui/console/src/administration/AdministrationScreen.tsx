/** The administration: sections on the left, the rows of one in the middle, the chosen row's form and its past on the right. */

import { useCallback, useEffect, useMemo, useState } from 'react';
import { offerPlaces } from '../command/places';
import type { Role } from '../documents';
import { useL } from '../i18n';
import { useInstallation } from '../installation';
import { registerKeys } from '../keys';
import { useLink } from '../live/link';
import { useViewVersion } from '../live/store';
import { Messages } from '../overlays/Messages';
import { Key } from '../parts/Marks';
import { go, useRoute } from '../screens/route';
import { hasRole, useSession } from '../session';
import { drafts } from '../ui';
import { EntryForm } from './EntryForm';
import { EntryTable } from './EntryTable';
import type { Section } from './entries';
import { ImportPanel } from './ImportPanel';
import { Secret } from './Secret';
import { SECTIONS, sectionOf } from './sections';
import './administration.css';

const WRITERS: readonly Role[] = ['administrator'];
const focusOn = (pane: string, inside = '') =>
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-pane='${pane}'] ${inside}`.trim())?.focus());

export function AdministrationScreen() {
  const L = useL();
  const { state } = useLink();
  const session = useSession();
  const { rest } = useRoute();
  const mayWrite = hasRole(session, ...WRITERS);
  const isSeen = useCallback((section: Section) => section.id !== 'accounts' || mayWrite, [mayWrite]);
  const sections = useMemo(() => SECTIONS.filter(isSeen), [isSeen]);
  const [name = '', ...more] = rest.split('/');
  const wanted = name === '' ? sections[0] : sectionOf(name);
  const section = wanted && isSeen(wanted) ? wanted : (sections[0] ?? sectionOf('agencies'));
  const id = more.join('/') || null;
  const [isAdding, setAdding] = useState(() => drafts.get<string>('admin.adding') === section.id);
  const [isImporting, setImporting] = useState(false);
  useInstallation();
  const versions = [
    useViewVersion('catalogue', 'content'),
    useViewVersion('unit_register', 'content'),
    useViewVersion('account_directory', 'content'),
  ];
  // The maps stay the same while they change; their versions say when.
  const entries = useMemo(() => section.entries(), [section, ...versions]);
  const only = entries.length === 1 && !section.canAdd ? entries[0] : undefined;
  const entry = entries.find((one) => one.id === id) ?? only ?? null;
  const adding = (next: boolean) => {
    setAdding(next);
    drafts.set('admin.adding', next ? section.id : undefined);
  };
  const open = (next: Section) => {
    setImporting(false);
    adding(false);
    go('administration', next.id);
  };
  const choose = (next: string) => {
    adding(false);
    go('administration', `${section.id}/${next}`);
  };
  const enter = () => focusOn('admin-form', ':is(input, select, button):not([disabled])');
  const begin = () => {
    if (!section.canAdd || !mayWrite) return false;
    setImporting(false);
    adding(true);
    enter();
    return true;
  };
  const bring = () => {
    if (!section.canImport || !mayWrite) return false;
    setImporting(true);
    return true;
  };
  const back = (event: KeyboardEvent) => {
    const at = event.target instanceof Element ? event.target : null;
    if (at?.closest("[data-pane='admin-form']")) focusOn('admin-table');
    else if (at?.closest('.adm-t')) focusOn('admin-sections', "[aria-current='page']");
    else focusOn('admin-table');
  };
  useEffect(() =>
    registerKeys([
      ...sections.map((one) => ({
        key: one.key,
        zh: one.zh,
        en: one.en,
        where: 'screen' as const,
        run: () => {
          open(one);
          focusOn('admin-table');
        },
      })),
      { key: 'S', zh: '栏目', en: 'Sections', where: 'screen', run: () => focusOn('admin-sections', "[aria-current='page']") },
      { key: 'T', zh: '表格', en: 'Table', where: 'screen', run: () => focusOn('admin-table') },
      { key: 'F', zh: '筛选', en: 'Filter', where: 'screen', run: () => focusOn('admin-filter') },
      { key: 'E', zh: '表单', en: 'Form', where: 'screen', run: enter },
      { key: 'N', zh: '新增', en: 'Add', where: 'screen', run: begin },
      { key: 'I', zh: '导入', en: 'Import', where: 'screen', run: bring },
      { key: 'Escape', zh: '退回一步', en: 'Back one step', where: 'screen', whileTyping: true, isHidden: true, run: back },
    ]),
  );
  useEffect(() => offerPlaces(sections.map((one) => ({ zh: one.zh, en: one.en, screen: 'administration', rest: one.id }))), [sections]);
  // Whoever comes here begins in the table.
  useEffect(() => void focusOn('admin-table'), []);
  const form = isAdding && section.canAdd ? null : entry;
  return (
    <>
      <main className="main adm" data-link={state} data-importing={isImporting || undefined}>
        <nav className="panel adm-nav" aria-label={L('管理栏目', 'Administration')} data-pane="admin-sections">
          <header className="p-head">
            <h2>{L('管理', 'Administration')}</h2>
            <Key k="S" />
          </header>
          <ul onKeyDown={walk}>
            {sections.map((one) => (
              <li key={one.id}>
                <button type="button" className="adm-sec" aria-current={one === section ? 'page' : undefined} onClick={() => open(one)}>
                  <span>{L.of(one)}</span>
                  <Count section={one} />
                  <Key k={one.key} />
                </button>
              </li>
            ))}
          </ul>
        </nav>
        {isImporting && section.canImport ? (
          <ImportPanel
            key={section.id}
            section={section}
            entries={entries}
            onLeave={() => {
              setImporting(false);
              focusOn('admin-table');
            }}
          />
        ) : (
          <>
            <EntryTable
              key={section.id}
              section={section}
              entries={entries}
              chosen={isAdding ? null : (entry?.id ?? null)}
              mayWrite={mayWrite}
              onChoose={choose}
              onEnter={enter}
              onNew={begin}
              onImport={bring}
            />
            {form || (isAdding && section.canAdd) ? (
              <EntryForm
                key={`${section.id}/${form?.id ?? ''}`}
                section={section}
                entry={form}
                mayWrite={mayWrite}
                onSaved={(saved) => {
                  if (form === null) choose(saved);
                }}
                onLeave={() => {
                  adding(false);
                  focusOn('admin-table');
                }}
              />
            ) : (
              <section className="panel adm-form" data-pane="admin-form" aria-label={L('表单', 'Form')}>
                <div className="empty">
                  <b>{L('未选择', 'Nothing is chosen')}</b>
                  <span>{L('在表格中选一行', 'Choose a row of the table')}</span>
                </div>
              </section>
            )}
          </>
        )}
        <Messages />
      </main>
      <Secret />
    </>
  );
}

/** The arrows go through the sections. */
function walk(event: React.KeyboardEvent<HTMLUListElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll('button')];
  const at = all.indexOf(event.target as HTMLButtonElement);
  all[Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
}

function Count({ section }: { section: Section }) {
  useViewVersion('catalogue', 'content');
  useViewVersion('unit_register', 'content');
  useViewVersion('account_directory', 'content');
  return <span className="num dim r">{section.entries().filter(({ isOff }) => !isOff).length}</span>;
}
