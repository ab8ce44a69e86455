/** What the parser needs to know of the live picture, and what it answers. The parser itself touches neither store nor clock. */
import type { Sentence, Step } from '../incident/steps';
import type { ScreenName } from '../screens/route';

export interface KnownIncident {
  number: string;
  short: string;
  priority: number;
  /** The incident type's name. */
  type: Sentence;
  address: string;
  district: string;
  lon: number | null;
  lat: number | null;
  /** Capabilities that its plan asks for. Empty: no plan is known. */
  needs: readonly string[];
}

export interface KnownUnit {
  unit: string;
  agency: string;
  status: string;
  incident: string | null;
  capabilities: readonly string[];
  reason: string;
  /** Where it was last seen. */
  lon: number | null;
  lat: number | null;
  /** The times of its present assignment. */
  times: Readonly<Partial<Record<string, string>>>;
  transports: boolean;
}

export interface KnownDistrict {
  code: string;
  zh: string;
  en: string;
}

export interface KnownPlace {
  zh: string;
  en: string;
  screen: ScreenName;
  rest: string;
}

export interface World {
  lang: 'zh' | 'en';
  nowMs: number;
  selected: string | null;
  incidents: readonly KnownIncident[];
  /** By call sign. */
  units: Pick<ReadonlyMap<string, KnownUnit>, 'get' | 'keys'>;
  districts: readonly KnownDistrict[];
  /** Screens, and sections of the one that is shown, that this account may go to. */
  places: readonly KnownPlace[];
  /** Whether the account may read incidents at all: an administrator keeps accounts and the catalogue, and sees no incident. */
  readsIncidents: boolean;
  capabilityName: (code: string) => Sentence;
  statusName: (code: string) => Sentence;
}

export type Act =
  | { do: 'dispatch'; units: string[]; incident: string }
  | { do: 'step'; units: string[]; step: Step; occurredAtMs: number | null }
  | { do: 'select'; incident: string }
  | { do: 'record'; incident: string }
  | { do: 'note'; incident: string; text: string; occurredAtMs: number | null }
  | { do: 'scope'; district: string | null }
  | { do: 'back'; at_ms: number | null }
  | { do: 'call' }
  | { do: 'close'; incident: string }
  | { do: 'keys' }
  | { do: 'place'; screen: ScreenName; rest: string }
  | { do: 'out_of_service'; unit: string; reason: string }
  | { do: 'in_service'; unit: string };

/** One way to read what was typed. `act` null: Enter does nothing but complete to `text`, or, where that is already typed, nothing. */
export interface Reading {
  id: string;
  /** The whole line as Tab writes it. */
  text: string;
  /** Exactly what Enter will do, or why it will not. */
  will: Sentence;
  warnings: Sentence[];
  act: Act | null;
  isRefused: boolean;
}
