/** A stretch of a program: the imports that it needs and its lines. */
export interface Part {
  imports: readonly string[];
  code: readonly string[];
}

export const part = (imports: readonly string[], ...code: readonly string[]): Part => ({
  imports,
  code,
});

export const nothing: Part = part([]);

/** The option as a plain string, for questions about its words. */
export const chosen = (option: string): string => option;
