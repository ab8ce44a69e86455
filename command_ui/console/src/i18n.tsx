/** Two languages, side by side in the code: `L('待派', 'new')`. Chinese first. */

import { createContext, type ReactNode, useContext, useMemo } from 'react';

export type Lang = 'zh' | 'en';

export interface Speak {
  (zh: string, en: string): string;
  lang: Lang;
  /** Of a document that carries its name in both languages; the other language stands in for a missing one. */
  of: (named: { zh?: string | null; en?: string | null } | null | undefined, otherwise?: string) => string;
}

export function speak(lang: Lang): Speak {
  const say = (zh: string, en: string) => (lang === 'zh' ? zh : en);
  const of: Speak['of'] = (named, otherwise = '') => say(named?.zh || named?.en || otherwise, named?.en || named?.zh || otherwise);
  return Object.assign(say, { lang, of });
}

const SpeakContext = createContext<Speak>(speak('zh'));

export function InLanguage({ lang, children }: { lang: Lang; children: ReactNode }) {
  const value = useMemo(() => speak(lang), [lang]);
  return <SpeakContext value={value}>{children}</SpeakContext>;
}

export const useL = (): Speak => useContext(SpeakContext);
