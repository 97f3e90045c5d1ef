import { searchAttributes } from '@ace/config';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';
import { setTimeout } from 'node:timers/promises';
import { withConnection } from './connection.ts';
import type { ScheduleTarget } from './sweep-schedule.ts';

const changeDeadlineMs = 20_000;
const pollMs = 100;
/** Of gRPC. */
const code = { invalidArgument: 3, alreadyExists: 6 } as const;

/**
 * Registers the search attributes of runs that the namespace lacks, and waits until list filters know them; a second
 * time is harmless, and so are two at once.
 * @throws when the server refuses, or has one of them with another type.
 */
export const ensureSearchAttributes = ({ address, namespace }: ScheduleTarget): Promise<void> =>
  withConnection(address, (connection) => register(connection, namespace), changeDeadlineMs);

/** What the namespace lacks, and the command with which whoever runs the server mends it; null when nothing. */
export async function lackingSearchAttributes(
  target: ScheduleTarget,
): Promise<{ state: string; remedy: string } | null> {
  const remedy = registrationCommand(target);
  try {
    const { address, namespace } = target;
    const { missing, otherwise } = await withConnection(address, (c) => lacking(c, namespace));
    if (otherwise.length > 0) {
      return { state: `has ${named(otherwise)} with another type: remove it first`, remedy };
    }
    return missing.length > 0 ? { state: `list filters lack ${named(missing)}`, remedy } : null;
  } catch (error) {
    return { state: `does not say which search attributes it has: ${String(error)}`, remedy };
  }
}

/** What whoever runs the server has to do when it does not let us. */
export function registrationCommand({ address, namespace }: ScheduleTarget): string {
  const options = searchAttributes.map(({ name, type }) => `--name ${name} --type ${titled(type)}`);
  const target = `--address ${address} --namespace ${namespace}`;
  return ['temporal operator search-attribute create', target, ...options].join(' ');
}

/** `Keyword`, as Temporal's programs call it. */
const titled = (type: string): string => `${type[0]}${type.slice(1).toLowerCase()}`;

async function register(connection: Connection, namespace: string): Promise<void> {
  for (let added = false; ; added = true) {
    const { missing, otherwise } = await lacking(connection, namespace);
    if (otherwise.length > 0) throw new Error(`it has ${named(otherwise)} with another type`);
    if (missing.length === 0) return added ? untilServed(connection, namespace) : undefined;
    await add(connection, namespace, missing);
    await setTimeout(pollMs);
  }
}

type Attribute = (typeof searchAttributes)[number];

const named = (attributes: readonly Attribute[]): string =>
  attributes.map(({ name }) => name).join(', ');

async function lacking(
  { operatorService }: Connection,
  namespace: string,
): Promise<{ missing: Attribute[]; otherwise: Attribute[] }> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const isThere = ({ name }: Attribute): boolean => customAttributes[name] !== undefined;
  return {
    missing: searchAttributes.filter((attribute) => !isThere(attribute)),
    otherwise: searchAttributes.filter(
      (attribute) => isThere(attribute) && customAttributes[attribute.name] !== typeOf(attribute),
    ),
  };
}

const typeOf = ({ type }: Attribute) => encodeSearchAttributeIndexedValueType(type)!;

async function add(
  { operatorService }: Connection,
  namespace: string,
  missing: readonly Attribute[],
): Promise<void> {
  const types = missing.map((attribute) => [attribute.name, typeOf(attribute)] as const);
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(types),
    });
  } catch (error) {
    // Somebody else was faster.
    if (!failedWith(code.alreadyExists, error)) throw error;
  }
}

/** The server takes a moment to take them up; a workflow that named one before could not go on. */
async function untilServed({ workflowService }: Connection, namespace: string): Promise<void> {
  const query = searchAttributes.map(({ name }) => `${name} IS NULL`).join(' AND ');
  for (;;) {
    try {
      await workflowService.countWorkflowExecutions({ namespace, query });
      return;
    } catch (error) {
      if (!failedWith(code.invalidArgument, error)) throw error;
    }
    await setTimeout(pollMs);
  }
}

const failedWith = (expected: number, error: unknown): boolean =>
  isGrpcServiceError(error) && Number(error.code) === expected;
