import { TaskQueue } from '@ace/config';

/** Address of a run in the Temporal UI; null where no UI is known. */
export const uiUrlOf = (
  { uiUrl, namespace }: { uiUrl: string | null; namespace: string },
  run: string,
): string | null =>
  uiUrl === null ? null : `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(run)}`;

/** Address of the form that starts a workflow, filled in as far as it is the same for every run. */
export const startFormUrl = (where: { uiUrl: string; namespace: string }): string =>
  `${where.uiUrl}/namespaces/${where.namespace}/workflows/start-workflow` +
  `?taskQueue=${TaskQueue.Main}&workflowType=trainingRun`;
