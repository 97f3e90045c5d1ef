import { searchAttributes } from '@ace/config';
import { Client, Connection } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSearchable } from './searchable.ts';
import { openTestNamespace, type TestNamespace } from './testing/temporal.ts';

const opened: TestNamespace[] = [];
const open = async (name: string): Promise<Client> => {
  const namespace = await openTestNamespace(`searchable-${name}-${process.pid}`);
  opened.push(namespace);
  return namespace.client;
};
let bare: Client;
beforeAll(async () => void (bare = await open('bare')), 60_000);
afterAll(() => Promise.all(opened.map((namespace) => namespace.close())));

const add = ({ connection, options }: Client, types: Record<string, number>) =>
  connection.operatorService.addSearchAttributes({
    namespace: options.namespace,
    searchAttributes: types,
  });
const types = Object.fromEntries(
  searchAttributes.map(({ name, type }) => [name, encodeSearchAttributeIndexedValueType(type)]),
) as Record<string, number>;

describe('isSearchable', () => {
  it('is false until the last attribute is there', async () => {
    const { AceRun: last, ...rest } = types;
    expect(await isSearchable(bare)).toBe(false);
    await add(bare, rest);
    expect(await isSearchable(bare)).toBe(false);
    await add(bare, { AceRun: last! });
    await expect.poll(() => isSearchable(bare)).toBe(true);
  });

  it('is false where one has another type', async () => {
    const client = await open('other');
    await add(client, { ...types, AceIteration: types.AceRun! });
    expect(await isSearchable(client)).toBe(false);
  });

  it('does not guess when nobody answers', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    await expect(isSearchable(new Client({ connection }))).rejects.toThrow();
    await connection.close();
  });

  it('is false where the namespace is not there, or may not be asked', async () => {
    const { connection } = bare;
    expect(await isSearchable(new Client({ connection, namespace: 'nowhere' }))).toBe(false);
  });
});
