import type { ActivityDeps } from '../deps.ts';

/** What an activity acts on in a spec; touching anything else fails, by name. */
export function onlyDeps(given: Partial<ActivityDeps>): ActivityDeps {
  return new Proxy(given, {
    get(target, name) {
      if (name in target) return target[name as keyof ActivityDeps];
      throw new Error(`this spec gave the activity no ${String(name)}`);
    },
  }) as ActivityDeps;
}
