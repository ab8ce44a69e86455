/** A refusal where the act was: a sentence, a mark, and, where it helps, what to do about it. */
import type { ReactNode } from 'react';
import { useL } from '../i18n';

export interface Said {
  zh: string;
  en: string;
}

export function RefusalLine({ said, isWarning = false, children }: { said: Said; isWarning?: boolean; children?: ReactNode }) {
  const L = useL();
  return (
    <p className={isWarning ? 'refusal warns' : 'refusal'} role={isWarning ? 'note' : 'alert'}>
      <span aria-hidden="true">{isWarning ? '!' : '✕'}</span>
      <span className="refusal-t">{L(said.zh, said.en)}</span>
      {children}
    </p>
  );
}

/** What was thrown at an act, as a sentence; what is no refusal is an error of ours and says so. */
export function saidOf(problem: unknown): Said {
  if (problem !== null && typeof problem === 'object' && 'zh' in problem && 'en' in problem) return problem as Said;
  console.error(problem);
  return { zh: '没有做成:控制台出错,请重试。', en: 'Not done: an error of the console. Try again.' };
}
