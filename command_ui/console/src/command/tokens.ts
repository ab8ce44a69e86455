/** A command line cut into words: Chinese needs no spaces («派E0703到0031»), call signs and numbers are runs of letters and digits. Pure. */
import { plain } from './words';

export interface Token {
  /** As typed, with full-width forms folded. */
  raw: string;
  /** As compared with words. */
  word: string;
}

// Whitespace, commas and the Chinese enumeration comma part words; what is not ASCII parts from what is; @ and > stand alone.
const RUN = /[@>]|[!-+\--=?A-~]+|[^\s!-~,、。;]+/g;

export function tokens(line: string): Token[] {
  return (line.normalize('NFKC').match(RUN) ?? []).map((raw) => ({ raw, word: plain(raw) }));
}

/** The longest beginning of `rest` that is one of `words`, also where a name of two words was typed apart; how many tokens it took. */
export function leading(rest: readonly Token[], words: readonly string[]): number {
  for (let count = Math.min(3, rest.length); count > 0; count -= 1) {
    const joined = rest
      .slice(0, count)
      .map((token) => token.word)
      .join('');
    if (words.includes(joined)) return count;
  }
  return 0;
}
