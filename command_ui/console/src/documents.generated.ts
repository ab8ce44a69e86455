/** Written by `make types` from the documents of the projections. Do not edit: the next run overwrites it. */

export type Priority = 1 | 2 | 3 | 4 | 5;
export type ResponseLevel = 1 | 2 | 3 | 4;
export type Phase = 'pending' | 'dispatched' | 'on_scene' | 'closing';
export type Status = 'available' | 'dispatched' | 'acknowledged' | 'en_route' | 'on_scene' | 'transporting' | 'out_of_service';
export type Step = 'dispatched' | 'acknowledged' | 'en_route' | 'on_scene' | 'transporting' | 'at_destination' | 'cleared';
export type AlarmState = 'raised' | 'acknowledged' | 'returned' | 'shelved';
export type Disposition = 'handled' | 'duplicate' | 'false_alarm' | 'handed_over' | 'cancelled' | 'unable_to_locate' | 'other';

export interface Assignment {
  assignment: string;
  unit: string;
  agency: string;
  status: Status | 'at_destination' | 'cleared';
  since: string;
  times: Partial<Record<Step, string>>;
  /** When a step that was entered afterwards was recorded. */
  late: Partial<Record<Step, string>>;
  is_open: boolean;
  outcome: string | null;
  reason: string | null;
}

export interface IncidentBoard {
  number: string;
  short: string;
  incident_type: string;
  category: string;
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
  assignments: Assignment[];
  calls: string[];
  alarms: string[];
  merged: string[];
  merged_into: string | null;
  is_closed: boolean;
  closed_at: string | null;
  disposition: Disposition | null;
  remark: string | null;
  version: number;
  notes: number;
  recommended: string[];
}

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
  struck_reason: string | null;
  data: Record<string, unknown>;
}

export interface IncidentTimeline {
  number: string;
  head: IncidentBoard;
  entries: TimelineEntry[];
}

export interface CallBoard {
  call: string;
  source: string;
  caller_masked: string;
  has_caller: boolean;
  address: string;
  district: string;
  lon: number | null;
  lat: number | null;
  incident_type: string | null;
  description: string;
  received_at: string;
  answered_at: string | null;
  taken_by: string;
  incident: string | null;
  state: string;
  version: number;
}

export interface UnitStatus {
  unit: string;
  agency: string;
  station: string;
  capabilities: string[];
  zh: string;
  en: string;
  status: Status;
  since: string;
  assignment: string | null;
  incident: string | null;
  reason: string | null;
  home: [lon: number, lat: number] | null;
  version: number;
}

export type UnitPosition = [lon: number, lat: number, heading_deg: number | null, speed_kmh: number | null, at: number, source: string];

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
  acknowledged_by: string | null;
  shelved_until: string | null;
  shelved_by: string | null;
  shelve_reason: string | null;
  is_returned: boolean;
  incident: string | null;
  lon: number | null;
  lat: number | null;
  district: string;
  agency: string;
  version: number;
}

export interface ResponseTimes {
  assignment: string;
  call: string | null;
  incident: string;
  unit: string;
  agency: string;
  incident_type: string;
  district: string;
  priority: Priority;
  hour: number;
  day: string;
  answer_s: number | null;
  call_processing_s: number | null;
  turnout_s: number | null;
  travel_s: number | null;
  on_scene_s: number | null;
  total_s: number | null;
}

export interface SourceHealth {
  source: string;
  kind: string;
  state: 'live' | 'late' | 'silent' | 'stopped';
  last_at: string | null;
  lag_s: number | null;
  stale_after_s: number;
  accepted: number;
  rejected: number;
  zh: string;
  en: string;
}

interface Named {
  code: string;
  zh: string;
  en: string;
}

export interface AgencyEntry extends Named {
  kind: 'agency';
  /** One character or two, for a narrow column. */
  short_zh?: string;
  short_en?: string;
}

export interface StationEntry extends Named {
  kind: 'station';
  agency: string;
  district: string;
  lon?: number | null;
  lat?: number | null;
}

export interface DistrictEntry extends Named {
  kind: 'district';
  short_zh?: string;
  short_en?: string;
  lon?: number | null;
  lat?: number | null;
}

export interface IncidentTypeEntry extends Named {
  kind: 'incident_type';
  category: string;
  priority: Priority;
  level: ResponseLevel;
  agency: string;
  questions?: { zh: string; en: string }[];
}

export interface ResponsePlanEntry extends Named {
  kind: 'response_plan';
  incident_type: string;
  level: ResponseLevel;
  needs: { capability: string; count: number }[];
}

export interface SensorEntry extends Named {
  kind: 'sensor';
  lon?: number | null;
  lat?: number | null;
  district?: string;
  agency?: string;
  unit_of_measure?: string;
}

export type CatalogueEntry = AgencyEntry | StationEntry | DistrictEntry | IncidentTypeEntry | ResponsePlanEntry | SensorEntry;

/** Each view and its document: one name from the projection to the panel. */
export interface Views {
  incident_board: IncidentBoard;
  incident_timeline: IncidentTimeline;
  call_board: CallBoard;
  unit_status: UnitStatus;
  unit_position: UnitPosition;
  alarm_board: AlarmBoard;
  response_times: ResponseTimes;
  source_health: SourceHealth;
  catalogue: CatalogueEntry;
}
