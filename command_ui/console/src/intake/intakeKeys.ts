/** F2 opens call intake; from elsewhere on the screen it leads back into an open one, from inside it hides it. The draft is kept. */
import { CALL_TAKERS } from '../documents.generated';
import { focusPane } from '../focus';
import { registerKeys } from '../keys';
import { toDispatch } from '../screens/route';
import { hasRole, signIn } from '../session';
import { say, setUi, ui } from '../ui';

/** Calls are taken on the dispatch screen: from another one it is gone to. Who may take none is told so, before anything is typed. */
export function openIntake(from: { intakeAlarm?: string | null; intakeCall?: string | null } = {}): void {
  if (!hasRole(signIn().session, ...CALL_TAKERS)) {
    say('本账号不接警:接警员、调度员和指挥员可以。', 'This account takes no calls: call takers, dispatchers and commanders do.', 'no');
    return;
  }
  toDispatch();
  setUi({ ...from, intakeOpen: true });
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
