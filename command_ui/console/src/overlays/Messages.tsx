/** The last thing that the console said, at the foot of the map; with what takes it back, while it can be. */

import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { useUnknown } from '../api';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { Key } from '../parts/Marks';
import { takeBack, useUiPart } from '../ui';

const SIGNS = { ok: '✓', no: '✕', wait: '…' } as const;

export function Messages() {
  const L = useL();
  const message = useUiPart('message');
  const unknown = useUnknown();
  useEffect(
    () => registerKeys([{ key: 'Ctrl+Z', zh: '撤销刚才的操作', en: 'Take the last act back', where: 'screen', run: takeBack }]),
    [],
  );
  return (
    <div className="msgs" role="status" aria-live="polite">
      {unknown.length > 0 ? (
        <div className="msg" data-k="wait">
          <span aria-hidden="true">{SIGNS.wait}</span>
          {L(
            `${unknown.length} 项操作没有收到答复,正在用原编号核实;请勿重做。`,
            `${unknown.length} command(s) without an answer: asking again under the same key. Do not repeat them.`,
          )}
        </div>
      ) : null}
      {message ? (
        <div className="msg" data-k={message.kind}>
          <span aria-hidden="true">{SIGNS[message.kind]}</span>
          {L(message.zh, message.en)}
          {message.undo ? (
            <Button className="btn" onPress={takeBack}>
              {L('撤销', 'Undo')} <Key k="Ctrl Z" />
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
