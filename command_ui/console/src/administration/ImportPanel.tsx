/** Units or stations from a spreadsheet: pasted or from a file, looked at row by row before anything is sent. The good rows are taken. */

import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { newKey, post } from '../api';
import { useL } from '../i18n';
import { RefusalLine, type Said, saidOf } from '../incident/RefusalLine';
import { registerKeys } from '../keys';
import { Key } from '../parts/Marks';
import { drafts, say } from '../ui';
import { read } from './csv';
import type { Entry, Section } from './entries';
import { type Field, told } from './fields';

// A batch of the interface takes 500; smaller ones let the operators' own commands in between.
const BATCH_ROWS = 200;
// More rows than that nobody reads before the send; the bad ones are shown in any case.
const PREVIEW_ROWS_MAX = 300;

interface Answered {
  answers: { status: number; refusal?: Said }[];
}

interface ImportProps {
  section: Section;
  entries: readonly Entry[];
  onLeave: () => void;
}

export function ImportPanel({ section, entries, onLeave }: ImportProps) {
  const L = useL();
  const draft = `admin.import.${section.id}`;
  const area = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const [source, setSourceNow] = useState(() => drafts.get<string>(draft) ?? '');
  const [said, setSaid] = useState<Said | null>(null);
  const [refused, setRefused] = useState<Readonly<Record<number, Said>>>({});
  const [done, setDone] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const keys = useRef(new Map<string, string>());
  const setSource = (text: string) => {
    setSourceNow(text);
    setRefused({});
    setDone(0);
    setSaid(null);
    drafts.set(draft, text || undefined);
  };
  const found = useMemo(() => (source.trim() ? read(source, section.fields) : null), [source, section]);
  const known = useMemo(() => new Map(entries.map((entry) => [entry.id, entry])), [entries]);
  const keyField = section.fields.find(({ isKey }) => isKey);
  const idOf = (values: Readonly<Record<string, unknown>>) => String(values[keyField?.name ?? ''] ?? '').trim();
  const good = found?.rows.filter(({ wrong }) => !wrong) ?? [];
  const bad = found?.rows.filter(({ wrong }) => wrong) ?? [];
  const used = section.fields.filter((field) => found?.rows.some(({ values }) => field.name in values));
  const send = async () => {
    if (isBusy || good.length === 0) return;
    setBusy(true);
    const failed: Record<number, Said> = {};
    let taken = 0;
    try {
      for (let from = 0; from < good.length; from += BATCH_ROWS) {
        const rows = good.slice(from, from + BATCH_ROWS);
        const commands = rows.flatMap(({ row, values }) => {
          const was = known.get(idOf(values)) ?? null;
          // What the table does not have stays as it is.
          const all = { ...was?.values, ...values };
          return section.save(idOf(values), all, was?.version ?? 0, was).map(([name, body]) => {
            const text = JSON.stringify([row, name, body]);
            // The same row sent again is the same command: an import that broke off is simply repeated.
            const key = keys.current.get(text) ?? newKey();
            keys.current.set(text, key);
            return { name, key, body };
          });
        });
        const { answers } = await post<Answered>('/api/commands', { commands });
        for (const [index, answer] of answers.entries()) {
          const row = rows[index]?.row ?? 0;
          if (answer.refusal) failed[row] = answer.refusal;
          else taken += 1;
        }
        setDone(taken);
        setRefused({ ...failed });
      }
      const not = Object.keys(failed).length;
      say(
        `已导入 ${taken} 行${not ? `,${not} 行被拒绝` : ''}`,
        `${taken} rows imported${not ? `, ${not} refused` : ''}`,
        not ? 'no' : 'ok',
      );
      if (not === 0 && bad.length === 0) {
        setSource('');
        onLeave();
      }
    } catch (problem) {
      setSaid(saidOf(problem));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => area.current?.focus(), []);
  useEffect(() =>
    registerKeys([
      { key: 'Ctrl+Enter', zh: '导入', en: 'Import', where: 'screen', run: () => void send() },
      { key: 'Escape', zh: '离开导入', en: 'Leave the import', where: 'screen', whileTyping: true, isHidden: true, run: onLeave },
    ]),
  );
  const shown = [...bad, ...good.filter(({ row }) => refused[row]), ...good.filter(({ row }) => !refused[row])].slice(0, PREVIEW_ROWS_MAX);
  return (
    <section
      className="panel adm-import"
      data-pane="admin-import"
      aria-label={L(`导入${section.zh}`, `Import ${section.en.toLowerCase()}`)}
    >
      <header className="p-head">
        <h2>{L(`导入${section.zh}`, `Import ${section.en.toLowerCase()}`)}</h2>
        <span className="sp" />
        <Button className="btn" onPress={onLeave}>
          {L('返回', 'Back')} <Key k="Esc" />
        </Button>
      </header>
      <div className="adm-scroll">
        <p className="adm-note">
          {L(
            '从表格粘贴,或选择 CSV 文件。第一行是列名:',
            'Paste from a spreadsheet, or choose a CSV file. The first row names the columns: ',
          )}
          {section.fields.map((field) => `${L.of(field)}${field.isRequired ? '*' : ''}`).join(L('、', ', '))}
        </p>
        <textarea
          ref={area}
          className="adm-paste num"
          aria-label={L('表格内容', 'Rows')}
          spellCheck={false}
          value={source}
          rows={7}
          onChange={(event) => setSource(event.target.value)}
        />
        <p className="adm-templates">
          <Button className="btn" onPress={() => file.current?.click()}>
            {L('选择文件', 'Choose a file')}
          </Button>
          <input
            ref={file}
            type="file"
            hidden
            accept=".csv,.tsv,.txt,text/csv"
            aria-label={L('CSV 文件', 'CSV file')}
            onChange={(event) => void event.target.files?.[0]?.text().then(setSource)}
          />
          <span className="sp" />
          {found && !found.wrong && (
            <span role="status" className="num">
              {L(`可导入 ${good.length} 行,有误 ${bad.length} 行`, `${good.length} good, ${bad.length} bad`)}
              {done > 0 && L(`,已导入 ${done}`, `, ${done} imported`)}
            </span>
          )}
          <Button className="btn primary" isDisabled={good.length === 0 || isBusy} onPress={() => void send()}>
            {L(`导入 ${good.length} 行`, `Import ${good.length} rows`)} <Key k="Ctrl ↵" />
          </Button>
        </p>
        {found?.wrong && <RefusalLine said={found.wrong} />}
        {found && found.strange.length > 0 && (
          <p className="adm-note">
            {L('不认识、不导入的列:', 'Columns that are left out: ')}
            {found.strange.join(L('、', ', '))}
          </p>
        )}
        {said && <RefusalLine said={said} />}
        {shown.length > 0 && (
          <table className="adm-preview">
            <thead>
              <tr>
                <th className="r">{L('行', 'Row')}</th>
                <th>{L('结果', 'Outcome')}</th>
                {used.map((field) => (
                  <th key={field.name}>{L.of(field)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ row, values, wrong }) => {
                const no = wrong ?? refused[row];
                return (
                  <tr key={row} data-wrong={no ? true : undefined}>
                    <td className="num r">{row}</td>
                    <td>{no ? `✕ ${L(no.zh, no.en)}` : known.has(idOf(values)) ? L('更新', 'update') : L('新增', 'new')}</td>
                    {used.map((field) => (
                      <td key={field.name}>{cellTold(field, values[field.name])}</td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );

  function cellTold(field: Field, value: unknown): string {
    return Array.isArray(value) && value.length === 0 ? '' : told(field, value, L).replace(/^–$/, '');
  }
}
