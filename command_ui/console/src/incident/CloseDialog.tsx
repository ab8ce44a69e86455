/** Closing: how it ended, a remark, and which units it releases, said before it is done. */
import { useEffect, useRef, useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { command, Refusal } from '../api';
import type { Disposition, IncidentBoard } from '../documents';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
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
  const incident = useDocument('incident_board', number);
  if (!number || !incident) return null;
  return <Closing key={number} incident={incident} />;
}

interface ClosingDraft {
  disposition: Disposition;
  remark: string;
}

function Closing({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  const draft = `close.${incident.number}`;
  const [kept, setKept] = useState<ClosingDraft>(() => drafts.get<ClosingDraft>(draft) ?? { disposition: 'handled', remark: '' });
  const [said, setSaid] = useState<Said | null>(null);
  // The version that was looked at when the dialog opened: if the incident is closed or reopened meanwhile, this is refused.
  const seen = useRef(incident.version);
  const isBusy = useRef(false);
  const open = incident.assignments.filter((assignment) => assignment.is_open);
  const keep = (next: Partial<ClosingDraft>) => {
    const both = { ...kept, ...next };
    setKept(both);
    setSaid(null);
    drafts.set(draft, both);
  };
  const leave = () => setUi({ closing: null });
  const close = async () => {
    if (isBusy.current) return;
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
            {open.length > 0 && (
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
            {said && <RefusalLine said={said} />}
            <footer>
              <Button className="btn" onPress={leave}>
                {L('返回', 'Back')} <Key k="Esc" />
              </Button>
              <Button className="btn primary" onPress={() => void close()}>
                {L('结案', 'Close')} <Key k="Ctrl ↵" />
              </Button>
            </footer>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const named = (status: string): { zh: string; en: string } => STEP_NAMES[status as Moment] ?? { zh: status, en: status };
const stepZh = (status: string): string => named(status).zh;
const stepEn = (status: string): string => named(status).en.toLowerCase();
