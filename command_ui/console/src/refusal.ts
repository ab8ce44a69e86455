/** A refusal is a sentence in both languages (RFC 9457 on the wire), shown where the act was. */

import { day, hms, now } from './live/clock';

// Programs want the moment itself; a person wants the clock on the wall, and the day where it is another.
const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;

/** The sentence with its moments in the installation's zone: «14:31:58», and «2026-11-22 14:31:58» of another day. */
export const told = (sentence: string): string =>
  sentence.replace(MOMENT, (moment) => {
    const at = Date.parse(moment);
    if (Number.isNaN(at)) return moment;
    return day(at) === day(now()) ? hms(at) : `${day(at)} ${hms(at)}`;
  });

export interface FieldRefusal {
  field: string;
  zh: string;
  en: string;
}

export class Refusal extends Error {
  readonly code: string;
  readonly en: string;
  readonly zh: string;
  readonly field: string | null;
  readonly fields: FieldRefusal[];
  readonly status: number;
  readonly data: Record<string, unknown>;

  constructor(said: {
    code: string;
    zh: string;
    en: string;
    status: number;
    field?: string | null;
    fields?: FieldRefusal[];
    data?: object;
  }) {
    super(said.en);
    this.name = 'Refusal';
    this.code = said.code;
    this.zh = said.zh;
    this.en = said.en;
    this.status = said.status;
    this.field = said.field ?? null;
    this.fields = said.fields ?? [];
    this.data = (said.data ?? {}) as Record<string, unknown>;
  }
}

/** The refusal that an answer carries; an answer without one (a proxy's page, say) is told by its status. */
export function refusalFrom(status: number, body: unknown): Refusal {
  const said = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const en = typeof said.en === 'string' ? said.en : typeof said.detail === 'string' ? said.detail : `The server answered ${status}.`;
  return new Refusal({
    code: typeof said.code === 'string' ? said.code : `status_${status}`,
    en: told(en),
    zh: typeof said.zh === 'string' ? told(said.zh) : `服务器答复 ${status}。`,
    status,
    field: typeof said.field === 'string' ? said.field : null,
    fields: Array.isArray(said.fields) ? (said.fields as FieldRefusal[]).map(inWords) : [],
    data: typeof said.data === 'object' && said.data !== null ? said.data : {},
  });
}

const inWords = (refusal: FieldRefusal): FieldRefusal => ({ ...refusal, zh: told(refusal.zh), en: told(refusal.en) });
