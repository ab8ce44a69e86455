/** Says that the server was upgraded under this page, and loads it anew at once for whoever wishes it. */

import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { useL } from '../i18n';
import { loadAnew, useNewerVersion, watchVersion } from './upgrade';

export function UpgradeBand() {
  const L = useL();
  const version = useNewerVersion();
  useEffect(() => watchVersion(), []);
  if (version === null) return null;
  return (
    <div className="band band-quiet" role="status">
      {L(`服务器已升级到 ${version}`, `The server was upgraded to ${version}`)}
      <span>{L('空闲半分钟后自动重新载入,输入的内容会保留', 'Loaded anew after half a minute of rest; what is being typed is kept')}</span>
      <Button className="btn" onPress={loadAnew}>
        {L('立即载入', 'Load now')}
      </Button>
    </div>
  );
}
