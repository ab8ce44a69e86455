/** The sound: on, off, or wanted and not yet allowed by the browser, which is said plainly. */

import { ToggleButton } from 'react-aria-components';
import { useL } from '../i18n';
import { setSettings, useSettings } from '../settings';
import { play, useIsAudible } from '../sound/sound';

export function SoundSwitch() {
  const L = useL();
  const { sound } = useSettings();
  const isAudible = useIsAudible();
  return (
    <ToggleButton
      className="btn bare snd"
      data-silent={(sound && !isAudible) || undefined}
      isSelected={sound}
      onChange={(isOn) => {
        setSettings({ sound: isOn });
        // Whoever switches it on hears that it works.
        if (isOn) play(3);
      }}
    >
      {sound ? (isAudible ? L('声音 开', 'Sound on') : L('声音未开', 'No sound yet')) : L('声音 关', 'Sound off')}
    </ToggleButton>
  );
}
