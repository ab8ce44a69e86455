/** What stands over a printed record: whose it is, who printed it, when. On paper only. */

import { useEffect, useRef } from 'react';
import type { IncidentRecord } from '../documents';
import { useL } from '../i18n';
import { useInstallation } from '../installation';
import { day, hms, now, onSecond } from '../live/clock';
import { useSession } from '../session';

export function PrintHead({ record }: { record: IncidentRecord }) {
  const L = useL();
  const { agency_name_zh, agency_name_en } = useInstallation();
  const session = useSession();
  const at = useRef<HTMLTimeElement>(null);
  useEffect(() => {
    const draw = (now_ms: number) => {
      if (at.current) at.current.textContent = `${day(now_ms)} ${hms(now_ms)}`;
    };
    draw(now());
    return onSecond(draw);
  }, []);
  return (
    <header className="rd-paper">
      <p className="rd-center">{L(agency_name_zh, agency_name_en)}</p>
      <p className="rd-title">
        {L('警情档案', 'Incident record')} <span className="num">{record.number}</span>
      </p>
      <p>
        {L('打印人', 'Printed by')} {session ? L.of(session, session.account) : ''} · {L('打印时间', 'at')}{' '}
        <time className="num" ref={at} /> · {L(`截至第 ${record.position} 条事实`, `as of fact ${record.position}`)}
      </p>
    </header>
  );
}
