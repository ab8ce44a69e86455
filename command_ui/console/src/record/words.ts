/** What fields, commands and sources of the record are called, in both languages. */

import { agencyName, typeName } from '../catalogue';
import type { IncidentRecord, Priority, RecordFact, RecordField, ResponseLevel } from '../documents';
import type { Speak } from '../i18n';
import { accountsNamed } from '../incident/accountsNamed';
import { DISPOSITION_NAMES } from '../incident/dispositions';
import { LEVEL_NAMES, type Name, PRIORITY_NAMES } from '../names';

export const FIELD_NAMES: Readonly<Record<RecordField, Name>> = {
  incident_type: { zh: '类型', en: 'Type' },
  priority: { zh: '优先级', en: 'Priority' },
  level: { zh: '响应级别', en: 'Response level' },
  place: { zh: '地点', en: 'Place' },
  description: { zh: '描述', en: 'Description' },
  agency: { zh: '主责部门', en: 'Agency' },
  responsible: { zh: '负责人', en: 'Responsible' },
  state: { zh: '状态', en: 'State' },
  disposition: { zh: '处置结果', en: 'Disposition' },
  merged_into: { zh: '并入', en: 'Merged into' },
};

/** In the order in which they are read. */
export const FIELDS: readonly RecordField[] = [
  'incident_type',
  'priority',
  'level',
  'agency',
  'responsible',
  'state',
  'disposition',
  'merged_into',
  'place',
  'description',
];

const STATE_NAMES: Readonly<Record<string, Name>> = {
  open: { zh: '在办', en: 'Open' },
  closed: { zh: '已结案', en: 'Closed' },
  merged: { zh: '已并入', en: 'Merged' },
};

/** The commands that leave facts in a record; another is shown by its name on the wire. */
const COMMAND_NAMES: Readonly<Record<string, Name>> = {
  open_incident: { zh: '立案', en: 'open the incident' },
  classify_incident: { zh: '改类型', en: 'change the type' },
  prioritise_incident: { zh: '改优先级', en: 'change the priority' },
  set_response_level: { zh: '改响应级别', en: 'change the response level' },
  relocate_incident: { zh: '改地点', en: 'change the place' },
  add_note: { zh: '记录', en: 'add a note' },
  strike_note: { zh: '划去记录', en: 'strike a note' },
  merge_incidents: { zh: '合并警情', en: 'merge incidents' },
  unmerge_incident: { zh: '撤销合并', en: 'undo a merge' },
  split_incident: { zh: '拆分警情', en: 'split the incident' },
  close_incident: { zh: '结案', en: 'close the incident' },
  reopen_incident: { zh: '重开', en: 'reopen the incident' },
  hand_incident: { zh: '移交', en: 'hand the incident over' },
  take_incident: { zh: '接手', en: 'take the incident on' },
  dispatch_units: { zh: '派出', en: 'dispatch units' },
  step_assignment: { zh: '登记步骤', en: 'record a step' },
  correct_step_time: { zh: '更正时间', en: 'correct a time' },
  undo_step: { zh: '撤销步骤', en: 'undo a step' },
  decline_assignment: { zh: '拒派', en: 'decline' },
  cancel_assignment: { zh: '取消派遣', en: 'cancel' },
  take_call: { zh: '接警', en: 'take a call' },
  locate_call: { zh: '定位报警', en: 'locate the call' },
  classify_call: { zh: '报警分类', en: 'classify the call' },
  link_call: { zh: '关联报警', en: 'link a call' },
  unlink_call: { zh: '解除报警', en: 'unlink a call' },
  end_call: { zh: '结束通话', en: 'end the call' },
  reveal_caller: { zh: '查看报警人', en: 'reveal the caller' },
  erase_caller: { zh: '抹除报警人', en: 'erase the caller' },
  raise_alarm: { zh: '触发告警', en: 'raise an alarm' },
  link_alarm: { zh: '关联告警', en: 'link an alarm' },
  acknowledge_alarm: { zh: '确认告警', en: 'acknowledge an alarm' },
  make_promise: { zh: '承诺', en: 'make a promise' },
  keep_promise: { zh: '履行承诺', en: 'keep a promise' },
  drop_promise: { zh: '取消承诺', en: 'drop a promise' },
  accept_hand_over: { zh: '接班', en: 'accept a hand-over' },
};

export const commandName = (name: string, L: Speak): string => (name ? L.of(COMMAND_NAMES[name], name) : '');

/** «周凯 席5»: an account by the name that the directory has now; one that it does not know by its code. */
export function personName(record: IncidentRecord, account: string, L: Speak, seat = ''): string {
  const person = record.people.find((one) => one.account === account);
  const name = person ? L.of(person, account) : account;
  return seat ? `${name} ${L('席', 'seat ')}${seat}` : name;
}

/** A fact in the reader's language; accounts that it names by their code are called by their names. */
export const factText = (record: IncidentRecord, fact: RecordFact, L: Speak): string =>
  accountsNamed(L(fact.zh, fact.en), fact, (account) => personName(record, account, L));

/** A field's code in words. */
export function valueText(field: RecordField, value: string, record: IncidentRecord, L: Speak): string {
  if (value === '') return L('无', 'none');
  switch (field) {
    case 'incident_type':
      return typeName(value, L);
    case 'priority':
      return `P${value} ${L.of(PRIORITY_NAMES[Number(value) as Priority])}`;
    case 'level':
      return L.of(LEVEL_NAMES[Number(value) as ResponseLevel], value);
    case 'agency':
      return agencyName(value, L);
    case 'responsible':
      return personName(record, value, L);
    case 'state':
      return L.of(STATE_NAMES[value], value);
    case 'disposition':
      return L.of(DISPOSITION_NAMES[value as keyof typeof DISPOSITION_NAMES], value);
    default:
      return value;
  }
}
