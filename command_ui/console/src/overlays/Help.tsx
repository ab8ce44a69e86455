/** The list of keys: whatever is registered now, by where it acts. */

import { useEffect, useSyncExternalStore } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useL } from '../i18n';
import { type Area, type KeyAct, keyList, onKeyList, registerKeys } from '../keys';
import { Key } from '../parts/Marks';
import { setUi, ui, useUiPart } from '../ui';

const AREAS: readonly (readonly [Area, string, string])[] = [
  ['screen', '全屏', 'Everywhere'],
  ['queue', '警情队列', 'Incident queue'],
  ['calls', '待处理来电', 'Calls that wait'],
  ['incident', '警情', 'Incident'],
  ['alarms', '告警', 'Alarms'],
  ['board', '单位板', 'Unit board'],
  ['time', '时间机', 'Time machine'],
  ['map', '地图', 'Map'],
  ['intake', '接警', 'Call intake'],
  ['command', '命令栏', 'Command bar'],
  ['hand_over', '交接班', 'Hand-over'],
];

// Keys that a list has by itself; they are no acts of the registry.
const OF_LISTS: readonly (readonly [string, string, string])[] = [
  ['↑ ↓', '上一条、下一条', 'Previous, next'],
  ['Enter', '进入所选', 'Open the selected'],
];

const shownKey = (key: string): string =>
  key
    .replace('Escape', 'Esc')
    .replace('Enter', '↵')
    .replaceAll('+', key === '+' ? '+' : ' ');

export function Help() {
  const L = useL();
  const isOpen = useUiPart('helpOpen');
  const acts = useSyncExternalStore(onKeyList, keyList);
  useEffect(
    () =>
      registerKeys([
        { key: '?', zh: '按键清单', en: 'List of keys', where: 'screen', run: () => setUi({ helpOpen: !ui().helpOpen }) },
        { key: 'F1', zh: '按键清单', en: 'List of keys', where: 'screen', run: () => setUi({ helpOpen: true }), isHidden: true },
      ]),
    [],
  );
  return (
    <ModalOverlay className="modal" isOpen={isOpen} onOpenChange={(helpOpen) => setUi({ helpOpen })} isDismissable>
      <Modal className="modal-b modal-wide">
        <Dialog className="dlg">
          <Heading slot="title">{L('按键', 'Keys')}</Heading>
          <div className="keys">
            {AREAS.map(([area, zh, en]) => (
              <KeyGroup key={area} title={L(zh, en)} acts={acts.filter((act) => act.where === area)} ofLists={area === 'queue'} />
            ))}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function KeyGroup({ title, acts, ofLists }: { title: string; acts: readonly KeyAct[]; ofLists: boolean }) {
  const L = useL();
  if (acts.length === 0 && !ofLists) return null;
  return (
    <section className="keys-g">
      <h3>{title}</h3>
      <dl>
        {ofLists
          ? OF_LISTS.map(([key, zh, en]) => (
              <div key={key}>
                <dt>
                  <Key k={key} />
                </dt>
                <dd>{L(zh, en)}</dd>
              </div>
            ))
          : null}
        {acts.map((act) => (
          <div key={act.key + act.en}>
            <dt>
              <Key k={shownKey(act.key)} />
            </dt>
            <dd>{L(act.zh, act.en)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
