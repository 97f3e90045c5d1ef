/** Keeps the values that were used last. */
export class RecentlyUsed<T> {
  private readonly capacity: number;
  private readonly values = new Map<string, T>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The value of `key`, made when it is not kept. */
  take(key: string, make: () => T): T {
    const value = this.values.get(key) ?? make();
    this.values.delete(key);
    this.values.set(key, value);
    const [oldest] = this.values.keys();
    if (this.values.size > this.capacity && oldest !== undefined) this.values.delete(oldest);
    return value;
  }
}
