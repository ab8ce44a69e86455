/** What may be changed of an incident: one button with its key, a short menu, and an editor that opens under the head. */
import { useEffect, useRef, useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { IncidentBoard } from '../documents';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { Key } from '../parts/Marks';
import { type Edit, edit } from './editing';

const EDITS: readonly { edit: Edit; zh: string; en: string }[] = [
  { edit: 'incident_type', zh: '改类型', en: 'Change type' },
  { edit: 'priority', zh: '改优先级', en: 'Change priority' },
  { edit: 'level', zh: '改响应级别', en: 'Change response level' },
  { edit: 'place', zh: '改地点', en: 'Change place' },
  { edit: 'hand', zh: '移交给同事', en: 'Hand to a colleague' },
  { edit: 'link_call', zh: '关联报警电话', en: 'Link a call' },
  { edit: 'unlink_call', zh: '解除报警电话', en: 'Unlink the call' },
  { edit: 'absorb', zh: '并入另一警情到本警情', en: 'Merge another into this one' },
  { edit: 'merge_into', zh: '本警情并入另一警情', en: 'Merge this into another' },
  { edit: 'split', zh: '拆出部分电话另立警情', en: 'Split calls off into an incident of their own' },
];

// An incident without calls has none to take off; one that keeps none of them would only change its number.
const CALLS_NEEDED: Partial<Record<Edit, number>> = { unlink_call: 1, split: 2 };

export function EditMenu({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  const [isOpen, setOpen] = useState(false);
  const chosen = useRef<Edit | null>(null);
  useEffect(() => registerKeys([{ key: 'C', zh: '更改警情', en: 'Change the incident', where: 'screen', run: () => setOpen(true) }]), []);
  // The editor opens once the menu has given the focus back: two things that move the focus at once leave it nowhere.
  useEffect(() => {
    if (isOpen || !chosen.current) return;
    const next = chosen.current;
    chosen.current = null;
    requestAnimationFrame(() => edit(incident, next));
  }, [isOpen, incident]);
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button className="btn ghost i-edit" data-act>
        {L('更改', 'Change')} <Key k="C" />
      </Button>
      <Popover className="pop" placement="bottom start">
        <Menu
          className="menu"
          autoFocus="first"
          aria-label={L('更改警情', 'Change the incident')}
          onAction={(key) => {
            chosen.current = key as Edit;
          }}
        >
          {EDITS.filter(({ edit: what }) => incident.calls.length >= (CALLS_NEEDED[what] ?? 0)).map((one) => (
            <MenuItem key={one.edit} id={one.edit} className="menu-item" textValue={L(one.zh, one.en)}>
              {L(one.zh, one.en)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
