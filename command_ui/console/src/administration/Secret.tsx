/** A first password or a token's secret: shown once, and copied. It is kept nowhere. */

import { useState, useSyncExternalStore } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useL } from '../i18n';
import type { Name } from '../names';

interface Shown extends Name {
  secret: string;
}

let current: Shown | null = null;
const listeners = new Set<() => void>();

export function showSecret(next: Shown | null): void {
  current = next;
  for (const listener of [...listeners]) listener();
}

const onSecret = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export function Secret() {
  const L = useL();
  const shown = useSyncExternalStore(onSecret, () => current);
  const [isCopied, setCopied] = useState<'no' | 'yes' | 'refused'>('no');
  if (!shown) return null;
  const leave = () => {
    setCopied('no');
    showSecret(null);
  };
  const copy = () => {
    // A browser may refuse (a page that is not served over HTTPS): then it is marked and copied by hand.
    const copying = navigator.clipboard?.writeText(shown.secret) ?? Promise.reject(new Error('no clipboard'));
    copying.then(
      () => setCopied('yes'),
      () => setCopied('refused'),
    );
  };
  return (
    <ModalOverlay className="modal" isOpen onOpenChange={(isOpen) => !isOpen && leave()}>
      <Modal className="modal-b">
        <Dialog className="dlg">
          <div>
            <Heading slot="title">{L.of(shown)}</Heading>
            <p>{L('只显示这一次,请现在转交本人。', 'Shown this once: hand it over now.')}</p>
            <output className="adm-secret num">{shown.secret}</output>
            {isCopied === 'refused' && (
              <p role="alert">{L('浏览器不许复制:请手工选取。', 'The browser does not let it be copied: select it by hand.')}</p>
            )}
            <footer>
              <Button className="btn primary" autoFocus onPress={copy}>
                {isCopied === 'yes' ? L('已复制', 'Copied') : L('复制', 'Copy')}
              </Button>
              <Button className="btn" onPress={leave}>
                {L('已记下', 'Done')}
              </Button>
            </footer>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
