/** Who sits here, and how the screen is set for them. */

import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, type Selection } from 'react-aria-components';
import { useL } from '../i18n';
import { leave, useSession } from '../session';
import { type Settings, setSettings, useSettings } from '../settings';
import { sayProblem, setUi } from '../ui';

const only = (keys: Selection): string => String([...(keys as Iterable<string | number>)][0] ?? '');

export function OperatorMenu() {
  const L = useL();
  const session = useSession();
  const { text_percent, density, theme, follows } = useSettings();
  const name = L.of(session, session?.account ?? '');
  return (
    <MenuTrigger>
      <Button className="btn bare me" aria-label={L(`${name},设置与退出`, `${name}, settings and sign-out`)}>
        {name} {session?.seat ? <span className="dim num">{L(`席${session.seat}`, `S${session.seat}`)}</span> : null}
        <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="pop" placement="bottom end">
        <Menu
          className="menu"
          onAction={(key) => {
            if (key === 'keys') setUi({ helpOpen: true });
            if (key === 'sources') setUi({ sourcesOpen: true });
            if (key === 'leave') leave().catch(sayProblem);
          }}
        >
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[String(text_percent)]}
            onSelectionChange={(keys) => setSettings({ text_percent: Number(only(keys)) as Settings['text_percent'] })}
          >
            <Header className="menu-h">{L('字号', 'Text size')}</Header>
            {['100', '115', '130'].map((percent) => (
              <Choice key={percent} id={percent} text={`${percent} %`} />
            ))}
          </MenuSection>
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[density]}
            onSelectionChange={(keys) => setSettings({ density: only(keys) as Settings['density'] })}
          >
            <Header className="menu-h">{L('行距', 'Density')}</Header>
            <Choice id="normal" text={L('常规', 'Normal')} />
            <Choice id="dense" text={L('密', 'Dense')} />
          </MenuSection>
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[theme]}
            onSelectionChange={(keys) => setSettings({ theme: only(keys) as Settings['theme'] })}
          >
            <Header className="menu-h">{L('外观', 'Theme')}</Header>
            <Choice id="dark" text={L('深色', 'Dark')} />
            <Choice id="light" text={L('浅色', 'Light')} />
          </MenuSection>
          <MenuSection
            selectionMode="multiple"
            selectedKeys={follows ? ['follows'] : []}
            onSelectionChange={(keys) => setSettings({ follows: keys === 'all' || keys.has('follows') })}
          >
            <Header className="menu-h">{L('我的各窗口', 'My windows')}</Header>
            <Choice id="follows" text={L('选择同步', 'Share the selection')} />
          </MenuSection>
          <MenuSection>
            <Header className="menu-h">{session?.account}</Header>
            <MenuItem id="keys" className="menu-item">
              <span className="tick" /> {L('按键清单 ?', 'List of keys ?')}
            </MenuItem>
            <MenuItem id="sources" className="menu-item">
              <span className="tick" /> {L('数据来源', 'Data sources')}
            </MenuItem>
            <MenuItem id="leave" className="menu-item">
              <span className="tick" /> {L('退出登录', 'Sign out')}
            </MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Choice({ id, text }: { id: string; text: string }) {
  return (
    <MenuItem id={id} className="menu-item" textValue={text}>
      {({ isSelected }) => (
        <>
          <span className="tick" aria-hidden="true">
            {isSelected ? '✓' : ''}
          </span>
          {text}
        </>
      )}
    </MenuItem>
  );
}
