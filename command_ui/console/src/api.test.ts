/** Commands over an unreliable line: nothing twice, and nothing called done that may not be. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { command, get, Refusal } from './api';

const answer = { position: 4711, recorded_at: 'T', repeated: false, facts: [], result: { note: 3 } };
const json = (status: number, body: object) => new Response(JSON.stringify(body), { status });
const lost = () => Promise.reject(new TypeError('Failed to fetch'));
const fetched = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();
const keys = () => fetched.mock.calls.map(([, init]) => new Headers(init.headers).get('Idempotency-Key'));

beforeEach(() => {
  vi.useFakeTimers();
  fetched.mockReset();
  sessionStorage.clear();
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a command carries a key of its own and gives the answer', async () => {
  fetched.mockResolvedValueOnce(json(200, answer)).mockResolvedValueOnce(json(200, answer));
  expect(await command('add_note', { incident: 'I1', text: 'x' })).toEqual(answer);
  await command('add_note', { incident: 'I1', text: 'x' });
  expect(fetched.mock.calls[0]?.[0]).toBe('/api/commands/add_note');
  expect(new Set(keys()).size).toBe(2);
});

test('a lost answer is asked for again under the same key, and said to be unknown meanwhile', async () => {
  fetched
    .mockImplementationOnce(lost)
    .mockImplementationOnce(lost)
    .mockResolvedValueOnce(json(200, { ...answer, repeated: true }));
  const states: string[] = [];
  const sent = command('dispatch_units', {}, { key: 'key-of-mine', onState: (state) => states.push(state) });
  await vi.advanceTimersByTimeAsync(300);
  await vi.advanceTimersByTimeAsync(600);
  expect((await sent).repeated).toBe(true);
  expect(keys()).toEqual(['key-of-mine', 'key-of-mine', 'key-of-mine']);
  expect(states).toEqual(['sent', 'unknown', 'sent', 'unknown', 'sent']);
});

test('the same command again while the first has no answer is the first', async () => {
  let give = (_: Response) => {};
  fetched.mockImplementationOnce(() => new Promise((resolve) => (give = resolve)));
  const [first, second] = [command('shelve_alarm', { alarm: 'A1' }), command('shelve_alarm', { alarm: 'A1' })];
  give(json(200, answer));
  expect(await Promise.all([first, second])).toEqual([answer, answer]);
  expect(fetched).toHaveBeenCalledOnce();
});

test('a command whose answer a reload took goes out again under the key of then', async () => {
  fetched.mockImplementationOnce(() => new Promise(() => {}));
  void command('add_note', { incident: 'I1', text: 'boats' });
  vi.resetModules();
  const { command: again } = await import('./api');
  const { leftBehind } = await import('./underway');
  expect(leftBehind()).toBe(1);
  fetched.mockResolvedValueOnce(json(200, { ...answer, repeated: true }));
  await again('add_note', { incident: 'I1', text: 'boats' });
  expect(new Set(keys()).size).toBe(1);
  expect(leftBehind()).toBe(0);
  fetched.mockResolvedValueOnce(json(200, answer));
  await again('add_note', { incident: 'I1', text: 'boats' });
  expect(new Set(keys()).size).toBe(2);
});

test('an answer that breaks off is an answer that was lost', async () => {
  fetched.mockResolvedValueOnce(new Response('{"position": 47', { status: 200 })).mockResolvedValueOnce(json(200, answer));
  const sent = command('add_note', {});
  await vi.advanceTimersByTimeAsync(300);
  expect((await sent).position).toBe(4711);
  expect(new Set(keys()).size).toBe(1);
});

test('a gateway that gave up says nothing of the outcome; the server’s own 503 says that nothing was accepted', async () => {
  fetched.mockResolvedValueOnce(json(504, {})).mockResolvedValueOnce(json(200, answer));
  const sent = command('add_note', {});
  await vi.advanceTimersByTimeAsync(300);
  await sent;
  fetched.mockResolvedValueOnce(json(503, { code: 'store_closed', zh: '存储不可写。', en: 'The store cannot be written.' }));
  await expect(command('add_note', {})).rejects.toMatchObject({ code: 'store_closed', status: 503 });
  expect(fetched).toHaveBeenCalledTimes(3);
});

test('a refusal is thrown with its sentences, its field and its data, and never repeated', async () => {
  const refused = {
    code: 'unit_is_assigned',
    detail: 'E0406 is assigned',
    en: 'E0406 is assigned',
    zh: 'E0406 正在执行',
    field: 'units',
    fields: [{ field: 'units.0', zh: '已派', en: 'assigned' }],
    data: { incident: 'I1' },
  };
  fetched.mockResolvedValueOnce(json(409, refused));
  const problem = await command('dispatch_units', {}).catch((thrown: unknown) => thrown);
  expect(problem).toBeInstanceOf(Refusal);
  expect(problem).toMatchObject({ code: 'unit_is_assigned', zh: 'E0406 正在执行', status: 409, field: 'units', data: { incident: 'I1' } });
  expect(fetched).toHaveBeenCalledOnce();
});

test('when no answer ever comes, it is said that the outcome is not known', async () => {
  fetched.mockImplementation(lost);
  const sent = command('close_incident', {}).catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(200_000);
  expect(await sent).toMatchObject({ code: 'outcome_unknown' });
  expect(new Set(keys()).size).toBe(1);
});

test('a question without an answer is a refusal, and one that was taken back is not', async () => {
  fetched.mockImplementationOnce(lost);
  await expect(get('/api/places?q=x')).rejects.toMatchObject({ code: 'no_answer' });
  fetched.mockImplementationOnce(() => Promise.reject(new DOMException('', 'AbortError')));
  await expect(get('/api/places?q=x')).rejects.toMatchObject({ name: 'AbortError' });
});

test('an answer that is no refusal of ours is told by its status', async () => {
  fetched.mockResolvedValueOnce(new Response('<html>', { status: 400 }));
  await expect(command('add_note', {})).rejects.toMatchObject({ code: 'status_400', zh: '服务器答复 400。' });
});
