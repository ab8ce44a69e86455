/** Who answers for the incident; to whoever it was handed, the one button that says «I have it». */
import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { command } from '../api';
import { nameOf, useColleagues } from '../colleagues';
import type { IncidentBoard } from '../documents';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { Key } from '../parts/Marks';
import { hasRole, useSession } from '../session';
import { say, sayProblem } from '../ui';

export function Responsible({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  const session = useSession();
  const { number, responsible, handed_by, is_closed, merged_into } = incident;
  const colleagues = useColleagues(responsible !== '');
  const isMine = responsible === session?.account;
  const mayTake = hasRole(session, 'dispatcher', 'commander') && !is_closed && !merged_into && (!isMine || handed_by !== '');
  useEffect(() => {
    if (!mayTake) return;
    return registerKeys([{ key: 'J', zh: '接手所选警情', en: 'Take the incident on', where: 'screen', run: () => void take(number) }]);
  }, [mayTake, number]);
  if (responsible === '') return null;
  return (
    <p className="i-resp" data-hot={(isMine && handed_by !== '') || undefined}>
      {L('负责', 'Responsible')} <b>{nameOf(responsible, colleagues, L)}</b>
      {handed_by !== '' && (
        <span>
          {isMine
            ? L(`${nameOf(handed_by, colleagues, L)} 移交给您,请接手`, `handed to you by ${nameOf(handed_by, colleagues, L)}: take it on`)
            : L('待接手', 'not taken on yet')}
        </span>
      )}
      {mayTake && (
        <Button className={isMine ? 'btn primary' : 'btn ghost'} onPress={() => void take(number)}>
          {L('接手', 'Take on')} <Key k="J" />
        </Button>
      )}
    </p>
  );
}

async function take(number: string): Promise<void> {
  try {
    await command('take_incident', { incident: number });
    say(`${number} 由您负责`, `${number} is yours`);
  } catch (problem) {
    sayProblem(problem);
  }
}
