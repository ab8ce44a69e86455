/**
 * The command bar: `/` or Ctrl+K, one line, and under it exactly what Enter will do. Tab completes, Up brings earlier lines back, Escape gives
 * the focus back. The line is read again at Enter: what the picture has changed meanwhile is spelt out anew before it is done.
 */
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Alias } from '../documents';
import { VIEW_READERS } from '../documents.generated';
import { focusPane } from '../focus';
import { useL } from '../i18n';
import { giveUpFocus } from '../incident/awaitedFocus';
import { registerIntakeKeys } from '../intake/intakeKeys';
import { registerKeys } from '../keys';
import { useDocument, useLink, useViewVersion } from '../live/store';
import { Key } from '../parts/Marks';
import { hasRole, useSession } from '../session';
import { drafts } from '../ui';
import { type History, NO_HISTORY, recalled, remembered } from './history';
import { liveWorld } from './liveWorld';
import { parse } from './parse';
import { perform } from './perform';
import { byMeaning, WORDS, withLocalWords } from './words';
import type { Reading } from './world';
import './command.css';

const DRAFT = 'command.line';
const NO_ALIASES: readonly Alias[] = [];

export function CommandBar() {
  const L = useL();
  const id = useId();
  const isLost = useLink().state === 'lost';
  const readsIncidents = hasRole(useSession(), ...VIEW_READERS.incident_board);
  const entry = useDocument('catalogue', 'aliases:*');
  const own = entry?.kind === 'aliases' ? entry.aliases : NO_ALIASES;
  const words = useMemo(() => withLocalWords(WORDS, byMeaning(own)), [own]);
  const [line, setLineNow] = useState(() => drafts.get<string>(DRAFT) ?? '');
  const [isOpen, setOpen] = useState(false);
  const [index, setIndex] = useState(0);
  const [anew, setAnew] = useState(0);
  // The line that was sent and has no answer yet; and whether the next one was meant to go after it too soon.
  const [sent, setSent] = useState<string | null>(null);
  const [isTooSoon, setTooSoon] = useState(false);
  const isBusy = sent !== null;
  const history = useRef<History>(NO_HISTORY);
  const input = useRef<HTMLInputElement>(null);
  const back = useRef<Element | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `anew` reads the same line against a newer picture
  const readings = useMemo(() => (isOpen ? parse(line, liveWorld(L.lang), words) : []), [isOpen, line, L.lang, words, anew]);
  // What was not there when it was typed («go 0093») may come a moment later; a list that says what Enter does is left alone.
  const membership = useViewVersion('incident_board', 'membership');
  const isNothingToDo = isOpen && !readings.some(({ act }) => act !== null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an incident that comes or goes is what makes it worth reading again
  useEffect(() => {
    if (isNothingToDo) setAnew((count) => count + 1);
  }, [membership]);
  const active = readings[Math.min(index, readings.length - 1)];

  const latest = useRef(line);
  const setLine = (next: string) => {
    latest.current = next;
    setLineNow(next);
    setIndex(0);
    drafts.set(DRAFT, next || undefined);
  };
  const giveBack = () => {
    setOpen(false);
    const to = back.current;
    if (to instanceof HTMLElement && to !== document.body && to.isConnected) to.focus();
    else focusPane('queue');
  };
  useEffect(() => {
    const enter = () => {
      if (document.activeElement !== input.current) back.current = document.activeElement;
      input.current?.focus();
      input.current?.select();
    };
    return registerKeys([
      { key: '/', zh: '命令', en: 'Command bar', where: 'screen', run: enter },
      { key: 'Ctrl+K', zh: '命令', en: 'Command bar', where: 'screen', run: enter },
    ]);
  }, []);
  useEffect(registerIntakeKeys, []);

  const complete = (reading: Reading) => {
    setLine(reading.text);
    history.current = { ...history.current, at: -1 };
  };
  const carryOut = async (reading: Reading) => {
    if (sent !== null) {
      setTooSoon(line !== sent);
      return;
    }
    // The picture may have changed since the line was read: what Enter did not spell out, it does not do.
    const now = parse(line, liveWorld(L.lang), words).find((one) => one.id === reading.id);
    if (!now || JSON.stringify([now.act, now.warnings]) !== JSON.stringify([reading.act, reading.warnings])) {
      setAnew((count) => count + 1);
      return;
    }
    if (!reading.act) {
      if (!reading.isRefused && reading.text.trim() !== line.trim()) complete(reading);
      return;
    }
    setSent(line);
    // Chosen as a whole: whoever types on while the answer is on its way writes the next line.
    input.current?.select();
    const after = await perform(reading.act);
    setSent(null);
    setTooSoon(false);
    const isUntouched = latest.current === line;
    if (after === 'stay') {
      if (isUntouched) input.current?.setSelectionRange(line.length, line.length);
      setAnew((count) => count + 1);
      return;
    }
    history.current = remembered(history.current, reading.text);
    if (!isUntouched) {
      // Only what was sent goes; nothing takes the focus from the line that is being written.
      giveUpFocus();
      if (latest.current.startsWith(line)) setLine(latest.current.slice(line.length).trimStart());
      setAnew((count) => count + 1);
      return;
    }
    setLine('');
    if (after === 'back') giveBack();
    else {
      setOpen(false);
      // What is awaited takes the focus when it is there; meanwhile it is not in a field that no longer says anything.
      if (document.activeElement === input.current) input.current?.blur();
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.altKey) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Enter') {
      event.preventDefault();
      if (active) void carryOut(active);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      // A line that was only recalled is not a draft.
      if (history.current.at >= 0) setLine(history.current.typed);
      history.current = { ...history.current, at: -1 };
      giveBack();
    } else if (event.key === 'Tab' && !event.shiftKey && active && !active.isRefused && line && active.text !== line) {
      event.preventDefault();
      complete(active);
    } else if (step !== 0) {
      event.preventDefault();
      // Up at the first reading goes back in time; anywhere else the arrows choose.
      const isRecalling = index === 0 && (step === -1 || history.current.at >= 0);
      const recall = isRecalling ? recalled(history.current, step === -1 ? 1 : -1, line) : null;
      if (recall) {
        setLine(recall.line);
        history.current = recall.history;
      } else setIndex(Math.max(0, Math.min(readings.length - 1, index + step)));
    }
  };
  return (
    <div className="cmd" data-area="command" data-open={isOpen || undefined}>
      <div className="cmd-f">
        <input
          ref={input}
          data-pane="command"
          role="combobox"
          aria-label={L('命令', 'Command')}
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-activedescendant={isOpen && active ? `${id}-${active.id}` : undefined}
          aria-busy={isBusy || undefined}
          autoComplete="off"
          spellCheck={false}
          value={line}
          placeholder={
            readsIncidents
              ? L('命令:派 E0703 到 0031 · E0703 到场 · go 0031', 'Command: send E0703 to 0031 · E0703 on scene · go 0031')
              : L('命令:管理 · 按键', 'Command: administration · keys')
          }
          onChange={(event) => {
            // Who writes on waits for nothing of the line before: its letters would go to whatever took the focus.
            giveUpFocus();
            setOpen(true);
            history.current = { ...history.current, at: -1 };
            setLine(event.target.value);
          }}
          onFocus={() => {
            // Back in the very field from which the line before was sent, which counts as not having left it.
            giveUpFocus();
            setOpen(true);
            setAnew((count) => count + 1);
          }}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <Key k="/" />
      </div>
      <div className="cmd-pop" hidden={!isOpen}>
        {isLost && (
          <p className="cmd-lost">
            {L('连接已断:只能查看和填写,不能派出和登记。', 'Link lost: look and write; nothing can be sent or recorded.')}
          </p>
        )}
        {isTooSoon && (
          <p className="cmd-wait" role="status">
            {L(
              `「${sent ?? ''}」还没有答复;这一行留着,答复后再按回车。`,
              `«${sent ?? ''}» has no answer yet: this line stays, press Enter again after it.`,
            )}
          </p>
        )}
        <div className="cmd-list" id={`${id}-list`} role="listbox" aria-label={L('回车将做的事', 'What Enter will do')}>
          {readings.map((reading) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus; aria-activedescendant points here
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input hears the keys
            <div
              key={reading.id}
              id={`${id}-${reading.id}`}
              role="option"
              className="cmd-i cmd-r"
              aria-selected={reading === active}
              data-focused={reading === active || undefined}
              data-no={reading.isRefused || undefined}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => void carryOut(reading)}
            >
              <span className="cmd-w">
                {reading.isRefused && <span aria-hidden="true">✕ </span>}
                {L(reading.will.zh, reading.will.en)}
              </span>
              {reading.act ? <Key k="↵" /> : !reading.isRefused && <Key k="Tab" />}
              {reading.warnings.map((warning) => (
                <span key={warning.zh} className="cmd-warn">
                  ! {L(warning.zh, warning.en)}
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
