/** Written by `make types` from the documents of the projections. Do not edit: the next run overwrites it. */

export type Priority = 1 | 2 | 3 | 4 | 5;

export type ResponseLevel = 1 | 2 | 3 | 4;

export type Category = 'natural_disaster' | 'accident' | 'public_health' | 'social_security';

export type Phase = 'pending' | 'dispatched' | 'on_scene' | 'closing';

export type Status = 'available' | 'dispatched' | 'acknowledged' | 'en_route' | 'on_scene' | 'transporting' | 'out_of_service';

export type Step = 'dispatched' | 'acknowledged' | 'en_route' | 'on_scene' | 'transporting' | 'at_destination' | 'cleared';

export type RecordableStep = 'acknowledged' | 'en_route' | 'on_scene' | 'transporting' | 'at_destination';

export type AssignmentStatus =
  | 'dispatched'
  | 'acknowledged'
  | 'en_route'
  | 'on_scene'
  | 'transporting'
  | 'at_destination'
  | 'cleared'
  | 'declined'
  | 'cancelled'
  | 'diverted';

export type AlarmState = 'raised' | 'acknowledged' | 'returned' | 'shelved';

export type Disposition = 'handled' | 'duplicate' | 'false_alarm' | 'handed_over' | 'cancelled' | 'unable_to_locate' | 'other';

export type SourceState = 'live' | 'late' | 'silent' | 'stopped';

export type Role = 'call_taker' | 'dispatcher' | 'commander' | 'analyst' | 'agency' | 'administrator' | 'source';

/** One unit on the incident. `times` of each step; `late`: when one was entered that was learnt late; `assumed`: nobody reported it. */
export interface AssignmentRow {
  assignment: string;
  unit: string;
  agency: string;
  status: AssignmentStatus;
  since: string;
  times: Partial<Record<Step, string>>;
  late: Partial<Record<Step, string>>;
  assumed: Step[];
  is_open: boolean;
  outcome: string;
  reason: string;
}

/** One incident as it stands. */
export interface IncidentBoard {
  number: string;
  short: string;
  incident_type: string;
  category: Category;
  priority: Priority;
  level: ResponseLevel;
  phase: Phase;
  address: string;
  district: string;
  lon: number;
  lat: number;
  description: string;
  agency: string;
  opened_at: string;
  phase_at: string;
  first_dispatch_at: string | null;
  first_arrival_at: string | null;
  opened_by: string;
  assignments: AssignmentRow[];
  calls: string[];
  alarms: string[];
  merged: string[];
  merged_into: string;
  is_closed: boolean;
  closed_at: string | null;
  disposition: Disposition | null;
  remark: string;
  version: number;
  notes: number;
  recommended: string[];
}

/** One fact as a sentence. `kind` is `person` for people's words, `system` for what follows from acts. */
export interface TimelineEntry {
  position: number;
  topic: string;
  recorded_at: string;
  occurred_at: string;
  is_late: boolean;
  by: string;
  by_zh: string;
  kind: 'system' | 'person';
  zh: string;
  en: string;
  note: number | null;
  is_struck: boolean;
  struck_reason: string;
  data: Record<string, string>;
}

/** The incident as it stands, and everything that led there, in the order of the log. */
export interface IncidentTimeline {
  number: string;
  head: IncidentBoard;
  entries: TimelineEntry[];
}

/** One call as it stands; the caller is shown masked. */
export interface CallBoard {
  call: string;
  source: string;
  caller_masked: string;
  has_caller: boolean;
  address: string;
  district: string;
  lon: number | null;
  lat: number | null;
  incident_type: string;
  description: string;
  received_at: string;
  answered_at: string;
  taken_by: string;
  incident: string;
  state: 'taken' | 'linked' | 'ended';
  version: number;
}

/** One unit as it stands. `home` is longitude, latitude. `steps` are the times of the assignment that it is on. */
export interface UnitStatus {
  unit: string;
  agency: string;
  station: string;
  capabilities: string[];
  zh: string;
  en: string;
  status: Status;
  since: string;
  assignment: string;
  incident: string;
  reason: string;
  home: [number, number] | null;
  steps: Record<string, string>;
  version: number;
}

/** One open alarm. `value` is that of its newest trigger; `raised_at` its first, `last_at` its newest trigger or its return. */
export interface AlarmBoard {
  alarm: string;
  sensor: string;
  zh: string;
  en: string;
  condition: string;
  priority: 1 | 2 | 3;
  state: AlarmState;
  value: number | null;
  limit: number | null;
  unit_of_measure: string;
  raised_at: string;
  last_at: string;
  count: number;
  acknowledged_by: string;
  shelved_until: string | null;
  shelved_by: string;
  shelve_reason: string;
  is_returned: boolean;
  incident: string;
  lon: number | null;
  lat: number | null;
  district: string;
  agency: string;
  version: number;
}

/** One assignment's intervals, and what they are grouped by, as it stood at the dispatch. Nobody reported its `assumed` times. */
export interface ResponseTimes {
  assignment: string;
  call: string;
  incident: string;
  unit: string;
  agency: string;
  station: string;
  incident_type: string;
  district: string;
  priority: number;
  dispatched_at: string;
  times: Record<string, string>;
  assumed: string[];
  outcome: string;
  answer_s: number | null;
  call_processing_s: number | null;
  turnout_s: number | null;
  travel_s: number | null;
  on_scene_s: number | null;
  total_s: number | null;
}

/** An agency, with the one or two characters that a narrow column shows. */
export interface CatalogueAgency {
  kind: 'agency';
  code: string;
  zh: string;
  en: string;
  short_zh: string;
  short_en: string;
  version: number;
}

/** A station of an agency. */
export interface CatalogueStation {
  kind: 'station';
  code: string;
  zh: string;
  en: string;
  agency: string;
  district: string;
  lon: number | null;
  lat: number | null;
  version: number;
}

/** A district; `area_code` after GB/T 2260. */
export interface CatalogueDistrict {
  kind: 'district';
  code: string;
  zh: string;
  en: string;
  short_zh: string;
  short_en: string;
  lon: number | null;
  lat: number | null;
  area_code: string;
  version: number;
}

/** What a thing is called in both languages of the console. */
export interface Name {
  zh: string;
  en: string;
}

/** An incident type with its defaults and the questions asked at intake. */
export interface CatalogueIncidentType {
  kind: 'incident_type';
  code: string;
  zh: string;
  en: string;
  category: Category;
  priority: Priority;
  level: ResponseLevel;
  agency: string;
  questions: Name[];
  version: number;
}

/** A capability and how many units with it. */
export interface PlanNeed {
  capability: string;
  count: number;
}

/** What an incident type at a level needs. */
export interface CatalogueResponsePlan {
  kind: 'response_plan';
  code: string;
  zh: string;
  en: string;
  incident_type: string;
  level: ResponseLevel;
  needs: PlanNeed[];
  version: number;
}

/** A sensor; `sensor_kind` says what it measures. */
export interface CatalogueSensor {
  kind: 'sensor';
  code: string;
  zh: string;
  en: string;
  sensor_kind: string;
  unit_of_measure: string;
  agency: string;
  district: string;
  lon: number | null;
  lat: number | null;
  is_retired: boolean;
  version: number;
}

export type Catalogue =
  | CatalogueAgency
  | CatalogueStation
  | CatalogueDistrict
  | CatalogueIncidentType
  | CatalogueResponsePlan
  | CatalogueSensor;

/** A token in force, or expired; a revoked one is gone. */
export interface AccountToken {
  token: string;
  label: string;
  roles: Role[];
  created_at: string;
  created_by: string;
  expires_at: string;
}

/** One account; empty agencies or districts mean all. */
export interface AccountDirectory {
  account: string;
  zh: string;
  en: string;
  seat: string;
  roles: Role[];
  agencies: string[];
  districts: string[];
  kind: 'person' | 'program';
  is_disabled: boolean;
  disabled_reason: string;
  disabled_at: string | null;
  created_at: string;
  password_reset_at: string | null;
  locked_out_at: string | null;
  tokens: AccountToken[];
  version: number;
}

/** One source as it stands. `lag_s` is how old its newest element was when it came. */
export interface SourceHealth {
  source: string;
  kind: 'avl' | 'readings' | 'intake' | 'sensor' | 'projection' | 'log';
  state: SourceState;
  last_at: string | null;
  lag_s: number | null;
  stale_after_s: number;
  accepted: number;
  rejected: number;
  late: number | null;
  bad: number | null;
  withheld: number | null;
  zh: string;
  en: string;
}

/** Longitude, latitude, heading in degrees, speed in km/h, milliseconds since 1970, source. */
export type UnitPosition = [lon: number, lat: number, heading_deg: number | null, speed_kmh: number | null, at: number, source: string];

/** Each view and its document: one name from the projection to the panel. */
export interface Views {
  incident_board: IncidentBoard;
  incident_timeline: IncidentTimeline;
  call_board: CallBoard;
  unit_status: UnitStatus;
  alarm_board: AlarmBoard;
  response_times: ResponseTimes;
  catalogue: Catalogue;
  account_directory: AccountDirectory;
  source_health: SourceHealth;
  unit_position: UnitPosition;
}
