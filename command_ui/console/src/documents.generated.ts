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

export type Role = 'call_taker' | 'dispatcher' | 'commander' | 'analyst' | 'agency' | 'administrator' | 'source' | 'wall';

export type Interval = 'answer' | 'call_processing' | 'turnout' | 'travel' | 'total';

export type TimedInterval = 'answer_s' | 'call_processing_s' | 'turnout_s' | 'travel_s' | 'on_scene_s' | 'total_s';

export type Meaning =
  | 'dispatch'
  | 'to'
  | 'go'
  | 'record'
  | 'note'
  | 'back'
  | 'call'
  | 'close'
  | 'keys'
  | 'out_of_service'
  | 'in_service'
  | 'acknowledged'
  | 'en_route'
  | 'on_scene'
  | 'transporting'
  | 'at_destination'
  | 'cleared';

export type MappedStatus =
  | 'acknowledged'
  | 'en_route'
  | 'on_scene'
  | 'transporting'
  | 'at_destination'
  | 'cleared'
  | 'available'
  | 'out_of_service'
  | 'ignored';

export type Painted = 'agency' | 'status';

export type WorkKind = 'promise' | 'incident' | 'call' | 'alarm' | 'unit';

export type RecordField =
  | 'incident_type'
  | 'priority'
  | 'level'
  | 'place'
  | 'description'
  | 'agency'
  | 'responsible'
  | 'state'
  | 'disposition'
  | 'merged_into';

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

/** One incident as it stands. `responsible` answers for it, '' for nobody yet; `handed_by` handed it to them and waits for a word. */
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
  responsible: string;
  handed_by: string;
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

/** One incident. `agencies` are all in whose hands it ever was. */
export interface IncidentOpenings {
  number: string;
  opened_at: string;
  priority: Priority;
  district: string;
  agencies: string[];
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

/** One promise as it stands. `owner` is who keeps it now; `made_by` gave their word. */
export interface PromiseBoard {
  promise: string;
  incident: string;
  district: string;
  agency: string;
  text: string;
  due_at: string | null;
  made_by: string;
  made_at: string;
  owner: string;
  state: 'open' | 'kept' | 'dropped';
  settled_by: string;
  settled_at: string | null;
  remark: string;
  version: number;
}

/** One thing that is open. `item` names it in the list: `incident:261123-0031`, `promise:P261123-0002`. */
export interface WorkItem {
  item: string;
  kind: WorkKind;
  id: string;
  state: string;
  priority: number;
  code: string;
  zh: string;
  en: string;
  incident: string;
  owner: string;
  since: string;
  due_at: string | null;
  overdue: string[];
}

/** A question or an answer. */
export interface ItemRemark {
  text: string;
  by: string;
  at: string;
}

/** One thing on the list, who accepted it, and what was said about it. */
export interface HandOverItem {
  work: WorkItem;
  accepted_by: string;
  accepted_at: string | null;
  remarks: ItemRemark[];
}

/** One change of shift. `position` says when in the log the list was taken. */
export interface HandOverBoard {
  hand_over: string;
  state: 'begun' | 'accepted' | 'withdrawn';
  begun_by: string;
  begun_at: string;
  to: string;
  remark: string;
  agencies: string[];
  districts: string[];
  position: number;
  items: HandOverItem[];
  left_out: number;
  waiting: number;
  over_by: string;
  over_at: string | null;
  reason: string;
  version: number;
}

/** One assignment's intervals, and what they are grouped by, as it stood at the dispatch. `times` are the moments themselves. */
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
  ended_at: string | null;
  answer_s: number | null;
  call_processing_s: number | null;
  turnout_s: number | null;
  travel_s: number | null;
  on_scene_s: number | null;
  total_s: number | null;
}

/** One alarm, open or ended. `newest` are its newest triggers, as many as make a chatter; times are None while they have not come. */
export interface AlarmHistory {
  alarm: string;
  sensor: string;
  zh: string;
  en: string;
  condition: string;
  priority: 1 | 2 | 3;
  district: string;
  agency: string;
  raised_at: string;
  acknowledged_at: string | null;
  returned_at: string | null;
  ended_at: string | null;
  outcome: string;
  ended_by: string;
  count: number;
  newest: string[];
  is_chattering: boolean;
  shelved: number;
  is_shelved: boolean;
}

/** One open incident. `units` are the assignments that are open, and whether each has arrived; `assisting` whose units were sent. */
export interface WallIncident {
  kind: 'incident';
  short: string;
  incident_type: string;
  priority: Priority;
  level: ResponseLevel;
  phase: Phase;
  agency: string;
  district: string;
  street: string;
  lon: number;
  lat: number;
  opened_at: string;
  phase_at: string;
  units: Record<string, boolean>;
  assisting: string[];
  is_worked: boolean;
  is_closed: boolean;
  is_merged: boolean;
}

/** One open alarm, to be counted. A shelved one is out of sight here as well. */
export interface WallAlarm {
  kind: 'alarm';
  priority: 1 | 2 | 3;
  raised_at: string;
  district: string;
  agency: string;
  is_acknowledged: boolean;
  is_returned: boolean;
  is_shelved: boolean;
}

/** What a district or an incident type is called. The catalogue has more: names of sensors, which anybody may have worded. */
export interface WallName {
  kind: 'name';
  of: 'district' | 'incident_type';
  code: string;
  zh: string;
  en: string;
  short_zh: string;
  short_en: string;
}

/** An agency, with the one or two characters that a narrow column shows. */
export interface CatalogueAgency {
  kind: 'agency';
  code: string;
  zh: string;
  en: string;
  short_zh: string;
  short_en: string;
  is_retired: boolean;
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
  is_retired: boolean;
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
  is_retired: boolean;
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
  is_retired: boolean;
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

/** What a capability is called. */
export interface CatalogueCapability {
  kind: 'capability';
  code: string;
  zh: string;
  en: string;
  is_retired: boolean;
  version: number;
}

/** In `share_percent` of the cases the interval is to be no longer than `seconds`. */
export interface Target {
  interval: Interval;
  seconds: number;
  share_percent: number;
  priority: 0 | 1 | 2 | 3 | 4 | 5;
}

/** What is aimed at, in the city (`*`) or by an agency. */
export interface CatalogueTimers {
  kind: 'timers';
  code: string;
  zh: string;
  en: string;
  targets: Target[];
  version: number;
}

/** A word of this installation, and what it means. */
export interface Alias {
  word: string;
  meaning: Meaning;
}

/** The installation's own words of the command bar. */
export interface CatalogueAliases {
  kind: 'aliases';
  code: string;
  zh: string;
  en: string;
  aliases: Alias[];
  version: number;
}

/** What the mark of an agency or of a status is painted with, in either theme. */
export interface Colour {
  of: Painted;
  code: string;
  dark: string;
  light: string;
}

/** The colours of agencies and unit statuses. */
export interface CatalogueColours {
  kind: 'colours';
  code: string;
  zh: string;
  en: string;
  colours: Colour[];
  version: number;
}

/** What a code is called where it comes from, and what it is here. */
export interface StatusCode {
  code: string;
  status: MappedStatus;
  name: Name;
}

/** What the codes of an agency's terminals mean. */
export interface CatalogueStatusCodes {
  kind: 'status_codes';
  code: string;
  zh: string;
  en: string;
  codes: StatusCode[];
  version: number;
}

export type Catalogue =
  | CatalogueAgency
  | CatalogueStation
  | CatalogueDistrict
  | CatalogueIncidentType
  | CatalogueResponsePlan
  | CatalogueSensor
  | CatalogueCapability
  | CatalogueTimers
  | CatalogueAliases
  | CatalogueColours
  | CatalogueStatusCodes;

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

/** One unit on the register; what it does just now is in `unit_status`. `version` is that of its newest entry here. */
export interface UnitRegister {
  unit: string;
  agency: string;
  station: string;
  capabilities: string[];
  zh: string;
  en: string;
  lon: number | null;
  lat: number | null;
  is_retired: boolean;
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

/** A value that a field of the head has had, and the fact that gave it. */
export interface FieldValue {
  value: string;
  position: number;
  topic: string;
  occurred_at: string;
  recorded_at: string;
  by: string;
  seat: string;
  cause: string;
  reason: string;
}

/** The values of one field, oldest first; the last one holds. */
export interface FieldHistory {
  field: RecordField;
  values: FieldValue[];
}

/** A call that is or was linked; its caller masked. */
export interface RecordCall {
  call: string;
  source: string;
  caller_masked: string;
  received_at: string;
  answered_at: string;
  taken_by: string;
  address: string;
  description: string;
  is_linked: boolean;
  position: number;
}

/** A time that a step has or had. `holds` is false for what was corrected or undone: the original is kept. */
export interface StepMoment {
  step: Step;
  occurred_at: string;
  recorded_at: string;
  is_late: boolean;
  by: string;
  position: number;
  reason: string;
  holds: boolean;
}

/** One unit on the incident, with every time that was ever entered for it. */
export interface RecordAssignment {
  assignment: string;
  unit: string;
  agency: string;
  station: string;
  is_open: boolean;
  outcome: string;
  reason: string;
  steps: StepMoment[];
}

/** An alarm that is or was linked. */
export interface RecordAlarm {
  alarm: string;
  zh: string;
  en: string;
  condition: string;
  value: number | null;
  unit_of_measure: string;
  raised_at: string;
  is_origin: boolean;
  is_linked: boolean;
  position: number;
}

/** Another incident that this one was merged with, given back to, or split from. */
export interface RecordLink {
  how: 'absorbed' | 'given_back' | 'merged_into' | 'unmerged' | 'split_off';
  incident: string;
  at: string;
  by: string;
  reason: string;
  position: number;
}

/** One fact that touched the incident, as a sentence, with its author and its cause. `seen`: the version that its author looked at. */
export interface RecordFact {
  position: number;
  topic: string;
  about: 'incident' | 'assignment' | 'call' | 'alarm' | 'promise';
  id: string;
  version: number;
  recorded_at: string;
  occurred_at: string;
  is_late: boolean;
  by: string;
  seat: string;
  cause: string;
  command: string;
  seen: number | null;
  kind: 'system' | 'person';
  zh: string;
  en: string;
  note: number | null;
  is_struck: boolean;
  struck_reason: string;
  data: Record<string, string>;
}

/** Whoever acted, by the names that the directory has now. */
export interface RecordPerson {
  account: string;
  zh: string;
  en: string;
  seat: string;
}

/** Everything that is known of one incident, and why it is known so. `position` is that of its newest fact. */
export interface IncidentRecord {
  number: string;
  position: number;
  head: IncidentBoard;
  fields: FieldHistory[];
  calls: RecordCall[];
  assignments: RecordAssignment[];
  alarms: RecordAlarm[];
  links: RecordLink[];
  facts: RecordFact[];
  people: RecordPerson[];
}

/** An account had the record before it, from `at` to `last_at`, `times` times. */
export interface Access {
  account: string;
  seat: string;
  at: string;
  last_at: string;
  times: number;
}

/** Of one interval. `judged` are the cases for which there is a target, `within` those that met it. */
export interface Figures {
  count: number;
  mean: number | null;
  p50: number | null;
  p90: number | null;
  p95: number | null;
  judged: number;
  within: number;
  target_s: number | null;
  target_share: number | null;
}

/** The cases of one group: of `and_by` too, where that was asked for. */
export interface Group {
  group: string;
  and_group: string;
  assignments: number;
  intervals: Partial<Record<TimedInterval, Figures>>;
}

/** One target and the cases that it judges: the percentile at its own share, and the share that met it. */
export interface Verdict {
  target: string;
  interval: TimedInterval;
  scope: string;
  agency_zh: string;
  agency_en: string;
  priority: number;
  seconds: number;
  share: number;
  source_zh: string;
  source_en: string;
  count: number;
  within: number;
  percentile: number | null;
}

/** One hour, or one day: calls by source, new incidents by priority, and how many were open at once at most. */
export interface Slot {
  at: string;
  calls: Record<string, number>;
  incidents: Record<string, number>;
  open_max: number;
}

/** The units of a station: `units` were sent in the period; `utilisation` is the share of their time that they were committed. */
export interface Committed {
  agency: string;
  station: string;
  units: number;
  assignments: number;
  committed_h: number;
  utilisation: number;
}

/** How fast calls were answered, all of them; without a target where the city has none for every call. */
export interface Answering {
  count: number;
  p50: number | null;
  p90: number | null;
  target_s: number | null;
  target_share: number | null;
  within: number;
}

/** One source of alarms (a sensor's condition) and its part of the whole. */
export interface Frequent {
  sensor: string;
  condition: string;
  zh: string;
  en: string;
  count: number;
  share: number;
  is_chattering: boolean;
}

/** An alarm that stood for longer than a day. */
export interface Stale {
  alarm: string;
  zh: string;
  en: string;
  condition: string;
  priority: number;
  raised_at: string;
  ended_at: string | null;
}

/** What ISA-18.2 (2016) and EEMUA 191 ask of an alarm system, for one operator. */
export interface AlarmTargets {
  source: string;
  hourly_acceptable: number;
  hourly_max: number;
  ten_minutes_max: number;
  flood_share_max: number;
  most_frequent: number;
  most_frequent_share_max: number;
  stale_h: number;
  stale_max: number;
  priority_shares: [number, number, number];
}

/** The figures, and what they are measured by. `ten_minutes` are the whole and broken periods of ten minutes in the time looked at. */
export interface AlarmPerformance {
  alarms: number;
  operators: number;
  operator_hours: number;
  per_operator_hour: number | null;
  ten_minutes: number;
  ten_minutes_flooded: number;
  flood_share: number | null;
  peak_count: number;
  peak_at: string | null;
  most_frequent: Frequent[];
  most_frequent_share: number | null;
  chattering: number;
  stale: number;
  stale_alarms: Stale[];
  shelved: number;
  shelved_now: number;
  priorities: Record<string, number>;
  acknowledged_p50_s: number | null;
  acknowledged_p90_s: number | null;
  by_hour: [string, number][];
  targets: AlarmTargets;
}

/** How fast they come now. */
export interface AlarmRate {
  last_hour: number;
  last_ten_minutes: number;
  is_flood: boolean;
}

/** Longitude, latitude, heading in degrees, speed in km/h, milliseconds since 1970, source. */
export type UnitPosition = [lon: number, lat: number, heading_deg: number | null, speed_kmh: number | null, at: number, source: string];

/** Each view and its document: one name from the projection to the panel. */
export interface Views {
  incident_board: IncidentBoard;
  incident_timeline: IncidentTimeline;
  incident_openings: IncidentOpenings;
  call_board: CallBoard;
  unit_status: UnitStatus;
  alarm_board: AlarmBoard;
  promise_board: PromiseBoard;
  hand_over_board: HandOverBoard;
  response_times: ResponseTimes;
  alarm_history: AlarmHistory;
  wall_board: WallIncident | WallAlarm | WallName;
  catalogue: Catalogue;
  account_directory: AccountDirectory;
  unit_register: UnitRegister;
  source_health: SourceHealth;
  unit_position: UnitPosition;
}

/** Who may read each view. */
export const VIEW_READERS: Record<keyof Views, readonly Role[]> = {
  incident_board: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency'],
  incident_timeline: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency'],
  incident_openings: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency'],
  call_board: ['call_taker', 'dispatcher', 'commander', 'analyst'],
  unit_status: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency', 'source'],
  unit_position: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency', 'source'],
  alarm_board: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency', 'source'],
  promise_board: ['call_taker', 'dispatcher', 'commander', 'analyst'],
  hand_over_board: ['call_taker', 'dispatcher', 'commander', 'analyst'],
  response_times: ['dispatcher', 'commander', 'analyst', 'agency'],
  alarm_history: ['dispatcher', 'commander', 'analyst', 'agency'],
  wall_board: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency', 'wall'],
  source_health: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency', 'administrator', 'source', 'wall'],
  catalogue: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency', 'administrator', 'source'],
  account_directory: ['administrator'],
  unit_register: ['administrator', 'commander'],
};

/** Who may take a call. */
export const CALL_TAKERS: readonly Role[] = ['call_taker', 'dispatcher', 'commander', 'source'];

/** Who may ask for what stands beside commands and views. */
export const ASKERS = {
  intake: ['source'],
  recommendation: ['dispatcher', 'commander'],
  possible_duplicates: ['call_taker', 'dispatcher', 'commander'],
  places: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency'],
  record: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency'],
  colleagues: ['call_taker', 'dispatcher', 'commander'],
  readers: ['commander', 'analyst', 'administrator'],
  statistics: ['dispatcher', 'commander', 'analyst', 'agency'],
  performance: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency', 'wall'],
  time_machine: ['call_taker', 'dispatcher', 'commander', 'analyst', 'agency'],
  log: ['analyst', 'administrator'],
  digest: ['analyst', 'administrator'],
  history: ['administrator', 'commander'],
  templates: ['administrator', 'commander'],
} as const;

/** The built-in words of the command bar. */
export const BUILT_IN_WORDS: Record<Meaning, readonly string[]> = {
  dispatch: ['派', 'send', '派出', '调派', 'dispatch', 'disp', '派车'],
  to: ['到', 'to', '往', '至', '去', '@', '>'],
  go: ['看', 'go', '打开', '转到', 'open', 'show'],
  record: ['档案', 'record', '案卷', 'history'],
  note: ['记', 'note', '记录', '备注', 'n'],
  back: ['回看', 'back', '时间机', 'asof'],
  call: ['接警', 'call', '新警', 'newcall', 'intake'],
  close: ['结案', 'close', '结'],
  keys: ['按键', 'keys', '帮助', 'help', '?'],
  out_of_service: ['停用', 'outofservice', '停勤', 'oos', 'out'],
  in_service: ['恢复', 'inservice', '待命', 'available', '复勤'],
  acknowledged: ['确认', 'acknowledged', 'ack', '收到', 'copy'],
  en_route: ['出动', 'enroute', 'responding', 'rolling', '出发', '途中', 'resp'],
  on_scene: ['到场', 'onscene', 'arrived', '到达', 'arrive', 'scene'],
  transporting: ['转运', 'transporting', 'transport', '送院'],
  at_destination: ['送达', 'atdestination', 'athospital', '到院', 'destination'],
  cleared: ['结束', 'cleared', 'clear', '归队', '撤离', 'done'],
};
