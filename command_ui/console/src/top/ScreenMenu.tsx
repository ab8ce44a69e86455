/** Which screen this is, and the way to the others. Hidden where there is only one. */

import { useEffect, useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { Key } from '../parts/Marks';
import { SCREENS, screenOf } from '../screens/catalogue';
import { go, pathOf, type ScreenName, useRoute } from '../screens/route';
import { hasRole, useSession } from '../session';

export function ScreenMenu() {
  const L = useL();
  const session = useSession();
  const { screen } = useRoute();
  const [isOpen, setOpen] = useState(false);
  const shown = SCREENS.filter(({ roles, isHidden }) => !isHidden && (!roles || hasRole(session, ...roles)));
  useEffect(() => registerKeys([{ key: 'F4', zh: '切换画面', en: 'Other screens', where: 'screen', run: () => setOpen(true) }]), []);
  const name = L.of(screenOf(screen));
  if (shown.length < 2) return <span className="screens dim">{name}</span>;
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button className="btn bare screens" aria-label={L(`${name},切换画面`, `${name}, other screens`)}>
        {name} <Key k="F4" />
      </Button>
      <Popover className="pop" placement="bottom start">
        <Menu className="menu" aria-label={L('画面', 'Screens')} onAction={(key) => go(String(key) as ScreenName)}>
          {shown.map((entry) => (
            <MenuItem key={entry.name} id={entry.name} className="menu-item" textValue={L.of(entry)}>
              <span className="tick" aria-hidden="true">
                {entry.name === screen ? '✓' : ''}
              </span>
              {L.of(entry)} <span className="dim">{pathOf(entry.name)}</span>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
