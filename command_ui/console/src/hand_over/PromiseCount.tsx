/** In the bar: what the operator owes and is due. Nothing while nothing is due. */

import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useL } from '../i18n';
import { now, onSecond } from '../live/clock';
import { documents, subscribe, useViewVersion } from '../live/store';
import { go } from '../screens/route';
import { hasRole, useSession } from '../session';
import { isDue } from './promises';

export function PromiseCount() {
  const session = useSession();
  return hasRole(session, 'call_taker', 'dispatcher', 'commander') ? <Count account={session?.account ?? ''} /> : null;
}

function Count({ account }: { account: string }) {
  const L = useL();
  const version = useViewVersion('promise_board', 'content');
  const [due, setDue] = useState(0);
  useEffect(() => subscribe('promise_board'), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map stays the same while it changes; its version says when
  useEffect(() => {
    const count = (nowMs: number) =>
      setDue([...documents('promise_board').values()].filter((one) => one.owner === account && isDue(one, nowMs)).length);
    count(now());
    return onSecond(count);
  }, [account, version]);
  if (due === 0) return null;
  return (
    <Button className="btn bare promised" onPress={() => go('hand-over')}>
      <span aria-hidden="true">◷</span> {L('承诺到期', 'Promises due')} <b className="num">{due}</b>
    </Button>
  );
}
