/** The note line. What is typed is kept per incident, through refusals, reconnections, sign-outs and reloads, until the note is on disk. */
import { useEffect, useRef, useState } from 'react';
import { focusPane } from '../focus';
import { promiseNote } from '../hand_over/promise';
import { makePromise } from '../hand_over/promises';
import { useL } from '../i18n';
import { registerKeys } from '../keys';
import { hms, now } from '../live/clock';
import { Key } from '../parts/Marks';
import { drafts } from '../ui';
import { addNote } from './acts';
import { claimFocus } from './awaitedFocus';
import { RefusalLine, type Said, saidOf } from './RefusalLine';
import { timeOn } from './timeline';
import { noteText } from './timeOfDay';

// The interface takes this many characters in one note.
const NOTE_LENGTH_MAX = 4_000;

export function NoteLine({ incident }: { incident: string }) {
  const L = useL();
  const draft = `note.${incident}`;
  const [text, setText] = useState(() => drafts.get<string>(draft) ?? '');
  const [said, setSaid] = useState<Said | null>(null);
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => registerKeys([{ key: 'N', zh: '记录', en: 'Note', where: 'screen', run: () => focusPane('note') }]), []);
  // Words come here from elsewhere, too: those that were typed into the intake after it was sent, and then the hand that types follows them.
  useEffect(() => {
    const claim = () => {
      if (claimFocus('note')) input.current?.setSelectionRange(input.current.value.length, input.current.value.length);
    };
    claim();
    return drafts.watch(draft, () => {
      setText(drafts.get<string>(draft) ?? '');
      requestAnimationFrame(claim);
    });
  }, [draft]);
  const write = (next: string) => {
    setText(next);
    setSaid(null);
    drafts.set(draft, next || undefined);
  };
  const save = async () => {
    const promise = promiseNote(text, now());
    const note = noteText(text, now());
    if (!note.text || isBusy) return;
    // Cut by the browser, the end of a pasted text would be lost without a word.
    if (note.text.length > NOTE_LENGTH_MAX) {
      setSaid({
        zh: `记录有 ${note.text.length} 字,最多 ${NOTE_LENGTH_MAX} 字。没有保存;请分成几条。`,
        en: `The note has ${note.text.length} characters, at most ${NOTE_LENGTH_MAX} are taken. Nothing was saved: make several of it.`,
      });
      return;
    }
    setBusy(true);
    try {
      if (promise) await makePromise(promise, incident);
      else await addNote(incident, note.text, note.occurredAtMs);
      // What was typed meanwhile belongs to the next note.
      if (drafts.get<string>(draft) === text) write('');
    } catch (problem) {
      setSaid(saidOf(problem));
    } finally {
      setBusy(false);
    }
  };
  const late = noteText(text, now()).occurredAtMs;
  const promise = promiseNote(text, now());
  return (
    <div className="note">
      {said && <RefusalLine said={said} />}
      <div className="note-l">
        <input
          ref={input}
          data-pane="note"
          aria-label={L('记录', 'Note')}
          aria-busy={isBusy || undefined}
          value={text}
          placeholder={L('记录…  补录写「补录 14:20 …」,承诺写「承诺 14:40 …」', 'Note…  «late 14:20 …», «promise 14:40 …»')}
          onChange={(event) => write(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter' && !event.ctrlKey) {
              event.preventDefault();
              void save();
            }
          }}
        />
        <span className="note-k" aria-hidden="true">
          {late !== null && (
            <em className="num">
              {L('补录', 'late')} {hms(late)}
            </em>
          )}
          {promise && (
            <em className="num">
              {L('承诺', 'promise')} {promise.dueAtMs !== null && timeOn(promise.dueAtMs, now())}
            </em>
          )}
          <Key k="↵" />
          <Key k="N" />
        </span>
      </div>
    </div>
  );
}
