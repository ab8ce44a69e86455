/** A refusal is a sentence in both languages (RFC 9457 on the wire), shown where the act was. */

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
    en,
    zh: typeof said.zh === 'string' ? said.zh : `服务器答复 ${status}。`,
    status,
    field: typeof said.field === 'string' ? said.field : null,
    fields: Array.isArray(said.fields) ? (said.fields as FieldRefusal[]) : [],
    data: typeof said.data === 'object' && said.data !== null ? said.data : {},
  });
}
