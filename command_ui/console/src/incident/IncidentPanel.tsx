/** The selected incident, whole: what it is, where, who called, who could go, who went, what happened, and the line for what is said next. */
import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { afterAnswer } from '../answering';
import { ASKERS } from '../documents.generated';
import { focusPane } from '../focus';
import { type Speak, useL } from '../i18n';
import { registerKeys } from '../keys';
import { subscribe, useDocument } from '../live/store';
import { Key } from '../parts/Marks';
import { go } from '../screens/route';
import { hasRole, useSession } from '../session';
import { useIsThen } from '../time_machine/moment';
import { setUi, ui, useUiPart } from '../ui';
import { AssignedSection } from './AssignedSection';
import { incidentOf } from './acts';
import { armed } from './arming';
import { EditLine } from './EditLine';
import { edit, useEditing } from './editing';
import { Head } from './Head';
import { Links } from './Links';
import { NoteLine } from './NoteLine';
import { PlaceAndCaller } from './PlaceAndCaller';
import { RecommendationSection } from './RecommendationSection';
import { Responsible } from './Responsible';
import { registerStepKeys } from './stepKeys';
import { TimelineSection } from './TimelineSection';
import './incident.css';

export function IncidentPanel() {
  const L = useL();
  const number = useUiPart('selected');
  const onBoard = useDocument('incident_board', number);
  const timeline = useDocument('incident_timeline', number);
  // A closed incident leaves the board and stays readable here, until another one is selected.
  const incident = onBoard ?? timeline?.head;
  const editing = useEditing();
  const isThen = useIsThen();
  const mayChoose = hasRole(useSession(), ...ASKERS.recommendation);
  useEffect(() => {
    if (number) return afterAnswer(() => subscribe('incident_timeline', { keys: [number] }));
  }, [number]);
  useEffect(registerStepKeys, []);
  useEffect(
    () =>
      registerKeys([
        { key: 'R', zh: '推荐单位', en: 'Recommendation', where: 'screen', run: () => focusPane('reco') },
        {
          key: 'Escape',
          zh: '退回队列',
          en: 'Back to the queue',
          where: 'incident',
          whileTyping: true,
          isHidden: true,
          // An armed step and an open editor are backed out of first.
          run: () => !armed() && !document.activeElement?.closest('.ask') && focusPane('queue'),
        },
        {
          key: 'V',
          zh: '警情档案',
          en: "The incident's record",
          where: 'screen',
          run: () => {
            const { selected } = ui();
            if (!selected) return false;
            go('incident', selected);
          },
        },
        { key: 'A', zh: '已派单位', en: 'Assigned units', where: 'screen', run: () => focusPane('assigned') },
        {
          key: 'Alt+C',
          zh: '结案',
          en: 'Close the incident',
          where: 'screen',
          run: () => {
            const { selected } = ui();
            const known = incidentOf(selected);
            if (!known || known.is_closed || known.merged_into) return false;
            setUi({ closing: selected });
          },
        },
      ]),
    [],
  );
  if (!number || !incident) {
    return (
      <section className="panel inc" data-area="incident" aria-label={L('警情详情', 'Incident')}>
        <div className="empty">
          <b>{number ? missing(number, isThen, L) : L('未选择警情', 'No incident selected')}</b>
          <span>
            <Key k="/" /> {L('命令', 'command')} · <Key k="F2" /> {L('接警', 'take a call')} · <Key k="Q" /> {L('队列', 'queue')}
          </span>
        </div>
      </section>
    );
  }
  const isOver = incident.is_closed || Boolean(incident.merged_into);
  return (
    <section className="panel inc" data-area="incident" data-over={isOver || undefined} aria-label={L('警情详情', 'Incident')}>
      <Head incident={incident} />
      {isOver && (
        <p className="i-over">
          {incident.is_closed ? L('已结案,只读', 'Closed: to be read only') : L('已并入,只读', 'Merged: to be read only')}
          {incident.is_closed && (
            <Button className="btn ghost i-edit" onPress={() => edit(incident, 'reopen')}>
              {L('重开', 'Reopen')}
            </Button>
          )}
        </p>
      )}
      {editing?.incident === number && <EditLine key={editing.edit} editing={editing} incident={incident} />}
      <Responsible incident={incident} />
      <PlaceAndCaller incident={incident} />
      <div className="i-scroll">
        {!isOver && !isThen && mayChoose && <RecommendationSection key={number} incident={incident} />}
        <AssignedSection key={`assigned-${number}`} incident={incident} />
        <Links key={`links-${number}`} incident={incident} />
        <TimelineSection number={number} timeline={timeline} />
      </div>
      {isThen ? (
        <p className="i-over">{L('回看中,只读', 'Looking back: to be read only')}</p>
      ) : (
        <NoteLine key={`note-${number}`} incident={number} />
      )}
    </section>
  );
}

/** Why there is nothing to be seen of a chosen incident. */
const missing = (number: string, isThen: boolean, L: Speak): string =>
  isThen ? L(`此刻还没有 ${number}`, `${number} was not known yet`) : L(`正在读取 ${number}`, `Reading ${number}`);
