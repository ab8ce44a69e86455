/** Saving the intake: the call is taken, then its incident is opened, or it is linked to one. What was accepted is never sent twice. */
import { command } from '../api';
import type { IncidentTypeEntry } from '../documents';
import { type Draft, openIncident, takeCall } from './draft';

export interface Saving {
  draft: Draft;
  type: IncidentTypeEntry | null;
  /** The alarm that the intake was opened from; then there is no call. */
  alarm: string | null;
  /** Called as soon as the call is on disk, so that a later refusal does not take it again. */
  onCallTaken: (call: string) => void;
}

async function callOf({ draft, type, onCallTaken }: Saving): Promise<string> {
  if (draft.takenCall) return draft.takenCall;
  const answer = await command<{ call: string }>('take_call', takeCall(draft, type));
  onCallTaken(answer.result.call);
  return answer.result.call;
}

/** Opens the incident; answers its number. Nothing may be missing from the draft. */
export async function saveIncident(saving: Saving): Promise<string> {
  const from = saving.alarm ? { alarm: saving.alarm } : { call: await callOf(saving) };
  const body = openIncident(saving.draft, saving.type, from);
  if (!body) throw new Error('An incident is saved only with a place and a type.');
  const answer = await command<{ incident: string }>('open_incident', body);
  return answer.result.incident;
}

/** It is about an incident that is open already. */
export async function saveLink(saving: Saving, incident: string): Promise<void> {
  if (saving.alarm) await command('link_alarm', { alarm: saving.alarm, incident });
  else await command('link_call', { call: await callOf(saving), incident });
}
