/** The aliases as a settings file: written out as the command takes them, and read in again here or by `drumtower send set_aliases @FILE`. */

import { useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useL } from '../i18n';
import { RefusalLine, type Said } from '../incident/RefusalLine';
import type { Line } from './fields';

export function AliasFile({ value, onTake }: { value: unknown; onTake: (lines: readonly Line[]) => void }) {
  const L = useL();
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const write = () => {
    const url = URL.createObjectURL(new Blob([`${JSON.stringify({ aliases: value }, null, 2)}\n`], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'aliases.json';
    link.click();
    URL.revokeObjectURL(url);
  };
  const read = async (file: File | undefined) => {
    if (!file) return;
    const lines = aliasesOf(await file.text());
    setSaid(
      lines
        ? null
        : {
            zh: `${file.name} 不是别名文件:应为 {"aliases":[{"word","meaning"}]}。`,
            en: `${file.name} is no file of aliases: {"aliases":[{"word","meaning"}]} is expected.`,
          },
    );
    if (lines) onTake(lines);
    if (input.current) input.current.value = '';
  };
  return (
    <div className="adm-templates">
      <span className="dim">{L('设置文件', 'Settings file')}</span>
      <Button className="btn" onPress={write}>
        {L('导出 JSON', 'Export JSON')}
      </Button>
      <Button className="btn" onPress={() => input.current?.click()}>
        {L('导入 JSON', 'Import JSON')}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label={L('别名文件', 'File of aliases')}
        onChange={(event) => void read(event.target.files?.[0])}
      />
      {said && <RefusalLine said={said} />}
    </div>
  );
}

/** The lines of a file, or null where it is none. What a word may mean the server says. */
export function aliasesOf(text: string): readonly Line[] | null {
  try {
    const { aliases } = JSON.parse(text) as { aliases?: unknown };
    if (!Array.isArray(aliases)) return null;
    const lines = aliases.map((one: { word?: unknown; meaning?: unknown }) => ({ word: one?.word, meaning: one?.meaning }));
    return lines.every((one): one is { word: string; meaning: string } => typeof one.word === 'string' && typeof one.meaning === 'string')
      ? lines
      : null;
  } catch {
    return null;
  }
}
