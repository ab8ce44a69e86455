/** What is written into an intake while it is on its way to the disk goes on in the note line of the incident that it became. */
import { useRef } from 'react';
import type { IncidentTypeEntry } from '../documents';
import { atPause } from '../typing';
import { drafts, say } from '../ui';
import { type Draft, writtenSince } from './draft';

type WrittenOn = (incident: string, sent: Draft, type: IncidentTypeEntry | null) => Promise<string>;

/** Answers at the next pause of the hand that types, with what was written since the draft was sent; it waits in the note line by then. */
export function useWrittenOn(draft: Draft): WrittenOn {
  const latest = useRef(draft);
  latest.current = draft;
  return async (incident, sent, type) => {
    const since = () => writtenSince(sent, latest.current, type);
    if (since()) {
      say(`已立案 ${incident};接着写的将进入它的记录栏。`, `${incident} opened; what you write on goes into its note line.`, 'wait');
      await new Promise<void>((resolve) => atPause(resolve));
    }
    const more = since();
    const note = `note.${incident}`;
    if (more) drafts.set(note, [drafts.get<string>(note), more].filter(Boolean).join(' '));
    return more;
  };
}
