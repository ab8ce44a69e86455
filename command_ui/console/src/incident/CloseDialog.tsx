/** Closing: how it ended, a remark, and which units it releases, said before it is done. */
import { useEffect, useRef, useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { command, Refusal } from '../api';
import { nameOf, useColleagues } from '../colleagues';
import type { Disposition, IncidentBoard } from '../documents';
import { focusIfLost, focusPane } from '../focus';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { hms } from '../live/clock';
import { documents, useDocument } from '../live/store';
import { Key } from '../parts/Marks';
import { holdStill } from '../queue/held';
import { drafts, say, setUi, useUiPart } from '../ui';
import { Choices } from './Choices';
import { DISPOSITION_NAMES, DISPOSITIONS } from './dispositions';
import { RefusalLine, type Said, saidOf } from './RefusalLine';
import { type Moment, STEP_NAMES } from './steps';

export function CloseDialog() {
  const number = useUiPart('closing');
  const onBoard = useDocument('incident_board', number);
  // What somebody else closes meanwhile leaves the board; the dialog and the words in it do not go with it.
  const last = useRef<IncidentBoard | undefined>(undefined);
  last.current = onBoard ?? (last.current?.number === number ? last.current : undefined);
  const isUnknown = number !== null && !last.current;
  // Nothing waits to open by itself once its incident comes (back).
  useEffect(() => {
    if (isUnknown) setUi({ closing: null });
  }, [isUnknown]);
  if (!number || !last.current) return null;
  return <Closing key={number} incident={last.current} isGone={!onBoard} />;
}

interface ClosingDraft {
  disposition: Disposition;
  remark: string;
}

function Closing({ incident, isGone }: { incident: IncidentBoard; isGone: boolean }) {
  const L = useL();
  const draft = `close.${incident.number}`;
  const [kept, setKept] = useState<ClosingDraft>(() => drafts.get<ClosingDraft>(draft) ?? { disposition: 'handled', remark: '' });
  const [said, setSaid] = useState<Said | null>(null);
  // The version that was looked at when the dialog opened: if the incident is closed or reopened meanwhile, this is refused.
  const seen = useRef(incident.version);
  const isBusy = useRef(false);
  const isTaken = isGone && !isBusy.current;
  const taken = useTaken(incident.number, isTaken);
  const open = incident.assignments.filter((assignment) => assignment.is_open);
  const keep = (next: Partial<ClosingDraft>) => {
    const both = { ...kept, ...next };
    setKept(both);
    setSaid(null);
    drafts.set(draft, both);
  };
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isTaken) requestAnimationFrame(() => focusIfLost(back.current));
  }, [isTaken]);
  const leave = () => {
    setUi({ closing: null });
    // What opened the dialog may have gone with the incident.
    if (isTaken) requestAnimationFrame(() => requestAnimationFrame(() => focusIfLost(document.querySelector("[data-pane='queue']"))));
  };
  const close = async () => {
    if (isBusy.current || isTaken) return;
    isBusy.current = true;
    const letGo = holdStill();
    try {
      const { disposition, remark } = kept;
      await command('close_incident', {
        incident: incident.number,
        disposition,
        ...(remark.trim() ? { remark: remark.trim() } : {}),
        version: seen.current,
      });
      drafts.set(draft, undefined);
      leave();
      const released = open.map(({ unit }) => unit).join('、');
      say(
        `${incident.number} 已结案${released && `,${released} 已解除`}`,
        `${incident.number} closed${released && `; ${released.replaceAll('、', ', ')} released`}`,
      );
      // The dialog gives the focus back to what opened it; the next thing to do is in the queue.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          focusPane('queue');
          letGo();
        }),
      );
    } catch (problem) {
      letGo();
      setSaid(saidOf(problem));
      if (problem instanceof Refusal && problem.code === 'stale_version')
        seen.current = documents('incident_board').get(incident.number)?.version ?? seen.current;
    } finally {
      isBusy.current = false;
    }
  };
  useEffect(() =>
    registerKeys([
      { key: 'Ctrl+Enter', zh: '结案', en: 'Close the incident', where: 'dialog', whileTyping: true, run: () => void close() },
    ]),
  );
  return (
    <ModalOverlay className="modal" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && leave()}>
      <Modal className="modal-b">
        <Dialog className="dlg">
          <div>
            <Heading slot="title">
              {L('结案', 'Close')} <span className="num">{incident.number}</span>
            </Heading>
            {open.length > 0 && !isTaken && (
              <RefusalLine
                isWarning
                said={{
                  zh: `${open.length} 个单位尚未结束:${open.map((one) => `${one.unit} ${stepZh(one.status)}`).join('、')}。结案将一并解除。`,
                  en: `${open.length} units are still assigned: ${open.map((one) => `${one.unit} ${stepEn(one.status)}`).join(', ')}. Closing releases them.`,
                }}
              />
            )}
            <div className="dispositions">
              <Choices
                autoFocus
                label={L('结果', 'Disposition')}
                value={kept.disposition}
                onChoose={(disposition) => keep({ disposition })}
                choices={DISPOSITIONS.map((value, index) => ({ value, label: L.of(DISPOSITION_NAMES[value]), digit: String(index + 1) }))}
              />
            </div>
            <div className="fld">
              <label htmlFor="close-remark">{L('说明', 'Remark')}</label>
              <input id="close-remark" value={kept.remark} onChange={(event) => keep({ remark: event.target.value })} />
            </div>
            {taken ? <RefusalLine said={taken} /> : said && <RefusalLine said={said} />}
            <footer>
              <Button ref={back} className="btn" onPress={leave}>
                {L('返回', 'Back')} <Key k="Esc" />
              </Button>
              <Button className="btn primary" isDisabled={isTaken} onPress={() => void close()}>
                {L('结案', 'Close')} <Key k="Ctrl ↵" />
              </Button>
            </footer>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** What became of an incident that left the board under the dialog, and by whom, as far as its timeline says. */
function useTaken(number: string, isTaken: boolean): Said | null {
  const L = useL();
  const timeline = useDocument('incident_timeline', isTaken ? number : null);
  const colleagues = useColleagues(isTaken);
  if (!isTaken) return null;
  const last = timeline?.entries.findLast(({ topic }) => topic === 'incident.closed' || topic === 'incident.merged_into');
  const kept = { zh: '写下的说明留在这里。', en: 'The remark is kept here.' };
  if (!last)
    return { zh: `${number} 已不在办,没有再结案。${kept.zh}`, en: `${number} is no longer open: it was not closed again. ${kept.en}` };
  const who = nameOf(last.by, colleagues, L);
  const at = hms(last.occurred_at);
  return last.topic === 'incident.closed'
    ? {
        zh: `${number} 已由 ${who} 于 ${at} 结案,没有再结案。${kept.zh}`,
        en: `${number} was closed by ${who} at ${at}: it was not closed again. ${kept.en}`,
      }
    : {
        zh: `${number} 已由 ${who} 于 ${at} 并入另一警情,不能结案。${kept.zh}`,
        en: `${number} was merged into another by ${who} at ${at}: it cannot be closed. ${kept.en}`,
      };
}

const named = (status: string): { zh: string; en: string } => STEP_NAMES[status as Moment] ?? { zh: status, en: status };
const stepZh = (status: string): string => named(status).zh;
const stepEn = (status: string): string => named(status).en.toLowerCase();
