/** What a call intake begins with: the draft as it was left, an alarm's place, what is known of a call that waited, or nothing. */
import { typeName } from '../catalogue';
import type { Speak } from '../i18n';
import { now } from '../live/clock';
import { documents } from '../live/store';
import { drafts } from '../ui';
import { pointText } from './coordinates';
import { type Draft, draftFrom, draftOfCall, emptyDraft } from './draft';

export const isoNow = (): string => new Date(now()).toISOString();

/** What the intake was opened from: an alarm, a call that waited, or neither (a new call). */
export interface Origin {
  alarm: string | null;
  call: string | null;
}

/** The draft as it was left, or a fresh one; an alarm brings its place along, a call all that is known of it. */
export function begin({ alarm, call, L }: Origin & { L: Speak }): Draft {
  const kept = drafts.get<unknown>(draftKey({ alarm, call }));
  return kept === undefined ? fresh({ alarm, call }, L) : draftFrom(kept, isoNow());
}

export function fresh({ alarm, call }: Origin, L: Speak): Draft {
  const draft = emptyDraft(isoNow());
  const waiting = call ? documents('call_board').get(call) : undefined;
  if (waiting) return draftOfCall(waiting, typeName(waiting.incident_type, L));
  if (!alarm) return draft;
  const document = documents('alarm_board').get(alarm);
  if (!document || document.lon === null || document.lat === null) return draft;
  const point = { lon: document.lon, lat: document.lat };
  return {
    ...draft,
    source: 'sensor',
    point,
    placeText: document.zh || pointText(point),
    address: document.zh,
    district: document.district,
  };
}

export const draftKey = ({ alarm, call }: Origin): string => ['intake', alarm ?? call].filter(Boolean).join('.');
