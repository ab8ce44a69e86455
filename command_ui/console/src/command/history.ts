/** The lines that were carried out on this console, newest last: Up brings them back, Down leads to what was being typed. Pure. */

// As many as one remembers of a shift's last minutes.
const LINES_MAX = 50;

export interface History {
  lines: readonly string[];
  /** Counted from the newest; -1 is the line being typed. */
  at: number;
  typed: string;
}

export const NO_HISTORY: History = { lines: [], at: -1, typed: '' };

export function remembered(history: History, line: string): History {
  const text = line.trim();
  if (!text) return { ...history, at: -1, typed: '' };
  const lines = [...history.lines.filter((known) => known !== text), text].slice(-LINES_MAX);
  return { lines, at: -1, typed: '' };
}

/** The history moved by one, and the line that stands in the bar then; null at either end. */
export function recalled(history: History, step: 1 | -1, line: string): { history: History; line: string } | null {
  const at = history.at + step;
  if (at < -1 || at >= history.lines.length) return null;
  const typed = history.at === -1 ? line : history.typed;
  return { history: { ...history, at, typed }, line: at === -1 ? typed : (history.lines[history.lines.length - 1 - at] ?? '') };
}
