/** Names of districts, places and waters, in quiet letters under the marks. They come from local fonts: there is no glyph server. */
import type { Lang } from '../../i18n';
import type { Room } from '../labels';
import { NAME_ZOOM, type OpenMap } from '../open';
import type { Paint } from '../paint';
import { type Frame, screenX, screenY } from '../projection';

type Writing = { readonly font: string; readonly height: number; readonly letterSpacing: string };

export function drawNames(
  g: CanvasRenderingContext2D,
  map: OpenMap,
  frame: Frame,
  zoom: number,
  lang: Lang,
  paint: Paint,
  room: Room,
): void {
  const family = paint.family;
  const district: Writing = { font: `500 14px ${family}`, height: 20, letterSpacing: lang === 'zh' ? '1.7px' : '0.4px' };
  const place: Writing = { font: `400 12px ${family}`, height: 16, letterSpacing: '0.2px' };
  const water: Writing = { font: `italic 400 13px ${family}`, height: 18, letterSpacing: lang === 'zh' ? '4px' : '1px' };
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.lineJoin = 'round';
  g.lineWidth = 3;
  g.fillStyle = paint.name;
  for (const name of map.names) {
    if (zoom < (NAME_ZOOM[name.kind] ?? 12)) continue;
    g.strokeStyle = paint.land;
    write(
      g,
      lang === 'zh' ? name.zh : name.en,
      screenX(frame, name.lon),
      screenY(frame, name.lat),
      frame,
      name.kind === 'district' ? district : place,
      room,
    );
  }
  g.strokeStyle = paint.water;
  for (const name of map.settings.waters)
    write(g, lang === 'zh' ? name.zh : name.en, screenX(frame, name.lon), screenY(frame, name.lat), frame, water, room);
}

/** Nothing for a place that has no name in this language: the other alphabet in between would look like a mistake. */
function write(g: CanvasRenderingContext2D, text: string, x: number, y: number, frame: Frame, writing: Writing, room: Room): void {
  if (text === '' || x < -60 || y < -20 || x > frame.width + 60 || y > frame.height + 20) return;
  if (g.font !== writing.font) g.font = writing.font;
  g.letterSpacing = writing.letterSpacing;
  const width = g.measureText(text).width;
  const box = room.take([{ x: x - width / 2 - 4, y: y - writing.height / 2, width: width + 8, height: writing.height }]);
  if (!box) return;
  g.strokeText(text, x, y);
  g.fillText(text, x, y);
}
