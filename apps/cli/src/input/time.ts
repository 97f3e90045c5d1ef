import { InputError } from '@ace/config';

const pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;

/** A time with its offset, so that it means the same everywhere. @throws {@link InputError} */
export function timeOf(field: string, text: string): Date {
  const time = new Date(text);
  if (pattern.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InputError(`${field}: expected a time such as 2026-11-01T02:00:00Z, got "${text}"`);
}
