/** What districts and types are called: the wall's own board says it, since the catalogue holds words that are not for a wall. */

import type { WallName } from '../documents';
import type { Speak } from '../i18n';
import { documents } from '../live/store';

function named(of: WallName['of'], code: string): WallName | undefined {
  const found = documents('wall_board').get(`name:${of}:${code}`);
  return found?.kind === 'name' ? found : undefined;
}

export const typeName = (code: string, L: Speak): string => L.of(named('incident_type', code), code);

/** 和平 rather than 和平区. */
export function districtShort(code: string, L: Speak): string {
  const district = named('district', code);
  return L(district?.short_zh || (district?.zh ?? code).replace(/(新区|区|县|市)$/, ''), district?.short_en || district?.en || code);
}

/** The codes of all districts, in their order. */
export function districtCodes(): string[] {
  const codes: string[] = [];
  for (const row of documents('wall_board').values()) if (row.kind === 'name' && row.of === 'district') codes.push(row.code);
  return codes.sort();
}
