/** Text of SVG elements. Numbers are rounded to a hundredth of a pixel. */

export type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, ...content: string[]): string {
  const written = Object.entries(attributes)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? pixels(value) : escaped(value)}"`,
    )
    .join('');
  return content.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${content.join('')}</${name}>`;
}

export interface TextStyle {
  size?: number;
  anchor?: 'start' | 'middle' | 'end';
  weight?: 'normal' | 'bold';
  fill?: string;
  /** Degrees, around the text's own point. */
  rotate?: number;
}

export const text = (x: number, y: number, words: string, style: TextStyle = {}): string =>
  element(
    'text',
    {
      ...{ x, y, 'font-size': style.size ?? 12, 'text-anchor': style.anchor ?? 'start' },
      ...{ 'font-weight': style.weight ?? 'normal', fill: style.fill ?? '#222222' },
      ...(style.rotate !== undefined && { transform: `rotate(${style.rotate} ${x} ${y})` }),
    },
    escaped(words),
  );

export interface LineStyle {
  stroke: string;
  width?: number;
  dashes?: string;
}

export const line = (
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  style: LineStyle,
): string => element('line', { x1, y1, x2, y2, ...strokeOf(style) });

export const polyline = (
  points: readonly (readonly [number, number])[],
  style: LineStyle,
): string => element('polyline', { points: pointsText(points), fill: 'none', ...strokeOf(style) });

export const polygon = (
  points: readonly (readonly [number, number])[],
  fill: string,
  opacity: number,
): string =>
  element('polygon', { points: pointsText(points), fill, 'fill-opacity': String(opacity) });

const strokeOf = ({ stroke, width = 1, dashes }: LineStyle): Attributes => ({
  stroke,
  'stroke-width': width,
  ...(dashes && { 'stroke-dasharray': dashes }),
});

const pointsText = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y]) => `${pixels(x)},${pixels(y)}`).join(' ');

const pixels = (value: number): string => String(Math.round(value * 100) / 100);

const escaped = (words: string): string =>
  words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
