/**
 * The intake form as a value: what was typed, what is missing, and the two commands that it becomes. Pure; kept as text, so that a reload,
 * a lost link or an expired session loses nothing.
 */
import type { CallBoard, IncidentTypeEntry } from '../documents';
import { type Datum, type Point, pointText } from './coordinates';

export type Answered = 'yes' | 'no' | 'unknown';
export type Source = '110' | '119' | '120' | '122' | '12345' | 'app' | 'sensor' | 'other';
export const SOURCES: readonly Source[] = ['110', '119', '120', '122', '12345', 'app', 'other'];

export interface Draft {
  /** When the call reached this seat: the intake was opened then. */
  openedAt: string;
  source: Source;
  callerName: string;
  callerNumber: string;
  placeText: string;
  point: Point | null;
  datum: Datum;
  address: string;
  /** True once a person wrote the address: a chosen place no longer overwrites it. */
  isAddressTyped: boolean;
  district: string;
  typeText: string;
  incidentType: string | null;
  answers: Readonly<Record<number, Answered>>;
  description: string;
  /** The call was accepted already, and only what follows it failed: it is never taken twice. */
  takenCall: string | null;
}

export type Change =
  | { change: 'written'; field: 'callerName' | 'callerNumber' | 'description' | 'typeText' | 'placeText'; text: string }
  | { change: 'sourceChosen'; source: Source }
  | { change: 'addressWritten'; text: string }
  | { change: 'placeChosen'; text: string; point: Point; datum?: Datum; address?: string; district?: string | null }
  | { change: 'datumChosen'; datum: Datum }
  | { change: 'districtChosen'; district: string }
  | { change: 'typeChosen'; code: string; text: string }
  | { change: 'answered'; question: number; answer: Answered | null }
  | { change: 'callTaken'; call: string }
  | { change: 'begunAnew'; at: string }
  | { change: 'replaced'; draft: Draft };

export function emptyDraft(at: string): Draft {
  return {
    openedAt: at,
    source: '110',
    callerName: '',
    callerNumber: '',
    placeText: '',
    point: null,
    datum: 'WGS-84',
    address: '',
    isAddressTyped: false,
    district: '',
    typeText: '',
    incidentType: null,
    answers: {},
    description: '',
    takenCall: null,
  };
}

export function changed(draft: Draft, change: Change): Draft {
  switch (change.change) {
    case 'written':
      // Other words in the place or type field mean that what was chosen before is no longer meant.
      if (change.field === 'placeText') return { ...draft, placeText: change.text, point: null };
      if (change.field === 'typeText') return { ...draft, typeText: change.text, incidentType: null };
      return { ...draft, [change.field]: change.text };
    case 'sourceChosen':
      return { ...draft, source: change.source };
    case 'addressWritten':
      return { ...draft, address: change.text, isAddressTyped: change.text !== '' };
    case 'placeChosen':
      return {
        ...draft,
        placeText: change.text,
        point: change.point,
        datum: change.datum ?? 'WGS-84',
        address: draft.isAddressTyped ? draft.address : (change.address ?? draft.address),
        district: change.district ?? draft.district,
      };
    case 'datumChosen':
      return { ...draft, datum: change.datum };
    case 'districtChosen':
      return { ...draft, district: change.district };
    case 'typeChosen':
      return {
        ...draft,
        incidentType: change.code,
        typeText: change.text,
        answers: draft.incidentType === change.code ? draft.answers : {},
      };
    case 'answered': {
      const { [change.question]: _, ...rest } = draft.answers;
      return { ...draft, answers: change.answer === null ? rest : { ...rest, [change.question]: change.answer } };
    }
    case 'callTaken':
      return { ...draft, takenCall: change.call };
    case 'begunAnew':
      return { ...emptyDraft(change.at), source: draft.source };
    case 'replaced':
      return change.draft;
  }
}

/** A call that waited: what is known of it is not asked again, and it is not taken a second time. */
export function draftOfCall(call: CallBoard, typeText: string): Draft {
  const point = call.lon === null || call.lat === null ? null : { lon: call.lon, lat: call.lat };
  return {
    ...emptyDraft(call.received_at),
    source: SOURCES.find((source) => source === call.source) ?? 'other',
    point,
    placeText: point ? call.address || pointText(point) : call.address,
    address: call.address,
    district: call.district,
    incidentType: call.incident_type || null,
    typeText: call.incident_type ? typeText : '',
    description: call.description,
    takenCall: call.call,
  };
}

export function isUntouched(draft: Draft): boolean {
  const { openedAt: _, source: __, ...typed } = draft;
  const { openedAt: ___, source: ____, ...empty } = emptyDraft(draft.openedAt);
  return JSON.stringify(typed) === JSON.stringify(empty);
}

export type DraftField = 'place' | 'incident_type' | 'caller_number' | 'caller_name' | 'address' | 'district' | 'description';

export interface Missing {
  field: DraftField;
  zh: string;
  en: string;
}

/** What an incident cannot be opened without; the first one takes the focus. */
export function missing(draft: Draft, what: 'incident' | 'link'): Missing[] {
  if (what === 'link') return [];
  const place: Missing = {
    field: 'place',
    zh: '缺地点:从候选中选一处,写「117.2,39.1」,或在地图上点选。',
    en: 'Where? Choose a candidate, write «117.2,39.1», or point at the map.',
  };
  const type: Missing = {
    field: 'incident_type',
    zh: '缺类型:写名称或首字母,选一种。',
    en: 'What? Write a name or its initials and choose a type.',
  };
  return [...(draft.point ? [] : [place]), ...(draft.incidentType ? [] : [type])];
}

/** What was written after `sent` went out, in a sentence for the record, as it is kept in Chinese; '' for nothing. */
export function writtenSince(sent: Draft, draft: Draft, type: IncidentTypeEntry | null): string {
  const now = draft.description.trim();
  const was = sent.description.trim();
  const words = now === was ? '' : now.startsWith(was) ? now.slice(was.length).replace(/^[\s,,;;。]+/, '') : now;
  const fields = (
    [
      ['地点', 'placeText'],
      ['地址', 'address'],
      ['类型', 'typeText'],
      ['来电号码', 'callerNumber'],
      ['报警人', 'callerName'],
    ] as const
  ).flatMap(([name, field]) => (draft[field] !== sent[field] && draft[field].trim() ? [`${name} ${draft[field].trim()}`] : []));
  const answers = (type?.questions ?? []).flatMap((question, index) => {
    const answer = draft.answers[index];
    return answer && answer !== sent.answers[index] ? [`${question.zh}:${ANSWERS_ZH[answer]}`] : [];
  });
  return [words, ...fields, ...answers].filter(Boolean).join(';');
}

const ANSWERS_ZH: Readonly<Record<Answered, string>> = { yes: '是', no: '否', unknown: '不明' };

/** The description with the answers to the key questions, in Chinese as the record is kept: «有人被困:是;可见明火:不明». */
export function description(draft: Draft, type: IncidentTypeEntry | null): string {
  const answers = (type?.questions ?? []).flatMap((question, index) => {
    const answer = draft.answers[index];
    return answer ? [`${question.zh}:${ANSWERS_ZH[answer]}`] : [];
  });
  return [draft.description.trim(), answers.join(';')].filter(Boolean).join('。');
}

export interface TakeCall {
  source: Source;
  caller_name?: string;
  caller_number?: string;
  place?: Point & { datum: Datum };
  address?: string;
  district?: string;
  incident_type?: string;
  description?: string;
  received_at: string;
  answered_at: string;
}

export interface OpenIncident {
  incident_type: string;
  place: Point & { datum: Datum };
  address?: string;
  district?: string;
  description?: string;
  call?: string;
  alarm?: string;
}

export function takeCall(draft: Draft, type: IncidentTypeEntry | null): TakeCall {
  return {
    source: draft.source,
    ...filled({
      caller_name: draft.callerName.trim(),
      caller_number: draft.callerNumber.trim(),
      address: addressOf(draft),
      district: draft.district,
      incident_type: draft.incidentType ?? '',
      description: description(draft, type),
    }),
    ...(draft.point ? { place: { ...draft.point, datum: draft.datum } } : {}),
    received_at: draft.openedAt,
    answered_at: draft.openedAt,
  };
}

/** Null while something is missing. */
export function openIncident(
  draft: Draft,
  type: IncidentTypeEntry | null,
  from: { call: string } | { alarm: string },
): OpenIncident | null {
  if (!draft.point || !draft.incidentType) return null;
  return {
    incident_type: draft.incidentType,
    place: { ...draft.point, datum: draft.datum },
    ...filled({ address: addressOf(draft), district: draft.district, description: description(draft, type) }),
    ...from,
  };
}

/** The words for the place: what was written as the address, else what was written or chosen as the place. */
function addressOf(draft: Draft): string {
  return draft.address.trim() || draft.placeText.trim();
}

function filled<T extends Record<string, string>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<T>;
}

/** What was kept of a draft; anything that is not one begins anew. */
export function draftFrom(kept: unknown, at: string): Draft {
  if (kept === null || typeof kept !== 'object' || !('openedAt' in kept)) return emptyDraft(at);
  return { ...emptyDraft(at), ...(kept as Partial<Draft>) };
}
