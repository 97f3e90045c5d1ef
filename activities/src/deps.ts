import type { Database } from '@ace/buffer';
import type { ArtifactStore } from '@ace/buffer/artifacts';
import type { Grader, PreparedCompetition } from '@ace/competitions';
import type { RunConfig } from '@ace/config';
import type { PolicyEngine } from '@ace/policy';
import type { Grammar } from '@ace/policy/grammar';
import type { Sandbox } from '@ace/sandbox';
import type { Client } from '@temporalio/client';

/** What the activities act on. Only the worker builds it. */
export interface ActivityDeps {
  /** This machine's name in the record: where its sandboxes live. */
  host: string;
  db: Database;
  /** The schema in which an iteration is done again beside its original. */
  scratch: Database;
  artifacts: ArtifactStore;
  sandbox: Sandbox;
  grader: Grader;
  grammar: Grammar;
  /** All prepared competitions by id, in catalogue order. */
  competitions: ReadonlyMap<string, PreparedCompetition>;
  /** Recipes by name. */
  recipes: Readonly<Record<string, object>>;
  /** The policy engine that a run's config names. */
  engineOf(config: RunConfig): PolicyEngine;
  /** The embedded engine where it serves this installation alone, so that its checkpoints may be swept. */
  ownEngine: PolicyEngine | null;
  temporal: Client;
}
