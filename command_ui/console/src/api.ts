/**
 * Requests of the console. A command carries an idempotency key of its own; when its answer is lost on the way, the same key goes out again
 * until the server says what became of it: nothing is done twice, and nothing is called done that may not be.
 */

import { useSyncExternalStore } from 'react';
import type { Answer } from './documents';
import { hms } from './live/clock';
import { linkNow } from './live/link';
import { Refusal, refusalFrom } from './refusal';
import { csrf, sessionEnded } from './session';
import { isThen, NOT_NOW } from './time_machine/moment';
import { once, settled } from './underway';

export { Refusal } from './refusal';

// One try. A server that takes longer to write to its disk is as good as gone for this try; the key makes the next one safe.
const TRY_MS_MAX = 10_000;

// Tries of one command: waits of 0.3, 0.6, 1.2, 2.4, 4.8 s, then every 5 s, for about a minute and a half. After that a person has to look.
const TRIES_MAX = 20;
const WAIT_MS_FIRST = 300;
const WAIT_MS_MAX = 5_000;

const OUTCOME_UNKNOWN = 'outcome_unknown';

export interface Unknown {
  key: string;
  name: string;
  since_ms: number;
}

let unknown: readonly Unknown[] = [];
const listeners = new Set<() => void>();

function setUnknown(next: readonly Unknown[]): void {
  unknown = next;
  for (const listener of [...listeners]) listener();
}

/** Commands whose fate is not known yet: sent, and no answer came. */
export const unknownNow = (): readonly Unknown[] => unknown;

export const useUnknown = (): readonly Unknown[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => unknown,
  );

export interface CommandOptions {
  /** An idempotency key of the caller, to repeat a command on purpose. */
  key?: string;
  /** Told 'unknown' when an answer was lost, and 'sent' when it goes out again. */
  onState?: (state: 'sent' | 'unknown') => void;
}

/** Random enough for an idempotency key, also where `crypto.randomUUID` is missing (a page that is not served over HTTPS). */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Sends a command and answers when its facts are on disk. Throws a `Refusal`, which says in a sentence why not. The same command again while
 * the first has no answer is the first, also over a reload.
 */
export async function command<Result = Record<string, unknown>>(
  name: string,
  body: object,
  { key, onState }: CommandOptions = {},
): Promise<Answer<Result>> {
  refuseAtAnotherTime();
  refuseWhenLost();
  const text = JSON.stringify(body);
  const asked = `${name} ${text}`;
  return once(
    asked,
    () => key ?? newKey(),
    async (under) => {
      try {
        const answer = await send<Result>(name, text, under, onState);
        settled(asked);
        return answer;
      } catch (problem) {
        if (!(problem instanceof Refusal && problem.code === OUTCOME_UNKNOWN)) settled(asked);
        throw problem;
      }
    },
  );
}

async function send<Result>(name: string, text: string, key: string, onState: CommandOptions['onState']): Promise<Answer<Result>> {
  for (let tries = 0; ; tries += 1) {
    onState?.('sent');
    try {
      const answer = await ask('POST', `/api/commands/${name}`, text, { 'Idempotency-Key': key });
      setUnknown(unknown.filter((one) => one.key !== key));
      return answer as Answer<Result>;
    } catch (problem) {
      if (!isLostOnTheWay(problem) || tries + 1 >= TRIES_MAX) {
        setUnknown(unknown.filter((one) => one.key !== key));
        throw isLostOnTheWay(problem) ? outcomeUnknown(name) : problem;
      }
      if (!unknown.some((one) => one.key === key)) setUnknown([...unknown, { key, name, since_ms: Date.now() }]);
      onState?.('unknown');
      await waited(Math.min(WAIT_MS_MAX, WAIT_MS_FIRST * 2 ** tries));
    }
  }
}

/** Asks for something that changes nothing. */
export async function get<Result>(path: string, signal?: AbortSignal): Promise<Result> {
  try {
    return (await ask('GET', path, null, {}, signal)) as Result;
  } catch (problem) {
    if (problem instanceof Refusal || (problem instanceof DOMException && problem.name === 'AbortError')) throw problem;
    throw new Refusal({ code: 'no_answer', zh: '服务器没有答复,请重试。', en: 'The server did not answer: try again.', status: 0 });
  }
}

/** Sends something that is not a command (sign-in, accounts). One try. */
export async function post<Result>(path: string, body: object): Promise<Result> {
  try {
    return (await ask('POST', path, JSON.stringify(body), {})) as Result;
  } catch (problem) {
    if (problem instanceof Refusal) throw problem;
    throw new Refusal({ code: 'no_answer', zh: '服务器没有答复,请重试。', en: 'The server did not answer: try again.', status: 0 });
  }
}

/** A gateway that gives up says nothing of what the server did; 503 of the server itself says that nothing was accepted. */
const GATEWAY_GAVE_UP = [502, 504];

function isLostOnTheWay(problem: unknown): boolean {
  return problem instanceof Refusal ? GATEWAY_GAVE_UP.includes(problem.status) : true;
}

async function ask(
  method: string,
  path: string,
  text: string | null,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<unknown> {
  const token = csrf();
  const limit = AbortSignal.timeout(TRY_MS_MAX);
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      ...(text === null ? {} : { 'Content-Type': 'application/json' }),
      ...(method === 'GET' || token === null ? {} : { 'X-CSRF-Token': token }),
      ...headers,
    },
    body: text,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
  if (response.status === 204) return {};
  // An answer whose body breaks off is an answer lost on the way.
  const answered = await response.text();
  const body = parsed(answered);
  if (response.ok) {
    if (body === undefined) throw new TypeError('The answer is not JSON.');
    return body;
  }
  const refusal = refusalFrom(response.status, body);
  // Why it ended (a time limit, a new password, a disabled account) is for the person who has to act on it.
  if (response.status === 401) sessionEnded(refusal.zh, refusal.en);
  throw refusal;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is past is not changed: an act is an act of now. */
function refuseAtAnotherTime(): void {
  if (!isThen()) return;
  throw new Refusal({ code: 'not_now', ...NOT_NOW, status: 0 });
}

/** On a picture that stands still nobody decides: the radio works, and what it did is entered afterwards. */
function refuseWhenLost(): void {
  const { state, dataAt } = linkNow();
  if (state !== 'lost') return;
  throw new Refusal({
    code: 'link_lost',
    zh: `连接已断,没有发出。数据停在 ${hms(dataAt)};请用电台,恢复后补录。`,
    en: `The link is lost, nothing was sent. Data stopped at ${hms(dataAt)}: use the radio and enter it later.`,
    status: 0,
  });
}

function outcomeUnknown(name: string): Refusal {
  return new Refusal({
    code: OUTCOME_UNKNOWN,
    zh: `没有收到答复,不知道「${name}」是否已执行。请先核对时间线,再决定是否重做。`,
    en: `No answer came: whether “${name}” was carried out is not known. Look at the timeline before you repeat it.`,
    status: 0,
  });
}

const waited = (duration_ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, duration_ms));
