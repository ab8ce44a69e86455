/**
 * The editor under the head. The command carries the version that was seen; where the value changed since, the refusal stands here with the
 * newer value, what was typed stays, and only a second Enter overwrites it knowingly.
 */
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { command, Refusal } from '../api';
import { typeName, typeOf } from '../catalogue';
import type { IncidentBoard, Priority, ResponseLevel } from '../documents';
import { useL } from '../i18n';
import type { Datum, Point } from '../intake/coordinates';
import { PlaceField } from '../intake/PlaceField';
import { TypeField } from '../intake/TypeField';
import { documents } from '../live/store';
import { LEVEL_NAMES, PRIORITY_NAMES } from '../names';
import { Key } from '../parts/Marks';
import { drafts, say } from '../ui';
import { Choices } from './Choices';
import { type Editing, leaveEdit, seenAnew, standInSight } from './editing';
import { HandEditor } from './HandEditor';
import { OtherPicker } from './OtherPicker';
import { ReasonLine } from './ReasonLine';
import { RefusalLine, type Said, saidOf } from './RefusalLine';
import { SplitEditor } from './SplitEditor';

export function EditLine({ editing, incident }: { editing: Editing; incident: IncidentBoard }) {
  const L = useL();
  useEffect(standInSight, []);
  const leave = () => {
    leaveEdit();
    requestAnimationFrame(() => {
      // The editor is gone and the focus with it. Whoever has begun elsewhere by now, say in the note line, stays there.
      if (document.activeElement === document.body) document.querySelector<HTMLElement>('.i-edit')?.focus();
    });
  };
  if (editing.edit === 'reopen') {
    return (
      <ReasonLine
        label={L('重开警情,理由', 'Reopen, why')}
        draft={`reopen.${incident.number}`}
        onLeave={leave}
        onSave={async (reason) => {
          await command('reopen_incident', { incident: incident.number, reason });
          say(`${incident.number} 已重开`, `${incident.number} was reopened`);
        }}
      />
    );
  }
  if (editing.edit === 'hand') return <HandEditor incident={incident} onLeave={leave} />;
  const [call] = incident.calls;
  if (editing.edit === 'unlink_call') {
    return call ? (
      <ReasonLine
        label={L(`解除 ${call},理由`, `Unlink ${call}, why`)}
        draft={`unlink.${call}`}
        onLeave={leave}
        onSave={async (reason) => {
          await command('unlink_call', { call, reason });
          say(`已解除 ${call}`, `${call} was unlinked`);
        }}
      />
    ) : null;
  }
  if (editing.edit === 'link_call' || editing.edit === 'absorb' || editing.edit === 'merge_into') {
    return <OtherPicker key={editing.edit} what={editing.edit} incident={incident} onLeave={leave} />;
  }
  if (editing.edit === 'split') return <SplitEditor incident={incident} onLeave={leave} />;
  return <ValueEditor key={editing.edit} editing={editing} incident={incident} onLeave={leave} />;
}

interface TypeDraft {
  text: string;
  code: string | null;
}

interface PlaceDraft {
  text: string;
  point: Point | null;
  datum: Datum;
  address: string;
  district: string;
}

const NO_PLACE: PlaceDraft = { text: '', point: null, datum: 'WGS-84', address: '', district: '' };

function ValueEditor({ editing, incident, onLeave }: { editing: Editing; incident: IncidentBoard; onLeave: () => void }) {
  const L = useL();
  const { seen } = editing;
  // What is typed outlives the editor: another incident looked at, a reload, the end of the session.
  const typeDraft = `type.${incident.number}`;
  const placeDraft = `place.${incident.number}`;
  const priorityDraft = `priority.${incident.number}`;
  const levelDraft = `level.${incident.number}`;
  const [type, setTypeNow] = useState<TypeDraft>(() => drafts.get<TypeDraft>(typeDraft) ?? { text: '', code: null });
  const [priority, setPriorityNow] = useState<Priority>(() => drafts.get<Priority>(priorityDraft) ?? seen.priority);
  const [level, setLevelNow] = useState<ResponseLevel>(() => drafts.get<ResponseLevel>(levelDraft) ?? seen.level);
  const [place, setPlaceNow] = useState<PlaceDraft>(() => drafts.get<PlaceDraft>(placeDraft) ?? NO_PLACE);
  const [said, setSaid] = useState<Said | null>(null);
  const [isStale, setStale] = useState(false);

  const setType = (next: TypeDraft) => {
    setTypeNow(next);
    drafts.set(typeDraft, next.text ? next : undefined);
  };
  const setPlace = (next: PlaceDraft) => {
    setPlaceNow(next);
    drafts.set(placeDraft, next.text ? next : undefined);
  };
  // What holds already is no wish of anybody's: it must not come back as one when it has changed meanwhile.
  const setPriority = (next: Priority) => {
    setPriorityNow(next);
    drafts.set(priorityDraft, next === seen.priority ? undefined : next);
  };
  const setLevel = (next: ResponseLevel) => {
    setLevelNow(next);
    drafts.set(levelDraft, next === seen.level ? undefined : next);
  };
  // Words that were left may be wanted again. A choice that was left would be one careless Enter away from being made.
  const leave = () => {
    if (editing.edit === 'priority') drafts.set(priorityDraft, undefined);
    if (editing.edit === 'level') drafts.set(levelDraft, undefined);
    onLeave();
  };
  const body = (): [name: string, fields: object] | null => {
    const base = { incident: incident.number, version: seen.version };
    if (editing.edit === 'priority') return ['prioritise_incident', { ...base, priority }];
    if (editing.edit === 'level') return ['set_response_level', { ...base, level }];
    if (editing.edit === 'incident_type') return type.code ? ['classify_incident', { ...base, incident_type: type.code }] : null;
    if (!place.point) return null;
    const where = { address: place.address || place.text, ...(place.district ? { district: place.district } : {}) };
    return ['relocate_incident', { ...base, place: { ...place.point, datum: place.datum }, ...where }];
  };
  const save = async () => {
    const wanted = body();
    if (!wanted) {
      setSaid({ zh: '请先从候选中选定。', en: 'Choose a candidate first.' });
      return;
    }
    try {
      await command(...wanted);
      // Only what was sent is done with.
      if (editing.edit === 'incident_type' && drafts.get<TypeDraft>(typeDraft)?.text === type.text) drafts.set(typeDraft, undefined);
      if (editing.edit === 'place' && drafts.get<PlaceDraft>(placeDraft)?.text === place.text) drafts.set(placeDraft, undefined);
      if (editing.edit === 'priority' && drafts.get<Priority>(priorityDraft) === priority) drafts.set(priorityDraft, undefined);
      if (editing.edit === 'level' && drafts.get<ResponseLevel>(levelDraft) === level) drafts.set(levelDraft, undefined);
      say(`${incident.number} 已更改`, `${incident.number} was changed`);
      onLeave();
    } catch (problem) {
      setSaid(saidOf(problem));
      const isConflict = problem instanceof Refusal && problem.code === 'stale_version';
      setStale(isConflict);
      // What the operator reads now, in the sentence and beside it, is what the next Enter overwrites.
      if (isConflict) seenAnew(documents('incident_board').get(incident.number) ?? incident);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.defaultPrevented) return;
    if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement && !event.target.matches('[role=radio]'))) {
      event.preventDefault();
      void save();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      leave();
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter and Escape of every field inside mean the same here
    <div className="ask edit" onKeyDown={onKeyDown}>
      {editing.edit === 'priority' && (
        <Choices
          autoFocus
          label={L('优先级', 'Priority')}
          value={priority}
          onChoose={setPriority}
          choices={([1, 2, 3, 4, 5] as Priority[]).map((value) => ({ value, label: L.of(PRIORITY_NAMES[value]), digit: String(value) }))}
        />
      )}
      {editing.edit === 'level' && (
        <Choices
          autoFocus
          label={L('响应级别', 'Response level')}
          value={level}
          onChoose={setLevel}
          choices={([1, 2, 3, 4] as ResponseLevel[]).map((value) => ({ value, label: L.of(LEVEL_NAMES[value]), digit: String(value) }))}
        />
      )}
      {editing.edit === 'incident_type' && (
        <TypeField
          autoFocus
          text={type.text}
          onWrite={(text) => setType({ text, code: null })}
          onChoose={(chosen, text) => setType({ text, code: chosen.code })}
          onEnter={() => void save()}
        />
      )}
      {editing.edit === 'place' && (
        <PlaceField
          autoFocus
          text={place.text}
          point={place.point}
          datum={place.datum}
          onWrite={(text) => setPlace({ ...place, text, point: null })}
          onDatum={(datum) => setPlace({ ...place, datum })}
          onEnter={() => void save()}
          onChoose={(chosen) =>
            setPlace({
              ...place,
              ...chosen,
              datum: chosen.datum ?? 'WGS-84',
              address: chosen.address ?? '',
              district: chosen.district ?? '',
            })
          }
        />
      )}
      <Now editing={editing} incident={incident} isStale={isStale} />
      <Button className="btn primary" onPress={() => void save()}>
        {isStale ? L('仍要改', 'Change it still') : L('更改', 'Change')} <Key k="↵" />
      </Button>
      <Button className="btn ghost" onPress={leave}>
        {L('返回', 'Back')} <Key k="Esc" />
      </Button>
      {said && <RefusalLine said={said} />}
    </div>
  );
}

/** The value as it is now, beside the one that is being typed: prominent when somebody else has just changed it. */
function Now({ editing, incident, isStale }: { editing: Editing; incident: IncidentBoard; isStale: boolean }) {
  const L = useL();
  const value = (of: IncidentBoard): string => {
    if (editing.edit === 'priority') return `P${of.priority} ${L.of(PRIORITY_NAMES[of.priority])}`;
    if (editing.edit === 'level') return L.of(LEVEL_NAMES[of.level]);
    if (editing.edit === 'incident_type') return typeOf(of.incident_type) ? typeName(of.incident_type, L) : of.incident_type;
    return of.address;
  };
  const isChanged = value(incident) !== value(editing.seen) || isStale;
  return (
    <span className="ask-now" data-hot={isChanged || undefined} aria-live="polite">
      {isChanged ? L('现已改为', 'is now') : L('现为', 'now')} <b>{value(incident)}</b>
    </span>
  );
}
