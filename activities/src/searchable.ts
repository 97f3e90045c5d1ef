import { searchAttributes } from '@ace/config';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';

const deadlineMs = 5_000;

/** UNAVAILABLE and DEADLINE_EXCEEDED of gRPC: nobody answered, so nothing is known. */
const noAnswer: readonly number[] = [14, 4];

/**
 * Whether the server knows every search attribute: a workflow that names an unknown one cannot go on. Not when it
 * may not be asked, as on a server of somebody else.
 * @throws when the server does not answer.
 */
export async function isSearchable({ connection, options }: Client): Promise<boolean> {
  const { namespace } = options;
  try {
    const { customAttributes } = await connection.withDeadline(Date.now() + deadlineMs, () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    return searchAttributes.every(
      ({ name, type }) => customAttributes[name] === encodeSearchAttributeIndexedValueType(type),
    );
  } catch (error) {
    if (isGrpcServiceError(error) && noAnswer.includes(error.code)) throw error;
    return false;
  }
}
