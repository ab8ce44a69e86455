/** How it came to be as it is: who, when, before and after; each change can be taken back by a new one. */

import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { command, get } from '../api';
import { useL } from '../i18n';
import { RefusalLine, type Said, saidOf } from '../incident/RefusalLine';
import { registerKeys } from '../keys';
import { day, hms } from '../live/clock';
import { Key } from '../parts/Marks';
import { say } from '../ui';
import type { Entry, Section } from './entries';
import { type Field, told } from './fields';

interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

interface Past {
  kind: string;
  code: string;
  version: number;
  topic: string;
  recorded_at: string;
  by: string;
  seat: string;
  is_definition: boolean;
  reason: string;
  changes: Change[];
}

const MARKS: Readonly<Record<string, { zh: string; en: string }>> = {
  is_retired: { zh: '停用', en: 'Retired' },
  is_disabled: { zh: '停用', en: 'Disabled' },
  needs: { zh: '所需', en: 'Needs' },
};
const EVENTS: Readonly<Record<string, { zh: string; en: string }>> = {
  'account.password_reset': { zh: '重置密码', en: 'Password reset' },
  'account.locked_out': { zh: '密码多次错误,暂时锁定', en: 'Locked out after wrong passwords' },
  'account.token_created': { zh: '创建令牌', en: 'Token created' },
  'account.token_revoked': { zh: '撤销令牌', en: 'Token revoked' },
};
// More is in the log; who looks for more looks for it there.
const SHOWN_MAX = 40;

export function History({ section, entry, mayWrite }: { section: Section; entry: Entry; mayWrite: boolean }) {
  const L = useL();
  const [pasts, setPasts] = useState<readonly Past[] | null>(null);
  const [said, setSaid] = useState<{ at: string; said: Said } | null>(null);
  const wanted = JSON.stringify(section.pasts(entry));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version has a longer past
  useEffect(() => {
    const stop = new AbortController();
    const all = (JSON.parse(wanted) as [string, string][]).map(async ([kind, code]) => {
      const { entries } = await get<{ entries: Omit<Past, 'kind' | 'code'>[] }>(
        `/api/catalogue/${kind}/${code.split('/').map(encodeURIComponent).join('/')}/history`,
        stop.signal,
      );
      return entries.map((one) => ({ ...one, kind, code }));
    });
    Promise.all(all)
      .then((found) => setPasts(found.flat().sort((a, b) => (a.recorded_at < b.recorded_at ? 1 : -1))))
      .catch((problem: unknown) => {
        if (!stop.signal.aborted) setSaid({ at: '', said: saidOf(problem) });
      });
    return () => stop.abort();
  }, [wanted, entry.version, entry.isOff]);
  useEffect(
    () =>
      registerKeys([
        {
          key: 'H',
          zh: '历史',
          en: 'History',
          where: 'screen',
          run: () => document.querySelector<HTMLElement>("[data-pane='admin-history']")?.focus(),
        },
      ]),
    [],
  );
  const undo = async (past: Past) => {
    try {
      await command('undo_change', { kind: past.kind, code: past.code, version: past.version });
      setSaid(null);
      say(`已撤销 ${past.code} 第 ${past.version} 版的更改`, `The change of version ${past.version} of ${past.code} was taken back`);
      document.querySelector<HTMLElement>("[data-pane='admin-history']")?.focus();
    } catch (problem) {
      setSaid({ at: at(past), said: saidOf(problem) });
    }
  };
  const fieldOf = (name: string): Field | undefined => section.fields.find((field) => field.name === name);
  const label = (name: string) => L.of(fieldOf(name) ?? MARKS[name], name);
  const value = (name: string, one: unknown) => (name === 'needs' ? needsTold(one) : told(fieldOf(name), one, L));
  return (
    <section className="adm-past" aria-label={L('历史', 'History')} data-pane="admin-history" tabIndex={-1}>
      <header className="s-head">
        <h3>{L('历史', 'History')}</h3>
        <span className="num dim">{pasts?.length ?? ''}</span>
        <Key k="H" />
      </header>
      {said?.at === '' && <RefusalLine said={said.said} />}
      {pasts?.length === 0 && <p className="adm-note">{L('还没有人更改过。', 'Nobody has changed it yet.')}</p>}
      <ol>
        {pasts?.slice(0, SHOWN_MAX).map((past) => {
          const isFirst = past.version === 1;
          return (
            <li key={at(past)} data-version={past.version}>
              <p className="adm-past-h">
                <span className="num">
                  {day(past.recorded_at)} {hms(past.recorded_at)}
                </span>
                <b>{past.by}</b>
                {past.seat && <span className="dim">{L(`席${past.seat}`, `seat ${past.seat}`)}</span>}
                <span className="num dim">
                  {past.code.includes('/') ? `${['I', 'II', 'III', 'IV'][Number(past.code.split('/')[1]) - 1] ?? ''} · ` : ''}
                  {L(`第 ${past.version} 版`, `v${past.version}`)}
                </span>
                <span className="sp" />
                {mayWrite && past.is_definition && !isFirst && (
                  <Button
                    className="btn adm-undo"
                    aria-label={L(`撤销第 ${past.version} 版`, `Undo version ${past.version}`)}
                    onPress={() => void undo(past)}
                  >
                    {L('撤销', 'Undo')}
                  </Button>
                )}
              </p>
              {isFirst ? (
                <p className="dim">{L('首次登记', 'First entry')}</p>
              ) : (
                <ul>
                  {past.changes.map(({ field, before, after }) => (
                    <li key={field}>
                      <span className="dim">{label(field)}</span> <s>{value(field, before)}</s> <span aria-hidden="true">→</span>{' '}
                      <span className="sr">{L('改为', 'became')}</span>
                      <b>{value(field, after)}</b>
                    </li>
                  ))}
                  {EVENTS[past.topic] && <li>{L.of(EVENTS[past.topic])}</li>}
                  {past.reason && <li className="dim">{past.reason}</li>}
                </ul>
              )}
              {said?.at === at(past) && <RefusalLine said={said.said} />}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const at = (past: Past): string => `${past.kind}/${past.code}/${past.version}`;

function needsTold(value: unknown): string {
  const needs = Array.isArray(value) ? (value as { capability: string; count: number }[]) : [];
  return needs.map(({ capability, count }) => `${capability}×${count}`).join(' ') || '–';
}
