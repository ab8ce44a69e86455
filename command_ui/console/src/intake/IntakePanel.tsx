/**
 * Call intake, over the map, never over the queue. Where, then what, then who: the place is asked first, since a call that breaks off then
 * can still be answered. Everything that is typed is kept until it is on disk.
 */
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { Refusal } from '../api';
import { districtName, entriesOf, typeOf } from '../catalogue';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { awaitFocus, isFocusAwaited } from '../incident/awaitedFocus';
import { RefusalLine, type Said, saidOf } from '../incident/RefusalLine';
import { registerKeys } from '../keys';
import { hms } from '../live/clock';
import { documents, useLink, useViewVersion } from '../live/store';
import { useIsPicking } from '../map/pick';
import { Age, Key } from '../parts/Marks';
import { drafts, say, select, setUi } from '../ui';
import { Duplicates } from './Duplicates';
import { type Change, changed, type Draft, type DraftField, isUntouched, missing, SOURCES, type Source } from './draft';
import { fieldOf, IntakeField, sourceName } from './IntakeField';
import { begin, draftKey, fresh, isoNow, type Origin } from './origin';
import { PlaceField } from './PlaceField';
import { Questions } from './Questions';
import { type Saving, saveIncident, saveLink } from './save';
import { TypeField } from './TypeField';
import { useWrittenOn } from './writtenOn';
import './intake.css';

type Problems = Partial<Record<DraftField | 'whole', Said>>;

export function IntakePanel({ alarm, call }: Origin) {
  const L = useL();
  const origin = useMemo(() => ({ alarm, call }), [alarm, call]);
  const [draft, change] = useReducer((before: Draft, next: Change) => changed(before, next), { alarm, call, L }, begin);
  const [problems, setProblems] = useState<Problems>({});
  const [isSaving, setSaving] = useState(false);
  const writtenOn = useWrittenOn(draft);
  const isLost = useLink().state === 'lost';
  const isPicking = useIsPicking();
  const box = useRef<HTMLElement>(null);
  useViewVersion('catalogue', 'membership');
  const type = typeOf(draft.incidentType) ?? null;

  useEffect(() => drafts.set(draftKey(origin), isUntouched(draft) ? undefined : draft), [origin, draft]);
  // The focus goes back to where it was, unless what was saved is about to take it.
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      requestAnimationFrame(() => {
        const isLeft = document.activeElement === null || document.activeElement === document.body;
        if (!isLeft || isFocusAwaited()) return;
        if (before instanceof HTMLElement && before !== document.body && before.isConnected) before.focus();
        else focusPane('queue');
      });
    };
  }, []);
  const edit = useCallback((next: Change) => {
    setProblems({});
    change(next);
  }, []);
  const focusField = (field: DraftField | undefined) => box.current?.querySelector<HTMLElement>(`[data-field='${field}']`)?.focus();
  const hide = () => setUi({ intakeOpen: false, intakeAlarm: null, intakeCall: null });

  const refused = (problem: unknown) => {
    const said = saidOf(problem);
    const named =
      problem instanceof Refusal ? [...problem.fields, ...(problem.field ? [{ field: problem.field, zh: said.zh, en: said.en }] : [])] : [];
    const atFields: Problems = {};
    for (const { field, zh, en } of named) {
      const known = fieldOf(field);
      if (known) atFields[known] ??= { zh, en };
    }
    const [first] = Object.keys(atFields) as DraftField[];
    setProblems(first ? atFields : { whole: said });
    focusField(first);
  };
  const save = async (into: string | null) => {
    if (isSaving) return;
    const lacking = missing(draft, into ? 'link' : 'incident');
    if (lacking[0]) {
      setProblems(Object.fromEntries(lacking.map((one) => [one.field, one])));
      focusField(lacking[0].field);
      return;
    }
    setSaving(true);
    const saving: Saving = { draft, type, alarm, onCallTaken: (call) => change({ change: 'callTaken', call }) };
    try {
      const incident = into ?? (await saveIncident(saving));
      if (into) await saveLink(saving, into);
      const more = await writtenOn(incident, draft, type);
      drafts.set(draftKey(origin), undefined);
      change({ change: 'begunAnew', at: isoNow() });
      const isPending = !into || documents('incident_board').get(into)?.phase === 'pending';
      // Before the panel goes, so that what it gave the focus to does not get it back.
      awaitFocus(more ? 'note' : isPending ? 'reco' : 'assigned');
      select(incident);
      hide();
      if (more) {
        say(
          `${incident} 已登记;送出之后写的在记录栏,回车保存。`,
          `${incident} is recorded; what was written since is in its note line: Enter saves it.`,
        );
      } else if (into) say(`电话已归入 ${incident}`, `The call was linked to ${incident}`);
      else say(`已立案 ${incident} ${type?.zh ?? ''}`, `${incident} ${type?.en ?? ''} opened`);
    } catch (problem) {
      refused(problem);
    } finally {
      setSaving(false);
    }
  };
  const anew = () => {
    const former = draft;
    change(alarm || call ? { change: 'replaced', draft: fresh(origin, L) } : { change: 'begunAnew', at: isoNow() });
    setProblems({});
    focusField('place');
    if (isUntouched(former)) return;
    say('已清空接警单', 'The intake was cleared', 'ok', () => {
      drafts.set(draftKey(origin), former);
      change({ change: 'replaced', draft: former });
      // It may have been hidden meanwhile.
      setUi({ intakeOpen: true, intakeAlarm: alarm, intakeCall: call });
    });
  };
  useEffect(() =>
    registerKeys([
      { key: 'Ctrl+Enter', zh: '立案', en: 'Open the incident', where: 'intake', run: () => void save(null) },
      { key: 'Alt+N', zh: '清空,接新电话', en: 'Clear for a new call', where: 'intake', run: anew },
      {
        key: 'Alt+M',
        zh: '在地图上点选地点',
        en: 'Point at the place on the map',
        where: 'intake',
        run: () => box.current?.querySelector<HTMLElement>('.pick')?.click(),
      },
    ]),
  );
  const says = (field: DraftField) => {
    const problem = problems[field];
    return problem ? L(problem.zh, problem.en) : undefined;
  };
  return (
    <section
      ref={box}
      className="intake"
      data-area="intake"
      data-picking={isPicking || undefined}
      role="dialog"
      aria-modal="false"
      aria-label={L('接警', 'Call intake')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.stopPropagation();
        hide();
      }}
    >
      <header className="p-head intake-h">
        <h2>{alarm ? L('由告警立案', 'From an alarm') : call ? L('处理来电', 'A call that waits') : L('接警', 'Call intake')}</h2>
        <Key k="F2" />
        <span className="num dim">{hms(draft.openedAt)}</span>
        {!alarm && (
          <span className="call-age">
            {L('通话', 'On call')} <Age at={draft.openedAt} cls="num" />
          </span>
        )}
        {draft.takenCall && <span className="num dim">{draft.takenCall}</span>}
        <span className="sp" />
        <Button className="btn ghost" onPress={anew}>
          {L('清空', 'Clear')} <Key k="Alt N" />
        </Button>
        <Button className={isLost ? 'btn' : 'btn primary'} onPress={() => void save(null)} isDisabled={isSaving}>
          {L('立案', 'Open')} <Key k="Ctrl ↵" />
        </Button>
        <Button className="btn ghost" onPress={hide}>
          {L('收起', 'Hide')} <Key k="Esc" />
        </Button>
      </header>
      <p className="in-picking" role="status">
        {isPicking && L('在地图上点选地点,Esc 放弃', 'Point at the place on the map; Esc gives up')}
      </p>
      <div className="in-body">
        <div className="in-form">
          <PlaceField
            autoFocus
            text={draft.placeText}
            point={draft.point}
            datum={draft.datum}
            problem={says('place')}
            onWrite={(text) => edit({ change: 'written', field: 'placeText', text })}
            onDatum={(datum) => edit({ change: 'datumChosen', datum })}
            onChoose={(place) => {
              edit({ change: 'placeChosen', ...place });
              focusField('incident_type');
            }}
            onEnter={() => focusField('incident_type')}
          />
          <TypeField
            text={draft.typeText}
            problem={says('incident_type')}
            onWrite={(text) => edit({ change: 'written', field: 'typeText', text })}
            onChoose={(chosen, text) => {
              edit({ change: 'typeChosen', code: chosen.code, text });
              requestAnimationFrame(() => {
                const question = box.current?.querySelector<HTMLElement>(".proto [role='radio'][tabindex='0']");
                if (question) question.focus();
                else focusField('description');
              });
            }}
            onEnter={() => focusField('description')}
          />
          {type && (
            <Questions
              type={type}
              answers={draft.answers}
              onAnswer={(question, answer) => edit({ change: 'answered', question, answer })}
              onDone={() => focusField('description')}
            />
          )}
          <IntakeField
            field="description"
            label={L('描述', 'Description')}
            value={draft.description}
            problem={says('description')}
            onWrite={(text) => edit({ change: 'written', field: 'description', text })}
          />
          {!alarm && !call && (
            <div className="fr caller-r">
              <div className="fld">
                <label htmlFor="intake-source">{L('线路', 'Line')}</label>
                <select
                  id="intake-source"
                  value={draft.source}
                  onChange={(event) => edit({ change: 'sourceChosen', source: event.target.value as Source })}
                >
                  {SOURCES.map((source) => (
                    <option key={source} value={source}>
                      {sourceName(source, L)}
                    </option>
                  ))}
                </select>
              </div>
              <IntakeField
                field="caller_number"
                label={L('来电号码', 'Number')}
                value={draft.callerNumber}
                problem={says('caller_number')}
                onWrite={(text) => edit({ change: 'written', field: 'callerNumber', text })}
              />
              <IntakeField
                field="caller_name"
                label={L('报警人', 'Caller')}
                value={draft.callerName}
                problem={says('caller_name')}
                onWrite={(text) => edit({ change: 'written', field: 'callerName', text })}
              />
            </div>
          )}
          <div className="fr address-r">
            <IntakeField
              field="address"
              label={L('地址', 'Address')}
              value={draft.address}
              problem={says('address')}
              onWrite={(text) => edit({ change: 'addressWritten', text })}
            />
            <div className="fld">
              <label htmlFor="intake-district">{L('区', 'District')}</label>
              <select
                id="intake-district"
                data-field="district"
                value={draft.district}
                aria-invalid={problems.district ? true : undefined}
                onChange={(event) => edit({ change: 'districtChosen', district: event.target.value })}
              >
                <option value="">{L('未定', 'Not known')}</option>
                {entriesOf('district').map((district) => (
                  <option key={district.code} value={district.code}>
                    {districtName(district.code, L)}
                  </option>
                ))}
              </select>
              {says('district') && <p className="fld-no">{says('district')}</p>}
            </div>
          </div>
          {problems.whole && <RefusalLine said={problems.whole} />}
        </div>
        <Duplicates
          point={draft.point}
          datum={draft.datum}
          incidentType={draft.incidentType}
          at={draft.openedAt}
          onLink={(incident) => void save(incident)}
        />
      </div>
    </section>
  );
}
