/** The bar over everything: where, what to do, how old the data is, what rings, who sits here, what time it is. */

import { useEffect, useRef } from 'react';
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue, ToggleButton, Toolbar } from 'react-aria-components';
import { countedAlarms } from '../alarms/order';
import { districtName, entriesOf } from '../catalogue';
import { CommandBar } from '../command/CommandBar';
import { CALL_TAKERS } from '../documents.generated';
import { focusPane } from '../focus';
import { PromiseCount } from '../hand_over/PromiseCount';
import { useL } from '../i18n';
import { useInstallation } from '../installation';
import { openIntake } from '../intake/intakeKeys';
import { hms, now, onSecond } from '../live/clock';
import { documents, useViewVersion } from '../live/store';
import { AlarmMark, Key } from '../parts/Marks';
import { hasRole, useSession } from '../session';
import { setSettings, useSettings } from '../settings';
import { enter, useIsThen } from '../time_machine/moment';
import { setUi, useUiPart } from '../ui';
import { DataAge } from './DataAge';
import { OperatorMenu } from './OperatorMenu';
import { ScreenMenu } from './ScreenMenu';
import { SoundSwitch } from './SoundSwitch';

export function TopBar() {
  const L = useL();
  const { lang, theme, density } = useSettings();
  const { agency_name_zh, agency_name_en } = useInstallation();
  const takesCalls = hasRole(useSession(), ...CALL_TAKERS);
  return (
    <header className="top">
      <h1>
        {L('鼓楼', 'Drumtower')}
        <span className="agency">{L(agency_name_zh, agency_name_en)}</span>
      </h1>
      <ScreenMenu />
      <Scope />
      {takesCalls && (
        <Button className="btn" data-act onPress={() => openIntake()}>
          {L('接警', 'Call')} <Key k="F2" />
        </Button>
      )}
      <CommandBar />
      <Toolbar className="tb" aria-label={L('系统', 'System')}>
        <DataAge />
        <AlarmCount />
        <PromiseCount />
        <SoundSwitch />
        <ToggleButton
          className="btn bare wide-only"
          isSelected={density === 'dense'}
          onChange={(on) => setSettings({ density: on ? 'dense' : 'normal' })}
        >
          {L('密', 'Dense')}
        </ToggleButton>
        <Button className="btn bare" onPress={() => setSettings({ lang: lang === 'zh' ? 'en' : 'zh' })}>
          {lang === 'zh' ? 'EN' : '中文'}
        </Button>
        <Button className="btn bare wide-only" onPress={() => setSettings({ theme: theme === 'dark' ? 'light' : 'dark' })}>
          {theme === 'dark' ? L('浅色', 'Light') : L('深色', 'Dark')}
        </Button>
        <OperatorMenu />
      </Toolbar>
      <Clock />
    </header>
  );
}

/** The districts that the operator may see, or all of them. */
function Scope() {
  const L = useL();
  const scope = useUiPart('scope');
  const session = useSession();
  useViewVersion('catalogue', 'content');
  const allowed = session?.scope.districts ?? [];
  const districts = entriesOf('district').filter(({ code }) => allowed.length === 0 || allowed.includes(code));
  const all = allowed.length === 0 ? L('全市', 'Whole city') : L('我的辖区', 'My districts');
  const items = [{ id: 'all', name: all }, ...districts.map(({ code }) => ({ id: code, name: districtName(code, L) }))];
  return (
    <Select
      aria-label={L('范围', 'Scope')}
      value={scope === '' ? 'all' : scope}
      onChange={(key) => setUi({ scope: key === 'all' || key === null ? '' : String(key) })}
    >
      <Button className="btn scope">
        <SelectValue /> <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="pop">
        <ListBox className="menu cols2" items={items}>
          {({ name }) => (
            <ListBoxItem className="menu-item" textValue={name}>
              {name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}

function AlarmCount() {
  const L = useL();
  useViewVersion('alarm_board', 'content');
  const { unacknowledged, gravest } = countedAlarms(documents('alarm_board').values());
  return (
    <Button className="btn bare al" data-n={unacknowledged || undefined} onPress={() => focusPane('alarms')}>
      <AlarmMark p={gravest} raised={unacknowledged > 0} />
      {L('未确认', 'Unack')} <b className="num">{unacknowledged}</b>
    </Button>
  );
}

function Clock() {
  const L = useL();
  const isThen = useIsThen();
  const element = useRef<HTMLTimeElement>(null);
  useEffect(() => {
    const draw = (at_ms: number) => {
      if (element.current) element.current.textContent = hms(at_ms);
    };
    draw(now());
    return onSecond(draw);
  }, []);
  return (
    <Button
      className="btn bare clock-b"
      aria-label={L('回看(时间机)', 'Look back (time machine)')}
      isDisabled={isThen}
      onPress={() => enter(null)}
    >
      <Key k="F3" /> <time className="clock num" ref={element} />
    </Button>
  );
}
