/** The documents of the public interface: those of the views (generated) and those that requests answer with. */

import type { Role, Status, Views } from './documents.generated';

export type * from './documents.generated';
export type {
  AssignmentRow as Assignment,
  Catalogue as CatalogueEntry,
  CatalogueAgency as AgencyEntry,
  CatalogueAliases as AliasesEntry,
  CatalogueCapability as CapabilityEntry,
  CatalogueColours as ColoursEntry,
  CatalogueDistrict as DistrictEntry,
  CatalogueIncidentType as IncidentTypeEntry,
  CatalogueResponsePlan as ResponsePlanEntry,
  CatalogueSensor as SensorEntry,
  CatalogueStation as StationEntry,
  CatalogueStatusCodes as StatusCodesEntry,
  CatalogueTimers as TimersEntry,
} from './documents.generated';

export type ViewName = keyof Views;

/** The order in which a unit passes through its statuses on one assignment. */
export const STATUSES: readonly Status[] = [
  'available',
  'dispatched',
  'acknowledged',
  'en_route',
  'on_scene',
  'transporting',
  'out_of_service',
];

export interface Session {
  account: string;
  zh: string;
  en: string;
  seat: string | null;
  roles: Role[];
  /** An empty list means all. */
  scope: { agencies: string[]; districts: string[] };
  csrf: string;
  expires_at: string;
  must_change_password: boolean;
}

export interface Need {
  capability: string;
  count: number;
  covered: number;
  short: number;
}

export interface Candidate {
  unit: string;
  agency: string;
  capabilities: string[];
  covers: string[];
  distance_km: number;
  eta_s: number;
  is_suitable: boolean;
  is_proposed: boolean;
  reason_en: string;
  reason_zh: string;
  position_age_s: number | null;
  status: Status;
  incident: string | null;
}

export interface Recommendation {
  incident: string;
  eta_method: string;
  at: string;
  needs: Need[];
  candidates: Candidate[];
}

export interface DuplicateCandidate {
  incident: string;
  distance_m: number;
  age_s: number;
  same_type: boolean;
  same_category: boolean;
  score: number;
  en: string;
  zh: string;
}

export interface PlaceCandidate {
  zh: string;
  en: string;
  lon: number;
  lat: number;
  district: string | null;
  kind: string;
}

/** The answer to a command: its facts are on disk. */
export interface Answer<Result = Record<string, unknown>> {
  position: number;
  recorded_at: string;
  repeated: boolean;
  facts: { topic: string; id: string; version: number; position: number }[];
  result: Result;
}
