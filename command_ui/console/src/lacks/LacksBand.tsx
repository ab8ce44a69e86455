/** One line for what the browser lacks; it is read once and put away. */

import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useL } from '../i18n';
import { LACK_SENTENCES, type Lack, useLacks } from './lacks';

export function LacksBand() {
  const L = useL();
  const [isRead, setRead] = useState<readonly Lack[]>([]);
  const lacks = useLacks().filter((lack) => !isRead.includes(lack));
  if (lacks.length === 0) return null;
  return (
    <div className="band band-quiet" role="status">
      {lacks.map((lack) => L.of(LACK_SENTENCES[lack])).join(' ')}
      <span />
      <Button className="btn" onPress={() => setRead([...isRead, ...lacks])}>
        {L('知道了', 'Understood')}
      </Button>
    </div>
  );
}
