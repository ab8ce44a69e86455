/** F2 opens call intake; from elsewhere on the screen it leads back into an open one, from inside it hides it. The draft is kept. */
import { focusPane } from '../focus';
import { registerKeys } from '../keys';
import { toDispatch } from '../screens/route';
import { setUi, ui } from '../ui';

/** Calls are taken on the dispatch screen: from another one it is gone to. */
export function openIntake(): void {
  toDispatch();
  setUi({ intakeOpen: true });
}

export function registerIntakeKeys(): () => void {
  return registerKeys([
    {
      key: 'F2',
      zh: '接警',
      en: 'Take a call',
      where: 'screen',
      run: () => {
        const isInside = document.activeElement?.closest("[data-area='intake']");
        if (!ui().intakeOpen || toDispatch()) openIntake();
        else if (isInside) setUi({ intakeOpen: false });
        else focusPane('intake');
      },
    },
  ]);
}
