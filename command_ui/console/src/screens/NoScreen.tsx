/** A screen could not be fetched (the server was upgraded under an open console, say) or drawn. */

import { Button } from 'react-aria-components';
import { useL } from '../i18n';

export function NoScreen() {
  const L = useL();
  return (
    <div className="empty" role="alert">
      <b>{L('此画面不可用', 'This screen cannot be shown')}</b>
      <span>{L('正在输入的内容会保留', 'What is being typed is kept')}</span>
      <Button className="btn" onPress={() => window.location.reload()}>
        {L('重新载入', 'Load again')}
      </Button>
    </div>
  );
}
