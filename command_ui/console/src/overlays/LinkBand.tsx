/** The band of a lost link: where the data stopped, and what that means. */

import { useL } from '../i18n';
import { hms } from '../live/clock';
import { useLink } from '../live/link';
import { useSignIn } from '../session';

export function LinkBand() {
  const L = useL();
  const { state, dataAt } = useLink();
  const { state: signIn } = useSignIn();
  if (state !== 'lost') return null;
  return (
    <div className="band" role="alert">
      <svg width="18" height="18" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M2 2 10 10M10 2 2 10" fill="none" stroke="currentColor" strokeWidth="2" />
      </svg>
      {L('数据停在', 'Data stopped at')} <b className="num">{hms(dataAt)}</b> ·{' '}
      {signIn === 'ended' ? L('登录已失效', 'session ended') : L('正在重连', 'reconnecting')}
      <span>{L('不能派出和登记;请用电台,恢复后补录', 'No dispatch, no steps: use the radio and enter it later')}</span>
    </div>
  );
}
