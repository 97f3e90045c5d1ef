/** Address of a run in the Temporal UI; null where no UI is known. */
export const uiUrlOf = (
  { uiUrl, namespace }: { uiUrl: string | null; namespace: string },
  run: string,
): string | null =>
  uiUrl === null ? null : `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(run)}`;
