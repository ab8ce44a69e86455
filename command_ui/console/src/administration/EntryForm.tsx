/**
 * The form of the chosen row. Only what was touched is kept as a draft; the rest follows the live document. Where somebody else changed a
 * touched field meanwhile, theirs stands beside mine, and nothing is saved before one of them is chosen.
 */

import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { command, Refusal } from '../api';
import { useL } from '../i18n';
import { RefusalLine, type Said, saidOf } from '../incident/RefusalLine';
import { registerKeys } from '../keys';
import type { Name } from '../names';
import { Key } from '../parts/Marks';
import { drafts, say } from '../ui';
import { AccountActs } from './AccountActs';
import { AliasFile } from './AliasFile';
import { conflicts, type FormDraft, keptMine, shown, tookTheirs, versionSeen, written } from './draft';
import type { Entry, Section } from './entries';
import { FormField } from './FormField';
import { fault, told, type Values } from './fields';
import { History } from './History';
import { RetireLine } from './RetireLine';
import { showSecret } from './Secret';
import { Templates } from './Templates';

interface FormProps {
  section: Section;
  /** Null: a new one. */
  entry: Entry | null;
  mayWrite: boolean;
  onSaved: (id: string) => void;
  onLeave: () => void;
}

export const draftKey = (section: Section, entry: Entry | null): string => `admin.${section.id}.${entry?.id ?? 'new'}`;
const NOTHING: Values = {};

export function EntryForm({ section, entry, mayWrite, onSaved, onLeave }: FormProps) {
  const L = useL();
  const key = draftKey(section, entry);
  const live = entry?.values ?? NOTHING;
  const version = entry?.version ?? 0;
  const [draft, setDraftNow] = useState<FormDraft | undefined>(() => drafts.get<FormDraft>(key));
  const [said, setSaid] = useState<Said | null>(null);
  const [at, setAt] = useState('');
  const [wrong, setWrong] = useState<Readonly<Record<string, Name>>>({});
  const [saves, setSaves] = useState(0);
  const isBusy = useRef(false);
  const values = shown(draft, live);
  const clashes = conflicts(draft, live);
  const fields = section.fields;
  const setDraft = (next: FormDraft | undefined) => {
    setDraftNow(next);
    drafts.set(key, next);
  };
  const write = (field: string, value: unknown) => {
    setSaid(null);
    setAt('');
    setWrong(({ [field]: _, ...rest }) => rest);
    setDraft(written(draft, live, version, field, value));
  };
  const focusOn = (field: string) =>
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(`.adm-form [data-field="${field}"]`)
        ?.closest('.adm-f')
        ?.querySelector<HTMLElement>('input, select, button')
        ?.focus(),
    );
  const save = async () => {
    if (!mayWrite || isBusy.current || (!draft && entry)) return;
    const faults = Object.fromEntries(
      fields.flatMap((field) => {
        const no = fault(field, values[field.name]);
        return no ? [[field.name, no] as const] : [];
      }),
    );
    setWrong(faults);
    const first = fields.find(({ name }) => faults[name]);
    if (first) {
      focusOn(first.name);
      return;
    }
    if (clashes.length > 0) {
      setSaid({
        zh: '有字段已被他人更改:请先在上面选用对方的或保留您的。',
        en: 'Somebody else changed a field: choose theirs or yours above first.',
      });
      return;
    }
    const id = entry?.id ?? String(values[fields.find(({ isKey }) => isKey)?.name ?? ''] ?? '').trim();
    isBusy.current = true;
    try {
      const seen = draft ? versionSeen(draft, live, version) : version;
      for (const [name, body] of section.save(id, values, seen, entry)) {
        const { result } = await command<{ password?: string }>(name, body);
        if (result.password) showSecret({ zh: `${id} 的首个密码`, en: `First password of ${id}`, secret: result.password });
      }
      setDraft(undefined);
      setSaid(null);
      setSaves((count) => count + 1);
      say(`${section.one.zh} ${titleOf(id)} 已保存`, `Saved: ${section.one.en} ${titleOf(id)}`);
      onSaved(id);
    } catch (problem) {
      setSaid(saidOf(problem));
      if (problem instanceof Refusal && problem.field) {
        setAt(problem.field);
        const name = problem.field.split('.')[0] ?? '';
        if (fields.some((field) => field.name === name)) focusOn(name);
      }
    } finally {
      isBusy.current = false;
    }
  };
  useEffect(() =>
    registerKeys([
      { key: 'Ctrl+S', zh: '保存表单', en: 'Save the form', where: 'screen', run: () => void save() },
      { key: 'Ctrl+Enter', zh: '保存表单', en: 'Save the form', where: 'screen', isHidden: true, run: () => void save() },
    ]),
  );
  const discard = () => {
    setDraft(undefined);
    setSaid(null);
    setWrong({});
    if (!entry) onLeave();
  };
  return (
    <section className="panel adm-form" data-pane="admin-form" aria-label={L(`${section.one.zh}表单`, `Form: ${section.one.en}`)}>
      <header className="p-head">
        <h2>{entry ? L.of(entry.title) : L(`新增${section.one.zh}`, `New ${section.one.en}`)}</h2>
        {entry && entry.version > 0 && !entry.versions && (
          <span className="num dim">{L(`第 ${entry.version} 版`, `version ${entry.version}`)}</span>
        )}
        {entry?.isOff && <span className="tag">{section.kind === 'account' ? L('已停用', 'Disabled') : L('已停用', 'Retired')}</span>}
        {draft && <span className="adm-unsaved">{L('未保存', 'Not saved')}</span>}
        <span className="sp" />
        <Key k="E" />
      </header>
      <div className="adm-scroll">
        {!mayWrite && (
          <p className="adm-note">{L('您的角色只能查看,更改由管理员进行。', 'Your roles may look only: administrators make changes.')}</p>
        )}
        {section.help && <p className="adm-note">{L.of(section.help)}</p>}
        {clashes.length > 0 && draft && (
          <div className="adm-clash" role="alert">
            <p>
              <b>{L('他人刚刚更改了这些字段', 'Somebody else has just changed this')}</b> {L('您输入的仍在。', 'What you typed is kept.')}
            </p>
            <dl>
              {clashes.map(({ field, theirs, mine }) => {
                const described = fields.find(({ name }) => name === field);
                return (
                  <div key={field}>
                    <dt>{described ? L.of(described) : field}</dt>
                    <dd>
                      <span className="dim">{L('对方', 'theirs')}</span> {told(described, theirs, L)}
                    </dd>
                    <dd>
                      <span className="dim">{L('您的', 'yours')}</span> {told(described, mine, L)}
                    </dd>
                  </div>
                );
              })}
            </dl>
            <Button className="btn" onPress={() => setDraft(tookTheirs(draft, live, version))}>
              {L('用对方的', 'Take theirs')}
            </Button>{' '}
            <Button className="btn" onPress={() => setDraft(keptMine(draft, live, version))}>
              {L('保留我的', 'Keep mine')}
            </Button>
          </div>
        )}
        <div className="adm-fields">
          {fields.map((field) => (
            <FormField
              key={field.name}
              field={field}
              value={values[field.name]}
              isLocked={!mayWrite || (field.isKey === true && entry !== null) || (entry?.isOff === true && section.canRetire)}
              wrong={wrong[field.name] ?? null}
              wrongAt={at}
              onWrite={(value) => write(field.name, value)}
            />
          ))}
        </div>
        {mayWrite && section.templates && <Templates of={section.templates} onTake={(field, taken) => write(field, taken)} />}
        {mayWrite && section.hasFile && <AliasFile value={values.aliases} onTake={(taken) => write('aliases', taken)} />}
        {said && <RefusalLine said={said} />}
        {mayWrite && (
          <footer className="adm-foot">
            <Button className="btn primary" isDisabled={entry !== null && !draft} onPress={() => void save()}>
              {L('保存', 'Save')} <Key k="Ctrl S" />
            </Button>
            {(draft || !entry) && (
              <Button className="btn" onPress={discard}>
                {L('放弃更改', 'Discard')}
              </Button>
            )}
            <span className="sp" />
            {entry && section.canRetire && entry.version > 0 && <RetireLine section={section} entry={entry} />}
          </footer>
        )}
        {entry && section.kind === 'account' && <AccountActs entry={entry} mayWrite={mayWrite} />}
        {entry && <History key={`${entry.id}/${saves}`} section={section} entry={entry} mayWrite={mayWrite} />}
      </div>
    </section>
  );
}

/** The city's own settings are called so, not `*`. */
const titleOf = (id: string): string => (id === '*' ? '' : id);
