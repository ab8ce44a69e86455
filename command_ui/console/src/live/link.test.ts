/** The shell around the protocol: when the link counts as lost, and when it is opened again. The socket is a stand-in; the timers are the test's. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clear, linkNow, start, stop, subscribe } from './link';
import { SILENCE_MS_MAX } from './protocol';
import { documents } from './store';

class Socket {
  static readonly OPEN = 1;
  static readonly opened: Socket[] = [];
  readyState = 0;
  readonly sent: Record<string, unknown>[] = [];
  onopen: () => void = () => {};
  onmessage: (message: { data: string }) => void = () => {};
  onclose: (event: { code: number }) => void = () => {};

  constructor() {
    Socket.opened.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  stands(): void {
    this.readyState = 1;
    this.onopen();
  }

  says(frame: object): void {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

const last = () => Socket.opened.at(-1) as Socket;
const tick = () => last().says({ type: 'tick', server_time: new Date().toISOString(), positions: {}, lag: {} });
const onSessionEnded = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Socket);
  Socket.opened.length = 0;
  onSessionEnded.mockReset();
  start({ onSessionEnded, onRefused: () => {} });
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function standing(): void {
  subscribe('incident_board');
  last().stands();
  last().says({
    type: 'snapshot',
    view: 'incident_board',
    epoch: 'a',
    position: 7,
    documents: [['I1', 7, { number: 'I1' }]],
    is_last: true,
  });
}

test('the link is up with the first frame, and the documents are there', () => {
  standing();
  expect(linkNow().state).toBe('up');
  expect(documents('incident_board').get('I1')).toEqual({ number: 'I1' });
});

test('three missing ticks are a lost link, and the picture is kept with the time when it stopped', () => {
  standing();
  vi.advanceTimersByTime(SILENCE_MS_MAX - 500);
  expect(linkNow().state).toBe('up');
  const stopped_ms = linkNow().dataAt;
  vi.advanceTimersByTime(1_500);
  expect(linkNow()).toMatchObject({ state: 'lost', dataAt: stopped_ms });
  expect(documents('incident_board').size).toBe(1);
});

test('while the server ticks, the link stays up', () => {
  standing();
  for (let second = 0; second < 20; second += 1) {
    vi.advanceTimersByTime(1_000);
    tick();
  }
  expect(linkNow().state).toBe('up');
  expect(Socket.opened).toHaveLength(1);
});

test('a link that broke is opened again, and resumes from its position', () => {
  standing();
  last().onclose({ code: 1006 });
  expect(linkNow().state).toBe('lost');
  vi.advanceTimersByTime(400);
  expect(Socket.opened).toHaveLength(2);
  last().stands();
  expect(last().sent[0]).toMatchObject({ type: 'subscribe', view: 'incident_board', since: 7, epoch: 'a' });
  tick();
  expect(linkNow()).toMatchObject({ state: 'up', tries: 0 });
});

test('a session that ended (4401) is told, and nothing is tried until somebody signs in', () => {
  standing();
  last().onclose({ code: 4401 });
  expect(onSessionEnded).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(Socket.opened).toHaveLength(1);
  start({ onSessionEnded, onRefused: () => {} });
  expect(Socket.opened).toHaveLength(2);
});

test('after another person’s sign-in nothing of the former picture is left, and everything is asked for anew', () => {
  standing();
  clear();
  expect(documents('incident_board').size).toBe(0);
  start({ onSessionEnded, onRefused: () => {} });
  last().stands();
  expect(last().sent[0]).toMatchObject({ type: 'subscribe', view: 'incident_board', since: null, epoch: null });
});

test('frames of a socket that was given up mean nothing', () => {
  standing();
  const former = last();
  vi.advanceTimersByTime(SILENCE_MS_MAX + 1_000);
  former.says({ type: 'tick', server_time: 'T', positions: {}, lag: {} });
  expect(linkNow().state).toBe('lost');
});
