/** A sentence of the log names accounts by their codes, since a projection looks nothing up; people are called by their names. Pure. */

interface Naming {
  topic: string;
  by: string;
  data: Readonly<Record<string, string | undefined>>;
}

/**
 * The sentence with the account that it begins or ends with called by its name. Only that place: in a reason, which is people's own words,
 * the same letters may mean anything.
 */
export function accountsNamed(text: string, { topic, by, data }: Naming, nameOf: (account: string) => string): string {
  const to = data.to_account;
  if (topic === 'incident.handed' && to) {
    const head = [`移交给 ${to}:`, `Handed to ${to}:`].find((beginning) => text.startsWith(beginning));
    return head ? head.slice(0, -to.length - 1) + nameOf(to) + text.slice(head.length - 1) : text;
  }
  if (topic === 'incident.taken_on' && text === `${by} 接手`) return `${nameOf(by)} 接手`;
  if (topic === 'incident.taken_on' && text === `Taken on by ${by}`) return `Taken on by ${nameOf(by)}`;
  return text;
}
