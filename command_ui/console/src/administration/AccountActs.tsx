/** What is done to an account beside its form: a new password, disabling, and a program's tokens. */

import { useState } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import { useL } from '../i18n';
import { ReasonLine } from '../incident/ReasonLine';
import { RefusalLine, type Said, saidOf } from '../incident/RefusalLine';
import { day, hm } from '../live/clock';
import { useDocument } from '../live/store';
import { say } from '../ui';
import type { Entry } from './entries';
import { showSecret } from './Secret';
import { ROLE_NAMES } from './words';

type Asking = 'disable' | 'token' | { revoke: string } | null;

export function AccountActs({ entry, mayWrite }: { entry: Entry; mayWrite: boolean }) {
  const L = useL();
  const account = useDocument('account_directory', entry.id);
  const [asking, setAsking] = useState<Asking>(null);
  const [said, setSaid] = useState<Said | null>(null);
  if (!account) return null;
  const act = async (work: () => Promise<void>) => {
    try {
      setSaid(null);
      await work();
    } catch (problem) {
      setSaid(saidOf(problem));
    }
  };
  const leave = () => setAsking(null);
  return (
    <section className="adm-acts" aria-label={L('账号操作', 'Account')}>
      {mayWrite && (
        <p>
          {account.kind === 'person' && !account.is_disabled && (
            <Button
              className="btn"
              onPress={() =>
                void act(async () => {
                  const { result } = await command<{ password: string }>('set_password', { account: entry.id });
                  showSecret({ zh: `${entry.id} 的新密码`, en: `New password of ${entry.id}`, secret: result.password });
                })
              }
            >
              {L('重置密码', 'Reset the password')}
            </Button>
          )}
          {account.is_disabled ? (
            <Button
              className="btn"
              onPress={() =>
                void act(async () => {
                  await command('enable_account', { account: entry.id });
                  say(`${entry.id} 已启用`, `${entry.id} is enabled`);
                })
              }
            >
              {L('启用账号', 'Enable')}
            </Button>
          ) : (
            <>
              <Button className="btn" onPress={() => setAsking('token')}>
                {L('创建令牌…', 'Make a token…')}
              </Button>
              <Button className="btn" onPress={() => setAsking('disable')}>
                {L('停用账号…', 'Disable…')}
              </Button>
            </>
          )}
        </p>
      )}
      {account.is_disabled && (
        <p className="adm-note">
          {L('停用理由', 'Disabled because')}: {account.disabled_reason}
        </p>
      )}
      {asking === 'disable' && (
        <ReasonLine
          label={L(`停用 ${entry.id},理由`, `Disable ${entry.id}, why`)}
          draft={`admin.disable.${entry.id}`}
          onLeave={leave}
          onSave={async (reason) => {
            await command('disable_account', { account: entry.id, reason });
            say(`${entry.id} 已停用`, `${entry.id} is disabled`);
          }}
        />
      )}
      {asking === 'token' && (
        <ReasonLine
          label={L('令牌用途', 'What the token is for')}
          draft={`admin.token.${entry.id}`}
          onLeave={leave}
          onSave={async (label) => {
            const { result } = await command<{ token: string; name: string }>('create_token', { account: entry.id, label });
            showSecret({ zh: `令牌 ${result.name}`, en: `Token ${result.name}`, secret: result.token });
          }}
        />
      )}
      {said && <RefusalLine said={said} />}
      {account.tokens.length > 0 && (
        <table className="src adm-tokens">
          <caption className="sr">{L('令牌', 'Tokens')}</caption>
          <thead>
            <tr>
              <th>{L('令牌', 'Token')}</th>
              <th>{L('用途', 'For')}</th>
              <th>{L('角色', 'Roles')}</th>
              <th>{L('有效至', 'Until')}</th>
              <th>
                <span className="sr">{L('撤销', 'Revoke')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {account.tokens.map((token) => (
              <tr key={token.token}>
                <td className="num">{token.token}</td>
                <td>{token.label}</td>
                <td>{token.roles.map((role) => L.of(ROLE_NAMES[role])).join(L('、', ', '))}</td>
                <td className="num">
                  {day(token.expires_at)} {hm(token.expires_at)}
                </td>
                <td>
                  {mayWrite && (
                    <Button
                      className="btn bare"
                      aria-label={L(`撤销 ${token.token}`, `Revoke ${token.token}`)}
                      onPress={() => setAsking({ revoke: token.token })}
                    >
                      {L('撤销…', 'Revoke…')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asking !== null && typeof asking === 'object' && (
        <ReasonLine
          label={L(`撤销 ${asking.revoke},理由`, `Revoke ${asking.revoke}, why`)}
          draft={`admin.revoke.${asking.revoke}`}
          onLeave={leave}
          onSave={async (reason) => {
            await command('revoke_token', { token: asking.revoke, reason });
            say(`${asking.revoke} 已撤销`, `${asking.revoke} was revoked`);
          }}
        />
      )}
    </section>
  );
}
