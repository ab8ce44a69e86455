/** Who sits here: signing in, and a session that ends under somebody's hands. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { command } from './api';
import { installation } from './installation';
import { csrf, enter, findSession, postpone, sessionEnded, signIn } from './session';

const session = {
  account: 'zhoukai',
  zh: '周凯',
  en: 'Zhou Kai',
  seat: '12',
  roles: ['dispatcher'],
  scope: { agencies: [], districts: [] },
  csrf: 'token',
  expires_at: '2026-11-23T18:00:00Z',
  must_change_password: false,
};
const json = (status: number, body: object) => new Response(JSON.stringify(body), { status });
const fetched = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal('fetch', fetched);
  vi.stubGlobal(
    'WebSocket',
    class {
      close() {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

test('without a session the sign-in is asked for, and no reason is told', async () => {
  fetched.mockImplementation(() => Promise.resolve(json(401, { code: 'not_signed_in', zh: '请先登录。', en: 'Sign in first.' })));
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  await findSession();
  expect(signIn()).toMatchObject({ state: 'signed_out', why: null });
});

test('a refused sign-in is thrown with its sentence, and nobody is signed in', async () => {
  fetched.mockResolvedValueOnce(json(401, { code: 'wrong_credentials', zh: '账号或密码不对。', en: 'Wrong account or password.' }));
  await expect(enter('zhoukai', 'x')).rejects.toMatchObject({ zh: '账号或密码不对。' });
  expect(signIn().state).toBe('signed_out');
});

test('signed in, commands carry the token, and the installation is asked for its settings', async () => {
  fetched.mockImplementation((path) => Promise.resolve(json(200, path === '/api/settings' ? { agency_name_zh: '指挥中心' } : session)));
  await enter('zhoukai', 'right');
  expect(signIn().state).toBe('signed_in');
  expect(csrf()).toBe('token');
  await vi.waitFor(() => expect(installation().agency_name_zh).toBe('指挥中心'));
  expect(installation().position_stale_s).toBe(60);
  await command('add_note', { incident: 'I1', text: 'x' });
  const [, init] = fetched.mock.calls.at(-1) ?? [];
  expect(new Headers(init?.headers).get('X-CSRF-Token')).toBe('token');
});

test('a 401 under somebody’s hands ends the session and keeps who it was, so that the screen can stay', async () => {
  fetched.mockResolvedValueOnce(json(401, { code: 'not_signed_in', zh: '请先登录。', en: 'Sign in first.' }));
  await expect(command('add_note', { incident: 'I1', text: 'x' })).rejects.toMatchObject({ status: 401 });
  expect(signIn()).toMatchObject({ state: 'ended', session: { account: 'zhoukai' } });
});

test('a first password that is changed later is not asked about at a reload, and at the next sign-in it is', async () => {
  const first = { ...session, must_change_password: true };
  fetched.mockImplementation((path) => Promise.resolve(json(200, path === '/api/settings' ? {} : first)));
  await enter('zhoukai', 'first');
  expect(signIn().session?.must_change_password).toBe(true);
  postpone();
  expect(signIn().session?.must_change_password).toBe(false);
  vi.resetModules();
  const again = await import('./session');
  await again.findSession();
  expect(again.signIn().session?.must_change_password).toBe(false);
  fetched.mockImplementation((path) =>
    Promise.resolve(json(200, path === '/api/settings' ? {} : { ...first, expires_at: '2026-11-24T06:00:00Z' })),
  );
  await again.enter('zhoukai', 'first');
  expect(again.signIn().session?.must_change_password).toBe(true);
});

test('a session that ends under a hand that types lets it finish the word', async () => {
  vi.useFakeTimers();
  fetched.mockImplementation((path) => Promise.resolve(json(200, path === '/api/settings' ? {} : session)));
  await enter('zhoukai', 'right');
  document.body.innerHTML = '<input>';
  const input = document.querySelector('input');
  input?.focus();
  const type = () => input?.dispatchEvent(new KeyboardEvent('keydown', { key: 'o', bubbles: true }));
  type();
  sessionEnded();
  await vi.advanceTimersByTimeAsync(700);
  type();
  await vi.advanceTimersByTimeAsync(700);
  expect(signIn().state).toBe('signed_in');
  await vi.advanceTimersByTimeAsync(700);
  expect(signIn().state).toBe('ended');
  vi.useRealTimers();
});
