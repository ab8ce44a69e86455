/** What the time machine asks the server, and about which views: those of the screen, as the link holds them. */

import { get } from '../api';
import type { UnitPosition, ViewName } from '../documents';
import { wantedViews } from '../live/link';
import type { Window } from './buffer';
import type { TimeClock } from './moment';
import type { Range } from './range';

// A picture is wanted at once, with a few steps behind it; more of them follow while it is looked at.
const STEPS_FIRST = 20;
// The server ends an answer where it has read enough; this is never many minutes of play.
const STEPS_MORE = 300;
// A frame of units every half second of play; a track is asked for in pieces of eight seconds of play.
const FRAME_S = 0.5;
export const TRACK_PLAY_S = 8;
// The server gives at most an hour of tracks at once.
const TRACK_S_MAX = 3_600;

/** Views that are kept as a whole for every time. */
const FOLDED: ReadonlySet<ViewName> = new Set<ViewName>([
  'catalogue',
  'incident_board',
  'call_board',
  'unit_status',
  'alarm_board',
  'promise_board',
  'hand_over_board',
  'unit_register',
  'account_directory',
  'unit_position',
  'wall_board',
]);

export const wantedFolded = (): ViewName[] => wantedViews().flatMap(({ view }) => (FOLDED.has(view) ? [view] : []));
export const wantedIncidents = (): string[] =>
  wantedViews().flatMap(({ view, filter }) => (view === 'incident_timeline' ? (filter.keys ?? []) : []));

function query(fields: Record<string, string | number | boolean | readonly string[]>): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) asked.append(name, String(one));
  }
  return asked.toString();
}

const iso = (at_ms: number): string => new Date(at_ms).toISOString();

/** The pictures as of a moment, and the steps after it; with `back`, those before it, from a picture before them. */
export function askWindow(at_ms: number, clock: TimeClock, signal: AbortSignal, back = false): Promise<Window> {
  const view = wantedFolded();
  const incident = wantedIncidents();
  return get<Window>(`/api/history/window?${query({ as_of: iso(at_ms), clock, view, incident, steps: STEPS_FIRST, back })}`, signal);
}

/** More steps, from where the last answer ended. */
export function askMore(until: string, clock: TimeClock, signal: AbortSignal): Promise<Window> {
  const view = wantedFolded();
  return get<Window>(`/api/history/window?${query({ as_of: until, clock, view, steps: STEPS_MORE, picture: false })}`, signal);
}

/** The records of the incidents that the screen shows, and with `views` the pictures of those, as of a moment. */
export function askThen(at_ms: number, clock: TimeClock, view: readonly ViewName[], signal: AbortSignal): Promise<Window> {
  const incident = wantedIncidents();
  return get<Window>(`/api/history/window?${query({ as_of: iso(at_ms), clock, view, incident, steps: 0 })}`, signal);
}

export interface Tracks {
  until: string;
  frames: { at: string; set: [string, UnitPosition][] }[];
}

/** Where the units go in the next seconds of play. */
export function askTracks(at_ms: number, speed: number, until_ms: number, clock: TimeClock, signal: AbortSignal): Promise<Tracks> {
  const end_ms = Math.min(until_ms, at_ms + Math.min(TRACK_S_MAX, TRACK_PLAY_S * speed) * 1000);
  const every_s = Math.max(1, speed * FRAME_S);
  return get<Tracks>(`/api/history/tracks?${query({ since: iso(at_ms), until: iso(end_ms), clock, every_s })}`, signal);
}

/** Incidents opened in each part of the span, by priority. */
export function askDensity({ since_ms, until_ms }: Range, bins: number, signal: AbortSignal): Promise<{ bins: number[][] }> {
  return get(`/api/history/density?${query({ since: iso(since_ms), until: iso(until_ms), bins })}`, signal);
}
