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

// The second press comes while the sentence is being read.
const TWICE_MS_MAX = 5_000;

export function Responsible({ incident }: { incident: IncidentBoard }) {
  const L = useL();
  const session = useSession();
  const { number, responsible, handed_by, is_closed, merged_into } = incident;
  const colleagues = useColleagues(responsible !== '');
  const isMine = responsible === session?.account;
  const mayTake = hasRole(session, 'dispatcher', 'commander') && !is_closed && !merged_into && (!isMine || handed_by !== '');
  const name = responsible === '' ? '' : nameOf(responsible, colleagues, L);
  useEffect(() => {
    if (!mayTake) return;
    let asked_ms = Number.NEGATIVE_INFINITY;
    // What was handed to this seat waits for the key; what a colleague answers for is not taken from them by a slip.
    const run = () => {
      const isMeant = isMine || responsible === '' || performance.now() - asked_ms < TWICE_MS_MAX;
      asked_ms = performance.now();
      if (isMeant) void take(number);
      else say(`再按一次 J:接手 ${number}(现由 ${name} 负责)`, `Press J again to take ${number} from ${name}`, 'no');
    };
    return registerKeys([{ key: 'J', zh: '接手所选警情', en: 'Take the incident on', where: 'screen', run }]);
  }, [mayTake, number, isMine, responsible, name]);
  if (responsible === '') return null;
  return (
    <p className="i-resp" data-hot={(isMine && handed_by !== '') || undefined}>
      {L('负责', 'Responsible')} <b>{name}</b>
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
