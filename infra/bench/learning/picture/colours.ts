/** Okabe and Ito's colours, told apart with every common kind of colour blindness; yellow is too pale for lines. */
const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'];
export const ink = { text: '#222222', faint: '#6b6b6b', grid: '#e3e3e3', reference: '#555555' };

/** A colour for each sampler, grey for the reference. */
export function coloursOf(samplers: readonly string[], reference: string): Map<string, string> {
  const others = samplers.filter((sampler) => sampler !== reference);
  return new Map([
    [reference, ink.reference],
    ...others.map((sampler, index): [string, string] => [
      sampler,
      palette[index % palette.length]!,
    ]),
  ]);
}
