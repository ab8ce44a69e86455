/** Incident types with their questions, and what each needs at each response level. */

import { entriesOf, planOf as planEntry } from '../../catalogue';
import type { IncidentTypeEntry } from '../../documents';
import { lines, planOf, type Section, type Sent, text } from '../entries';
import type { Plan } from '../fields';
import * as words from '../words';
import { code, codeColumn, en, head, wide, zh } from './entryFields';

export const types: Section = {
  id: 'types',
  key: '7',
  zh: '警情类型',
  en: 'Incident types',
  one: { zh: '警情类型', en: 'incident type' },
  kind: 'incident_type',
  canAdd: true,
  canRetire: true,
  columns: [
    { field: 'priority', zh: '级', en: 'P', width: '34px', isNumber: true },
    codeColumn('150px'),
    wide,
    { field: 'agency', zh: '牵头部门', en: 'Leads', width: 'minmax(90px, 1.2fr)' },
    { field: 'asked', zh: '问题', en: 'Questions', width: '76px', isNumber: true },
  ],
  fields: [
    code('incident_type', { zh: '代码', en: 'Code' }),
    zh(),
    en(),
    { kind: 'choice', name: 'category', zh: '类别', en: 'Category', isRequired: true, choices: () => words.CATEGORIES },
    { kind: 'choice', name: 'priority', zh: '优先级', en: 'Priority', isRequired: true, choices: () => words.PRIORITIES },
    { kind: 'choice', name: 'level', zh: '响应级别', en: 'Response level', isRequired: true, choices: () => words.LEVELS },
    { kind: 'choice', name: 'agency', zh: '牵头部门', en: 'Leading agency', choices: words.agencies },
    {
      kind: 'lines',
      name: 'questions',
      zh: '接警时的问题',
      en: 'Questions at intake',
      max: 40,
      isOrdered: true,
      fresh: { zh: '', en: '' },
      columns: [
        { kind: 'text', name: 'zh', zh: '中文', en: 'Chinese', max: 200, isWide: true },
        { kind: 'text', name: 'en', zh: '英文', en: 'English', max: 200, isWide: true },
      ],
    },
  ],
  entries: () =>
    entriesOf('incident_type').map((one) => ({
      ...head(one),
      values: {
        incident_type: one.code,
        zh: one.zh,
        en: one.en,
        category: one.category,
        priority: one.priority,
        level: one.level,
        agency: one.agency,
        questions: one.questions,
        asked: one.questions.length,
      },
    })),
  save: (id, values, seen) => [
    [
      'define_incident_type',
      {
        incident_type: id,
        zh: text(values.zh),
        en: text(values.en),
        category: text(values.category),
        priority: Number(values.priority),
        level: Number(values.level),
        agency: text(values.agency),
        questions: lines(values.questions).map((one) => ({ zh: text(one.zh), en: text(one.en) })),
        version: seen,
      },
    ],
  ],
  pasts: (entry) => [['incident_type', entry.id]],
};

const LEVELS = [1, 2, 3, 4] as const;

function planValues(type: IncidentTypeEntry): { plan: Plan; versions: Record<string, number> } {
  const plan: Record<string, number[]> = {};
  const versions: Record<string, number> = {};
  for (const level of LEVELS) {
    const known = planEntry(type.code, level);
    versions[level] = known?.version ?? 0;
    for (const { capability, count } of known?.needs ?? []) {
      plan[capability] ??= [0, 0, 0, 0];
      plan[capability][level - 1] = count;
    }
  }
  return { plan, versions };
}

const needsAt = (plan: Plan, level: number): { capability: string; count: number }[] =>
  Object.entries(plan)
    .map(([capability, counts]) => ({ capability, count: counts[level - 1] ?? 0 }))
    .filter(({ count }) => count > 0);

export const plans: Section = {
  id: 'plans',
  key: '8',
  zh: '响应预案',
  en: 'Response plans',
  one: { zh: '预案', en: 'plan' },
  kind: 'response_plan',
  canAdd: false,
  canRetire: false,
  columns: [
    { field: 'priority', zh: '级', en: 'P', width: '34px', isNumber: true },
    codeColumn('150px'),
    wide,
    { field: 'levels', zh: '已定级别', en: 'Levels', width: '110px' },
  ],
  fields: [
    {
      kind: 'plan',
      name: 'plan',
      zh: '各级所需能力',
      en: 'Capabilities by level',
      capabilities: words.capabilities,
      help: { zh: '某级没有预案时,用更低级别中最近的一级。', en: 'A level without a plan uses the next milder one that has one.' },
    },
  ],
  entries: () =>
    entriesOf('incident_type').map((one) => {
      const { plan, versions } = planValues(one);
      const levels = LEVELS.filter((level) => needsAt(plan, level).length > 0).map((level) => ['I', 'II', 'III', 'IV'][level - 1]);
      const sum = Object.values(versions).reduce((all, version) => all + version, 0);
      return {
        ...head(one),
        version: sum,
        versions,
        values: { incident_type: one.code, plan, priority: one.priority, levels: levels.join(' ') },
      };
    }),
  save: (id, values, _, was) => {
    const [before, after] = [planOf(was?.values.plan), planOf(values.plan)];
    return LEVELS.filter((level) => JSON.stringify(needsAt(before, level)) !== JSON.stringify(needsAt(after, level))).map(
      (level): Sent => [
        'define_response_plan',
        { incident_type: id, level, needs: needsAt(after, level), version: was?.versions?.[level] ?? 0 },
      ],
    );
  },
  pasts: (entry) =>
    LEVELS.filter((level) => (entry.versions?.[level] ?? 0) > 0).map((level) => ['response_plan', `${entry.id}/${level}`] as const),
};
