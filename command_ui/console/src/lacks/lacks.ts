/** What this browser could not give the console: it goes on without, and says so in a sentence. */

import { useSyncExternalStore } from 'react';
import { isForgetful, onForgetful } from '../kept';

export type Lack = 'storage' | 'style' | 'font';

export const LACK_SENTENCES: Readonly<Record<Lack, { zh: string; en: string }>> = {
  storage: {
    zh: '此浏览器不允许或没有空间保存:重新载入会丢失未提交的内容和个人设置。',
    en: 'This browser forbids storage or has no room: a reload loses what is not sent yet, and your settings.',
  },
  style: {
    zh: '样式未能载入:功能照常,外观不整齐。请重新载入。',
    en: 'The style could not be loaded: all acts work, the look does not. Load again.',
  },
  font: {
    zh: '字体未能载入,改用本机字体:数字可能不等宽。',
    en: 'The font could not be loaded, a local one stands in: figures may not line up.',
  },
};

let found: readonly Lack[] = [];
const listeners = new Set<() => void>();

function lacks(lack: Lack): void {
  if (found.includes(lack)) return;
  found = [...found, lack];
  for (const listener of [...listeners]) listener();
}

/** True where the tokens of the style are there. */
const isStyled = (): boolean => getComputedStyle(document.documentElement).getPropertyValue('--ground-0') !== '';

/** Looks at what is there, and listens for what goes missing. Called once, when the page stands. */
export function watchLacks(): void {
  if (isForgetful()) lacks('storage');
  onForgetful(() => lacks('storage'));
  const look = () => {
    if (!isStyled()) lacks('style');
  };
  if (document.readyState === 'complete') look();
  else window.addEventListener('load', look, { once: true });
  document.fonts?.addEventListener('loadingerror', () => lacks('font'));
}

export const useLacks = (): readonly Lack[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => found,
  );
