import { searchAttributes } from '@ace/config';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureSearchAttributes, lackingSearchAttributes } from './search-attributes.ts';

const address = process.env['ACE_TEST_TEMPORAL_ADDRESS'] ?? '';

let connection: Connection;
beforeAll(async () => void (connection = await Connection.connect({ address })));
afterAll(() => connection.close());

async function newNamespace(name: string) {
  const namespace = `attributes-${name}-${process.pid}`;
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod },
  });
  const { workflow } = new Client({ connection, namespace });
  await expect
    .poll(() => workflow.count().then(Boolean, () => false), { timeout: 30_000 })
    .toBe(true);
  return { address, namespace };
}

const add = ({ namespace }: { namespace: string }, types: Record<string, number>) =>
  connection.operatorService.addSearchAttributes({ namespace, searchAttributes: types });
const [keyword, int] = [2, 3];

describe('ensureSearchAttributes', () => {
  it('registers them once, however many ask at once, so that list filters know them', async () => {
    const target = await newNamespace('new');
    await Promise.all([1, 2, 3].map(() => ensureSearchAttributes(target)));
    expect(await lackingSearchAttributes(target)).toBeNull();
    const { workflow } = new Client({ connection, namespace: target.namespace });
    const query = searchAttributes.map(({ name }) => `${name} IS NULL`).join(' AND ');
    expect((await workflow.count(query)).count).toBe(0);
    await ensureSearchAttributes(target);
  });

  it('adds what is missing to what is there', async () => {
    const target = await newNamespace('half');
    await add(target, { AceRun: keyword, Theirs: int });
    await ensureSearchAttributes(target);
    expect(await lackingSearchAttributes(target)).toBeNull();
    const { customAttributes } = await connection.operatorService.listSearchAttributes(target);
    expect(customAttributes).toMatchObject({ Theirs: int, AceIteration: int });
  });

  it('refuses one that has another type', async () => {
    const target = await newNamespace('other');
    await add(target, { AceRun: int });
    await expect(ensureSearchAttributes(target)).rejects.toThrow('AceRun with another type');
    expect((await lackingSearchAttributes(target))?.state).toBe(
      'has AceRun with another type: remove it first',
    );
  });
});

describe('lackingSearchAttributes', () => {
  it('names what is missing and the command that registers it', async () => {
    const target = await newNamespace('bare');
    expect(await lackingSearchAttributes(target)).toEqual({
      state:
        'list filters lack AceRun, AceRecipe, AceStatus, AceIteration, AcePolicyVersion, AceBestReward',
      remedy:
        `temporal operator search-attribute create --address ${address} --namespace ${target.namespace}` +
        ' --name AceRun --type Keyword --name AceRecipe --type Keyword --name AceStatus --type Keyword' +
        ' --name AceIteration --type Int --name AcePolicyVersion --type Int --name AceBestReward --type Double',
    });
  });

  it('says so when the server does not say what it has', async () => {
    const lacks = await lackingSearchAttributes({ address, namespace: 'nowhere' });
    expect(lacks?.state).toMatch(/^does not say which search attributes it has: /);
    expect(lacks?.remedy).toContain('--namespace nowhere');
  });
});
